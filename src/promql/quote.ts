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

/** A selector: a metric with its matchers. Names that PromQL does not take as they are (UTF-8 of Prometheus 3) are quoted. */
export function selector(metric: string, matchers: readonly Matcher[]): string {
  const inner = matchers.map(
    ({ label, op, value }) => `${isLabelName(label) ? label : quote(label)}${op}${quote(value)}`,
  );
  // In this form every version reads the name.
  if (!isMetricName(metric)) return `{${[`__name__=${quote(metric)}`, ...inner].join(',')}}`;
  return inner.length === 0 ? metric : `${metric}{${inner.join(',')}}`;
}

/** Whether a label’s name can stand without quotes. */
export function isLabelName(text: string): boolean {
  return /^[a-zA-Z_]\w*$/.test(text);
}

function isMetricName(text: string): boolean {
  return /^[a-zA-Z_:][\w:]*$/.test(text);
}
