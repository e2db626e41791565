import type { Rollout, RolloutStep, StepWatch } from '#domain/flag.ts';
import { hasCohorts } from '#domain/flag.ts';
import { lengthOf } from '#domain/time.ts';
import { formatValue } from '#domain/units.ts';
import type { CohortVerdict } from '#domain/verdict/cohort-verdict.ts';
import { plain } from '../blocks.ts';
import { basisOf, measuredShare, WORD_EMOJI } from './cohort-words.ts';
import { progressWords } from './evidence.ts';
import { lengthWords } from './figures.ts';
import { shareWords } from './share-words.ts';

/** How a step stands: its sign, its word where there is one to be said, and what goes with it. */
export type Standing = {
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
export function standingOf(rollout: Rollout, step: RolloutStep): Standing {
  const { watch } = step;
  const next = rollout.steps[rollout.steps.indexOf(step) + 1];
  if (watch === undefined)
    return { emoji: ':control_knobs:', short: 'recorded', words: 'recorded, not compared' };
  const { verdict } = watch;
  if (verdict !== undefined && isTold(watch))
    return { emoji: WORD_EMOJI[verdict.word], short: verdict.word, verdict, words: basisOf(verdict) };
  if (watch.state === 'watching')
    return { emoji: ':hourglass_flowing_sand:', short: 'watching', words: soFarWords(watch) };
  return next === undefined
    ? { emoji: ':grey_question:', short: 'unknown', words: 'watched, and nothing could be judged' }
    : {
        emoji: ':fast_forward:',
        short: 'passed',
        words: `followed by the next step after ${lengthWords(next.at - step.at)}, before anything could be said`,
      };
}

/** Whether a step's word is to be said: a *stop* at once, others once the time is over in which it is watched. */
function isTold({ verdict, looks, window, every }: StepWatch): boolean {
  return verdict?.word === 'stop' || looks >= Math.round(lengthOf(window) / every);
}

function soFarWords({ looks, window, every, verdict }: StepWatch): string {
  const planned = Math.max(1, Math.round(lengthOf(window) / every));
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
