import type { Matcher } from '#domain/service.ts';

/** A PromQL string literal for any text. */
export function quote(text: string): string {
  const escaped = text.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));
  return `"${escaped}"`;
}

/** An RE2 expression that matches exactly these texts, as Prometheus anchors it. */
export function oneOf(texts: readonly string[]): string {
  return texts.map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
}

/** A selector: a metric with its matchers. */
export function selector(metric: string, matchers: readonly Matcher[]): string {
  const inner = matchers.map(({ label, op, value }) => `${label}${op}${quote(value)}`);
  return inner.length === 0 ? metric : `${metric}{${inner.join(',')}}`;
}
