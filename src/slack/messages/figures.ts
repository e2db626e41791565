import type { KnownBlock } from '@slack/types';
import type { Actor } from '#domain/event.ts';
import type { Health } from '#domain/panel.ts';
import { explain, type Problem } from '#domain/problem.ts';
import type { Reading } from '#domain/reading.ts';
import { factsOf, type Measure } from '#domain/signal.ts';
import { formatValue } from '#domain/units.ts';
import { context, plain } from '../blocks.ts';

export const HEALTH: Readonly<Record<Health, { emoji: string; word: string }>> = {
  page: { emoji: ':red_circle:', word: 'page firing' },
  burning: { emoji: ':large_orange_circle:', word: 'budget spent or burning' },
  degraded: { emoji: ':large_orange_circle:', word: 'deploy degraded' },
  ticket: { emoji: ':large_yellow_circle:', word: 'ticket open' },
  atRisk: { emoji: ':large_yellow_circle:', word: 'budget at risk' },
  noData: { emoji: ':white_circle:', word: 'no data' },
  healthy: { emoji: ':large_green_circle:', word: 'healthy' },
};

/** Worst first. */
const HEALTHS = ['page', 'burning', 'degraded', 'ticket', 'atRisk', 'noData', 'healthy'] as const;

/** How many services have each health, worst first: `:red_circle: 2 page firing`. */
export function healthCounts(rows: readonly { readonly health: Health }[]): readonly string[] {
  return HEALTHS.flatMap((health) => {
    const many = rows.filter((row) => row.health === health).length;
    return many === 0 ? [] : [`${HEALTH[health].emoji} ${many} ${HEALTH[health].word}`];
  });
}

export function nameOf(measure: Measure): string {
  return factsOf(measure).name;
}

export function figureOf(measure: Measure, value: number | undefined): string {
  return value === undefined ? '–' : formatValue(value, factsOf(measure).unit);
}

/** The measures of a reading in one line: `rate 387 /s · errors 2.5 % · p99 823 ms`. */
export function readingLine(
  reading: Reading,
  measures: readonly Measure[] = ['rate', 'errorRatio', 'p50', 'p99'],
): string {
  const parts = measures.flatMap((measure) => {
    const value = reading.values[measure];
    return value === undefined ? [] : [`${nameOf(measure)} *${figureOf(measure, value)}*`];
  });
  return parts.length === 0 ? 'no data' : parts.join(' · ');
}

export function problemNotes(problems: readonly Problem[]): readonly KnownBlock[] {
  return problems.slice(0, 3).map((problem) => context(`:warning: ${plain(explain(problem), 600)}`));
}

/** Whoever did something in Slack, or the machine that did. */
export function who(actor: Actor): string {
  return actor.kind === 'person' ? `<@${actor.user}>` : plain(actor.name, 60);
}

/** A count with its noun: `1 group`, `12 groups`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
