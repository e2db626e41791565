import { lengthWords } from '#domain/length-words.ts';
import type { PanelQuery } from '#domain/panel.ts';
import { isMeasure, type Measure } from '#domain/signal.ts';
import type { Duration } from '#domain/time.ts';
import { formatNumber } from '#domain/units.ts';
import type { Floor } from '#domain/verdict/deploy-verdict.ts';
import { code, plain } from '../blocks.ts';
import { figureOf, nameOf } from './figures.ts';

/** Two values of one unit, which is said once where both have it: `0.1 → 2.5 %`. */
export function fromTo(measure: Measure, before: number, after: number): string {
  const [was, is] = [figureOf(measure, before), figureOf(measure, after)];
  const unit = / \S+$/.exec(is)?.[0] ?? '';
  return `${unit !== '' && was.endsWith(unit) ? was.slice(0, -unit.length) : was} → ${is}`;
}

/** How far a watch is: `watching, 6 of 15 min`. `share` of its length is over. */
export function progressWords(share: number, length: Duration): string {
  const over = share === 0 ? '0' : lengthWords(length * share);
  const whole = lengthWords(length);
  const unit = whole.slice(whole.indexOf(' '));
  return `watching, ${over.endsWith(unit) ? over.slice(0, -unit.length) : over} of ${whole}`;
}

/** Two figures, rounded up, are all that an estimate of what is missing is worth. */
export function rounded(value: number): number {
  const size = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 1);
  return Math.ceil(value / size) * size;
}

/** A p-value as it stands in a sentence. */
export function pWords(p: number): string {
  return p < 0.0001 ? 'p &lt; 0.0001' : `p ${formatNumber(p)}`;
}

/** From what size on a difference matters. */
export function floorWords({ relative, absolute }: Floor): string {
  const share = `${formatNumber(relative * 100)} %`;
  return absolute === undefined ? share : `${share} and ${formatNumber(absolute * 100)} points`;
}

/** A reason within a sentence. */
export function reasonOf(reason: string): string {
  return plain(reason, 200).replace(/\.$/, '');
}

/** The queries that were judged, as they were asked, each once. */
export function queryWords(queries: readonly PanelQuery[]): string {
  const each = [...Map.groupBy(queries, ({ promql }) => promql)];
  const shown = each.slice(0, 3).map(([promql, of]) => {
    const names = of.map(({ line }) => (isMeasure(line) ? nameOf(line) : plain(line, 20)));
    return `${names.join(', ')} ${code(promql, 420)}`;
  });
  const more = each.length > shown.length ? [`and ${each.length - shown.length} more`] : [];
  return `*Asked*\n${[...shown, ...more].join('\n')}`;
}

/** A person or a user group, by Slack's id. */
export function mentionOf(id: string): string {
  return id.startsWith('S') ? `<!subteam^${id}>` : `<@${id}>`;
}
