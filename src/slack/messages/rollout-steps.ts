import type { KnownBlock } from '@slack/types';
import type { Rollout, RolloutStep } from '#domain/flag.ts';
import { shareWord } from '#domain/share-words.ts';
import { formatValue } from '#domain/units.ts';
import { context, table } from '../blocks.ts';
import { pairOf, requestsOf } from './cohort-words.ts';
import { counted } from './figures.ts';
import { sinceWords } from './rollout-words.ts';
import { stepState } from './step-state.ts';

/** As many steps as a phone shows without scrolling; the rest is counted. */
const MOST_STEPS = 8;

/** What each step came to in a table, and below it when each began and who did it, which tables cannot say in everybody's own time. */
export function stepBlocks(rollout: Rollout): readonly KnownBlock[] {
  const newest = rollout.steps.toReversed();
  const shown = newest.slice(0, MOST_STEPS);
  // The message has the latest ones only; their numbers tell how many there were.
  const left = Math.max(0, ...newest.map(({ number }) => number)) - shown.length;
  const more = left === 0 ? [] : [`and ${counted(left, 'earlier step')}`];
  const isCompared = shown.some(({ watch }) => watch !== undefined);
  return [
    ...(isCompared
      ? [
          table(
            ['step', 'word', 'with it', 'errors', 'p99'],
            shown.map((step) => rowOf(rollout, step)),
          ),
        ]
      : []),
    context([...(isCompared ? [legendOf(shown)] : []), ...shown.map(sinceLine), ...more].join('\n')),
  ];
}

function rowOf(rollout: Rollout, step: RolloutStep): readonly string[] {
  const { short, verdict } = stepState(rollout, step);
  const seen = verdict ?? step.watch?.verdict;
  if (seen === undefined) return [shareWord(step.share), short, '–', '–', '–'];
  const requests = requestsOf(seen);
  return [
    ...[shareWord(step.share), short, requests === undefined ? '–' : formatValue(requests, 'count')],
    ...[pairOf(seen, 'errorRatio'), pairOf(seen, 'p99')],
  ];
}

function sinceLine(step: RolloutStep): string {
  return `*${shareWord(step.share)}* ${sinceWords(step)}`;
}

/** What the columns are of. */
function legendOf(steps: readonly RolloutStep[]): string {
  const hasBefore = steps.some(({ watch }) => watch?.verdict?.compared === 'before');
  return `with it: requests that have the flag · errors, p99: without it → with it${hasBefore ? '; before → now where all have it, or none' : ''}`;
}
