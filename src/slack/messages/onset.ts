import type { RecentChange } from '#app/answer.ts';
import { besideOf, standingOf } from '#domain/causes.ts';
import { lengthWords } from '#domain/length-words.ts';
import { type Duration, MINUTE } from '#domain/time.ts';
import type { Onset } from '#domain/verdict/verdict.ts';
import { time } from '../blocks.ts';
import { changeName } from './changes.ts';

/** When something began, beside the change that may be why: “began 14:03 ±1 min, 40 s after *v1.4.2*”; or the one that came later: “9 min before *v1.4.2*: not its doing”. */
export function beganWords(began: Onset, changes: readonly RecentChange[]): string {
  const when = `began ${time(began.at)} ±${uncertainty(began.plusMinus)}`;
  const beside = besideOf(changes, began);
  if (beside === undefined) return when;
  const { change, isSuspect, side, by } = beside;
  if (!isSuspect) return `${when}, ${lengthWords(by)} before ${changeName(change)}: not its doing`;
  if (side !== 'with') return `${when}, ${lengthWords(by)} after ${changeName(change)}`;
  return `${when}, as ${changeName(change)}${change.kind === 'deploy' ? ' came' : ''}`;
}

/** How far a change is from what began. */
export function distanceWords(change: RecentChange, began: Onset): string {
  const { side, by } = standingOf(change, began);
  if (side === 'with') return 'as it began';
  return side === 'before' ? `${lengthWords(by)} before it began` : 'after it began: not its cause';
}

/** Rounded up: `30 s`, `1 min`, `3 min`. */
function uncertainty(length: Duration): string {
  return length < MINUTE
    ? lengthWords(length)
    : lengthWords(Math.ceil(length / MINUTE) * MINUTE).replace('60 s', '1 min');
}
