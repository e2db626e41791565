import { looksPlanned, type Rollout, type RolloutStep, type StepWatch } from '#domain/flag.ts';
import { lengthWords } from '#domain/length-words.ts';
import { wentWords } from '#domain/share-words.ts';
import { lengthOf } from '#domain/time.ts';
import type { CohortVerdict } from '#domain/verdict/cohort-verdict.ts';
import { basisOf, mismatchWords, WORD_EMOJI } from './cohort-words.ts';
import { progressWords } from './evidence.ts';

/** How a step stands: its sign, its word where there is one to be said, and what goes with it. */
export type StepState = {
  readonly emoji: string;
  /** For a narrow column; a step that came to no word has none, which is not to look as if it had passed. */
  readonly short: string;
  /** The verdict, once it may be told. */
  readonly verdict?: CohortVerdict;
  readonly words: string;
};

/** How a step of a rollout stands now. */
export function stepState(rollout: Rollout, step: RolloutStep): StepState {
  const { watch } = step;
  const next = nextStep(rollout, step);
  if (watch === undefined) return { emoji: ':control_knobs:', short: '–', words: 'recorded, not compared' };
  const { verdict } = watch;
  if (verdict !== undefined && isTold(watch))
    return { emoji: WORD_EMOJI[verdict.word], short: verdict.word, verdict, words: toldWords(verdict) };
  if (watch.state === 'watching')
    return { emoji: ':hourglass_flowing_sand:', short: 'so far', words: soFarWords(watch) };
  if (next === undefined)
    return { emoji: ':grey_question:', short: '–', words: 'watched, and nothing could be judged' };
  const words = `it ${wentWords(next.share)} after ${lengthWords(next.at - step.at)}, before anything could be said`;
  return { emoji: ':fast_forward:', short: '–', words };
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
  const isSeen = verdict.signals.some(({ effect }) => effect !== undefined);
  return `${over} · ${isSeen ? 'nothing worse so far' : 'nothing to compare yet'}`;
}
