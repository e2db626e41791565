import { type Deploy, isOpen, type Watch } from '#domain/deploy.ts';
import { lengthWords } from '#domain/length-words.ts';
import { siblingIn } from '#domain/siblings.ts';
import { factsOf, type Measure } from '#domain/signal.ts';
import { lengthOf, MINUTE } from '#domain/time.ts';
import { formatChange, formatValue } from '#domain/units.ts';
import type { DeployVerdict, SignalVerdict } from '#domain/verdict/deploy-verdict.ts';
import { BEGAN_BEFORE, type Needs, type Onset, type Verdict } from '#domain/verdict/verdict.ts';
import { plain, time } from '../blocks.ts';
import { floorWords, fromTo, progressWords, pWords, reasonOf, rounded } from './evidence.ts';
import { counted, figureOf, nameOf } from './figures.ts';

/** The sign of a verdict; a word always repeats it. */
export const VERDICT_EMOJI: Readonly<Record<Verdict, string>> = {
  degraded: ':rotating_light:',
  improved: ':chart_with_upwards_trend:',
  steady: ':white_check_mark:',
  inconclusive: ':grey_question:',
};

/** Whether a word is a verdict. */
export function isVerdict(word: string): word is Verdict {
  return Object.hasOwn(VERDICT_EMOJI, word);
}

/** What a verdict says of one signal, in a word that fits a table. */
export const SIGNAL_WORD: Readonly<Record<Verdict, string>> = {
  degraded: 'worse',
  improved: 'better',
  steady: 'same',
  inconclusive: 'unsure',
};

/** What decided, in figures: `errors 0.1 → 2.5 %, p99 310 → 823 ms`. */
export function figuresOf(verdict: DeployVerdict, { latest }: Pick<Watch, 'latest'>): string {
  const shown =
    verdict.verdict === 'degraded' || verdict.verdict === 'improved'
      ? verdict.signals.filter((signal) => signal.verdict === verdict.verdict).map(({ measure }) => measure)
      : (['errorRatio', 'p99'] as const);
  return shown
    .flatMap((measure) => {
      const { before, after } = valuesOf(measure, verdict, latest);
      return before === undefined || after === undefined
        ? []
        : [`${nameOf(measure)} ${fromTo(measure, before, after)}`];
    })
    .slice(0, 3)
    .join(', ');
}

/**
 * When it began, beside the rollout: `began 13:42 ±1 min, 20 s after the deploy`. What was held to be earlier is told as earlier, however
 * wide the ± is; what began earlier and is the deploy's nevertheless, with the deploy before that it cannot be told apart from.
 */
export function onsetWords(
  { at, plusMinus }: Onset,
  deploy: Deploy,
  reasons: readonly string[] = [],
): string {
  const rollout = deploy.finishedAt ?? deploy.startedAt;
  const began = `began ${time(at, plusMinus < MINUTE ? '{time_secs}' : '{time}')} ±${lengthWords(plusMinus)}`;
  const before = `${lengthWords(deploy.startedAt - at)} before the deploy`;
  if (reasons.includes(BEGAN_BEFORE))
    return at < deploy.startedAt ? `${began}, ${before}` : `${began}, about when the deploy began`;
  if (at < deploy.startedAt - plusMinus) {
    const sibling = siblingIn(reasons, (deploy.startedAt - at) / MINUTE);
    return sibling === undefined
      ? `${began}, ${before}`
      : `${began}, with ${plain(sibling.version, 60)}, ${before}`;
  }
  if (at < deploy.startedAt) return `${began}, with the deploy`;
  // What began while it rolled out is its doing too.
  return at < rollout
    ? `${began}, while it rolled out`
    : `${began}, ${lengthWords(at - rollout)} after the deploy`;
}

/** What is missing to be certain: `about 4,000 more requests are needed, 20 min at this traffic`. */
export function needsWords({ more, what, takes }: Needs): string {
  const pace = what === 'requests' ? ' at this traffic' : '';
  return `about ${formatValue(rounded(more), 'count')} more ${what} are needed, ${lengthWords(takes)}${pace}`;
}

/** What a verdict rests on in a sentence, without its figures. */
export function basisWords(verdict: DeployVerdict, deploy: Deploy): string {
  const onset = verdict.onset === undefined ? undefined : onsetWords(verdict.onset, deploy, verdict.reasons);
  switch (verdict.verdict) {
    case 'degraded':
    case 'improved':
      return onset ?? '';
    case 'steady':
      return 'shown to be as before';
    case 'inconclusive':
      if (verdict.reasons.includes(BEGAN_BEFORE)) return `${onset ?? 'began before'}: not its doing`;
      return verdict.needs === undefined
        ? reasonOf(verdict.reasons[0] ?? 'too little to say')
        : needsWords(verdict.needs);
  }
}

/** The evidence, a line for each signal that was judged, what is worse first. */
export function evidenceLines({ signals, placebo }: DeployVerdict): readonly string[] {
  const order: readonly Verdict[] = ['degraded', 'improved', 'inconclusive', 'steady'];
  const sorted = signals.toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  const joint =
    placebo === undefined
      ? []
      : [
          `Larger than ${formatValue(placebo.n - placebo.rank, 'count')} of ${formatValue(placebo.n, 'count')} ordinary moments of the last 7 days (about ${formatValue(placebo.effective, 'count')} independent), all signals together.`,
        ];
  return [...joint, ...sorted.map(evidenceOf)];
}

function evidenceOf(signal: SignalVerdict): string {
  const { measure, verdict, significance, effect, floor, placebo, needs, reasons } = signal;
  const { unit } = factsOf(measure);
  const parts = [
    ...(effect === undefined
      ? []
      : [`${formatValue(effect.before, unit)} → ${formatValue(effect.after, unit)}`]),
    ...(significance === undefined
      ? []
      : [
          `${plain(significance.test, 120)}, ${pWords(significance.p)}, n ${formatValue(significance.n, 'count')}`,
        ]),
    ...(placebo === undefined || (verdict !== 'degraded' && verdict !== 'improved')
      ? []
      : [
          `larger than ${formatValue(placebo.n - placebo.rank, 'count')} of ${formatValue(placebo.n, 'count')} ordinary moments`,
        ]),
    `matters from ${floorWords(floor)}`,
    ...(verdict === 'inconclusive' && needs !== undefined ? [needsWords(needs)] : []),
    ...reasons.map(reasonOf),
  ];
  return `*${nameOf(measure)}* ${SIGNAL_WORD[verdict]}: ${parts.join('; ')}.`;
}

/** The watch in a few words while it goes on: `watching, 6 of 15 min · nothing unusual so far`. */
export function soFarWords(watch: Watch): string {
  const { looks, looksPlanned, window, latest, verdict } = watch;
  const isEmpty = latest !== undefined && Object.keys(latest.after.values).length === 0;
  const state =
    looks === 0 || verdict === undefined ? '' : isEmpty ? ' · no data since' : ' · nothing unusual so far';
  return `${progressWords(looks / looksPlanned, lengthOf(window))}${state}`;
}

/** Whether a verdict is to be told: at the end, or as soon as it is certain that something got worse. */
export function isTold(watch: Watch | undefined): watch is Watch & { verdict: DeployVerdict } {
  return watch?.verdict !== undefined && (!isOpen(watch) || watch.verdict.verdict === 'degraded');
}

/** The values that people know, read over the whole windows; the judge's own where there are none. */
function valuesOf(measure: Measure, verdict: DeployVerdict, latest: Watch['latest']) {
  const effect = verdict.signals.find((signal) => signal.measure === measure)?.effect;
  return {
    before: latest?.before.values[measure] ?? effect?.before,
    after: latest?.after.values[measure] ?? effect?.after,
  };
}

/** Before, after and change as a table on a phone has room for. */
export function verdictRow(
  measure: Measure,
  before: number | undefined,
  after: number | undefined,
  verdict: DeployVerdict | undefined,
): readonly string[] {
  const signal = verdict?.signals.find((one) => one.measure === measure);
  const change =
    before === undefined || after === undefined
      ? '–'
      : formatChange(before, after, factsOf(measure).unit).relative.replace('unchanged', '±0');
  return [
    nameOf(measure),
    figureOf(measure, before),
    figureOf(measure, after),
    change,
    signal === undefined ? '' : SIGNAL_WORD[signal.verdict],
  ];
}

/** How many parts a deploy had, named. */
export function partWords({ parts }: Deploy): readonly string[] {
  if (parts.length < 2) return [];
  return [`${counted(parts.length, 'part')}: ${parts.map(({ name }) => plain(name, 30)).join(', ')}`];
}
