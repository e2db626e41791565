import type { KnownBlock } from '@slack/types';
import { lengthWords } from '#domain/length-words.ts';
import { factsOf, type Measure } from '#domain/signal.ts';
import { DAY, type Duration } from '#domain/time.ts';
import { formatChange, formatValue } from '#domain/units.ts';
import type { CohortSignal, CohortVerdict, SampleRatio, Word } from '#domain/verdict/cohort-verdict.ts';
import type { Needs, Verdict } from '#domain/verdict/verdict.ts';
import { table } from '../blocks.ts';
import { fromTo, pWords, reasonOf, rounded } from './evidence.ts';
import { figureOf, nameOf } from './figures.ts';
import { SIGNAL_WORD } from './verdict.ts';

/** The sign of a word; the word always stands beside it. */
export const WORD_EMOJI: Readonly<Record<Word, string>> = {
  go: ':white_check_mark:',
  hold: ':raised_hand:',
  stop: ':octagonal_sign:',
};

/** Nobody waits longer for an answer. */
const LONGEST_WAIT: Duration = 30 * DAY;

/** What stands behind the word: what got worse, what is missing, or that nothing did. */
export function basisOf(verdict: CohortVerdict): string {
  switch (verdict.word) {
    case 'stop':
      return (
        figuresOf(verdict, 'degraded') || firstReason(verdict, 'worse by a signal that was not asked for')
      );
    case 'hold':
      return verdict.needs === undefined
        ? firstReason(verdict, 'too little to say')
        : missingWords(verdict.needs, verdict.compared);
    case 'go':
      return (
        figuresOf(verdict, 'improved') || mainFigures(verdict) || firstReason(verdict, 'nothing is worse')
      );
  }
}

/** What is missing to be certain: `about 4,500 more requests with it (2 h 30 min at this traffic)`. */
export function missingWords({ more, what, takes }: Needs, compared: CohortVerdict['compared']): string {
  const count = Number.isFinite(more) ? formatValue(rounded(more), 'count') : 'very many';
  const long = takes <= LONGEST_WAIT ? lengthWords(takes) : 'more than a month';
  const whose = what === 'requests' && compared === 'cohorts' ? ' with it' : '';
  return `about ${count} more ${what}${whose} (${long}${what === 'requests' ? ' at this traffic' : ''})`;
}

/** Both sides of every signal, what is worse first, and how many requests there were of each. */
export function cohortTable(verdict: CohortVerdict): KnownBlock {
  const header = verdict.compared === 'cohorts' ? ['off', 'on'] : ['before', 'now'];
  return table(['signal', ...header, 'change', ''], [...judged(verdict).map(rowOf), ...rateRow(verdict)]);
}

/** That more or fewer requests have the flag than should: `1.3 % of requests carry the flag where 1 % should`. */
export function mismatchWords(ratio: SampleRatio | undefined): string | undefined {
  if (ratio?.isMismatch !== true) return undefined;
  const { observed, expected } = ratio;
  return `${formatValue(observed, 'ratio')} of requests carry the flag where ${formatValue(expected, 'ratio')} should`;
}

/** The same with what it means and what to look at. */
export function mismatchSentence(ratio: SampleRatio | undefined): string | undefined {
  const words = mismatchWords(ratio);
  if (ratio === undefined || words === undefined) return undefined;
  const seen = `of ${formatValue(ratio.n, 'count')}, ${pWords(ratio.p)}`;
  return `:warning: *${words}* (${seen}). Whoever has it is chosen or counted in another way than meant, so the two sides may not be alike: find out why before you trust the word.`;
}

/** The share of requests that were seen to have the flag, where both sides were counted. */
export function measuredShare({ sampleRatio, rates, compared }: CohortVerdict): number | undefined {
  if (sampleRatio !== undefined) return sampleRatio.observed;
  if (rates === undefined || compared === 'before') return undefined;
  const all = rates.on + rates.off;
  return all > 0 ? rates.on / all : undefined;
}

/** How many requests with the flag were compared. */
export function requestsOf({ signals }: CohortVerdict): number | undefined {
  const totals = signals.flatMap(({ counts }) => (counts === undefined ? [] : [counts.on.total]));
  return totals.length === 0 ? undefined : Math.round(Math.max(...totals));
}

/** One signal's two values, tightly for a narrow column: `310→823 ms`. */
export function pairOf({ signals }: CohortVerdict, measure: Measure): string {
  const effect = signals.find((signal) => signal.measure === measure)?.effect;
  return effect === undefined ? '–' : fromTo(measure, effect.before, effect.after).replace(' → ', '→');
}

function figuresOf({ signals }: CohortVerdict, which: Verdict): string {
  const shown = signals.filter(({ verdict }) => verdict === which);
  const figures = shown.flatMap(figureOfSignal).slice(0, 3);
  if (figures.length > 0 || which === 'improved') return figures.join(', ');
  return shown.map(({ measure, verdict }) => `${nameOf(measure)} ${SIGNAL_WORD[verdict]}`).join(', ');
}

function mainFigures({ signals }: CohortVerdict): string {
  const main = signals.filter(({ measure }) => measure === 'errorRatio' || measure === 'p99');
  return main.flatMap(figureOfSignal).join(', ');
}

function figureOfSignal({ measure, effect }: CohortSignal): readonly string[] {
  return effect === undefined ? [] : [`${nameOf(measure)} ${fromTo(measure, effect.before, effect.after)}`];
}

function firstReason({ reasons }: CohortVerdict, otherwise: string): string {
  return reasons[0] === undefined
    ? otherwise
    : reasonOf(reasons[0]).replace(/^[A-Z](?=[a-z]* )/, (letter) => letter.toLowerCase());
}

const ORDER: readonly Verdict[] = ['degraded', 'improved', 'inconclusive', 'steady'];

/** What was judged, what is worse first. Of cohorts the rates say only how many have the flag. */
export function judged({ signals, compared }: CohortVerdict): readonly CohortSignal[] {
  return signals
    .filter(({ measure }) => measure !== 'rate' || compared === 'before')
    .toSorted((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));
}

function rowOf({ measure, effect, verdict }: CohortSignal): readonly string[] {
  return [
    ...[nameOf(measure), figureOf(measure, effect?.before), figureOf(measure, effect?.after)],
    ...[changeOf(measure, effect?.before, effect?.after), SIGNAL_WORD[verdict]],
  ];
}

function rateRow(verdict: CohortVerdict): readonly (readonly string[])[] {
  const { rates, compared, signals } = verdict;
  const isBefore = compared === 'before';
  if (rates === undefined || (isBefore && signals.some(({ measure }) => measure === 'rate'))) return [];
  const change = isBefore ? changeOf('rate', rates.off, rates.on) : '–';
  return [['rate', figureOf('rate', rates.off), figureOf('rate', rates.on), change, '']];
}

function changeOf(measure: Measure, before: number | undefined, after: number | undefined): string {
  if (before === undefined || after === undefined) return '–';
  return formatChange(before, after, factsOf(measure).unit).relative.replace('unchanged', '±0');
}
