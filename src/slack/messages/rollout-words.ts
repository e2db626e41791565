import { hasCohorts, looksPlanned, type Rollout, type RolloutStep, type StepWatch } from '#domain/flag.ts';
import { lengthOf } from '#domain/time.ts';
import { formatValue } from '#domain/units.ts';
import type { CohortVerdict } from '#domain/verdict/cohort-verdict.ts';
import { link, plain, time, webAddress } from '../blocks.ts';
import { basisOf, measuredShare, mismatchWords, WORD_EMOJI } from './cohort-words.ts';
import { progressWords } from './evidence.ts';
import { lengthWords } from './figures.ts';
import { shareWords, wentWords } from './share-words.ts';

/** How a step stands: its sign, its word where there is one to be said, and what goes with it. */
export type StepState = {
  readonly emoji: string;
  /** In one word, for a table. */
  readonly short: string;
  /** The verdict, once it may be told. */
  readonly verdict?: CohortVerdict;
  readonly words: string;
};

/** What a phone shows of a message while it is locked, in characters. */
const FIRST_LINE = 60;

/** How a step of a rollout stands now. */
export function stepState(rollout: Rollout, step: RolloutStep): StepState {
  const { watch } = step;
  const next = nextStep(rollout, step);
  if (watch === undefined)
    return { emoji: ':control_knobs:', short: 'recorded', words: 'recorded, not compared' };
  const { verdict } = watch;
  if (verdict !== undefined && isTold(watch))
    return { emoji: WORD_EMOJI[verdict.word], short: verdict.word, verdict, words: toldWords(verdict) };
  if (watch.state === 'watching')
    return { emoji: ':hourglass_flowing_sand:', short: 'watching', words: soFarWords(watch) };
  if (next === undefined)
    return { emoji: ':grey_question:', short: 'no word', words: 'watched, and nothing could be judged' };
  const words = `it ${wentWords(next.share)} after ${lengthWords(next.at - step.at)}, before anything could be said`;
  return { emoji: ':fast_forward:', short: 'no word', words };
}

/** The step that took a step's place. */
export function nextStep({ steps }: Rollout, step: RolloutStep): RolloutStep | undefined {
  return steps[steps.indexOf(step) + 1];
}

/** Whether a step's word is to be said: a *stop* at once, others once the time is over in which it is watched. */
function isTold(watch: StepWatch): boolean {
  return watch.verdict?.word === 'stop' || watch.looks >= looksPlanned(watch);
}

/** What stands behind a word; first that the sides may not be alike, where somebody might go on by it. */
function toldWords(verdict: CohortVerdict): string {
  const mismatch = mismatchWords(verdict.sampleRatio);
  return mismatch === undefined || verdict.word === 'stop'
    ? basisOf(verdict)
    : `but ${mismatch} · ${basisOf(verdict)}`;
}

function soFarWords(watch: StepWatch): string {
  const { looks, window, verdict } = watch;
  const planned = Math.max(1, looksPlanned(watch));
  const over = progressWords(Math.min(1, looks / planned), lengthOf(window));
  if (looks === 0 || verdict === undefined) return over;
  return `${over} · ${verdict.signals.length === 0 ? 'no requests seen yet' : 'nothing worse so far'}`;
}

/** What a step did to whom: flag, share and service, short enough for what follows (`room` characters) to stand within the first line. */
export function stepNames(
  rollout: Rollout,
  step: Pick<RolloutStep, 'share' | 'watch'>,
  room: number,
): { readonly flag: string; readonly rest: string } {
  const share = sharePhrase(step);
  const service = serviceOf(rollout);
  const joint = service === undefined ? '' : ' on ';
  const free = FIRST_LINE - room - share.length - joint.length - 1;
  const whole = rollout.flag.length + (service ?? '').length <= free;
  const forService = Math.min((service ?? '').length, Math.floor(free * 0.4));
  const flag = plain(rollout.flag, whole ? 300 : Math.max(8, free - forService)) || 'unnamed flag';
  const name =
    service === undefined ? '' : `${joint}${plain(service, whole ? 300 : Math.max(6, forService))}`;
  return { flag, rest: ` ${share}${name}` };
}

/** The service of a rollout, or what the sender calls it. */
export function serviceOf({ service, hints }: Rollout): string | undefined {
  return service ?? hints.service ?? hints.application;
}

/** `at 10 %`; `changed (9.8 % of requests)` where only the requests tell. */
function sharePhrase({ share, watch }: Pick<RolloutStep, 'share' | 'watch'>): string {
  const measured =
    share === undefined && watch?.verdict !== undefined ? measuredShare(watch.verdict) : undefined;
  return measured === undefined
    ? shareWords(share)
    : `changed (${formatValue(measured, 'ratio')} of requests)`;
}

/** What is to be done about a step that did harm: `turn *new-checkout* back to 1 %`. */
export function backWords(rollout: Rollout, step: RolloutStep): string {
  const flag = `*${plain(rollout.flag, 80) || 'the flag'}*`;
  const { share } = step;
  if (share === undefined) return `turn ${flag} back`;
  const place = rollout.steps.indexOf(step);
  const earlier = rollout.steps.slice(0, place < 0 ? undefined : place);
  const good = earlier.findLast((one) => {
    const isBack = share === 0 ? (one.share ?? 0) > 0 : one.share !== undefined && one.share < share;
    return isBack && one.watch?.verdict?.word !== 'stop';
  });
  if (good?.share !== undefined && good.share > 0)
    return `turn ${flag} back to ${formatValue(good.share, 'ratio')}`;
  return share === 0 ? `turn ${flag} on again` : `turn ${flag} off`;
}

/** Why a step is recorded and nothing more. */
export function recordedWhy(
  { service, flag, environment }: Rollout,
  step: RolloutStep,
  isLatest: boolean,
): string {
  if (service === undefined) return 'No configured service has it, so nothing is compared.';
  if (!isLatest) return 'It was heard of only after a later step, so nothing is compared.';
  return hasCohorts(step)
    ? `Nothing is compared: \`services.${plain(service, 80)}.flags\` does not name ${plain(flag, 80)}, or ${plain(environment, 40)} is not watched.`
    : 'Too few had it for that to be seen in the service as a whole, so nothing is compared.';
}

/** When a step began, who made it, and the way to the flag: `since 14:00 by noor · flag`. */
export function sinceWords({ at, actor, source, url }: RolloutStep): string {
  const by =
    actor === undefined ? `, told by ${plain(source, 40) || 'its sender'}` : ` by ${plain(actor, 60)}`;
  const way = webAddress(url) === undefined ? '' : ` · ${link(url, 'flag')}`;
  return `since ${time(at, '{date_short_pretty} {time}')}${by}${way}`;
}
