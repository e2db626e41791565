import type { KnownBlock } from '@slack/types';
import type { RolloutMessage } from '#app/message.ts';
import { latestStep, type Rollout, type RolloutStep } from '#domain/flag.ts';
import { formatValue } from '#domain/units.ts';
import { context, link, plain, type Rendered, rendered, section, table } from '../blocks.ts';
import { pairOf, requestsOf } from './cohort-words.ts';
import { counted } from './figures.ts';
import { recordedWhy, sinceWords, stepNames, stepState } from './rollout-words.ts';
import { shareWord } from './share-words.ts';

/** As many steps as a phone shows without scrolling; the rest is counted. */
const MOST_STEPS = 8;

/** The root of a rollout's thread: the step that holds now and what is said of it, then all steps, newest first. */
export function rolloutMessage({ rollout, links, owner }: RolloutMessage): Rendered {
  const step = latestStep(rollout);
  if (step === undefined) {
    const words = `${plain(rollout.flag, 40) || 'A flag'}: no step is known`;
    return rendered(words, [section(words)]);
  }
  const { emoji, verdict, words } = stepState(rollout, step);
  const word = verdict?.word;
  const { flag, rest } = stepNames(rollout, step, word === undefined ? 12 : word.length + 2);
  const head = `${emoji} *${flag}*${rest}`;
  const facts = [
    `in ${plain(rollout.environment, 60)}`,
    ...(owner === undefined ? [] : [`owner ${plain(owner, 60)}`]),
    ...(links.dashboard === undefined ? [] : [link(links.dashboard, 'dashboard')]),
  ];
  const notes = [
    ...(verdict?.compared === 'before' ? ['Compared with what was before the step.'] : []),
    ...(step.watch === undefined ? [recordedWhy(rollout, step, true)] : []),
    facts.join(' · '),
  ];
  return rendered(`${flag}${rest}${word === undefined ? ` · ${words}` : `: ${word} · ${words}`}`, [
    section(word === undefined ? `${head} · ${words}` : `${head}: *${word}* · ${words}`),
    ...stepBlocks(rollout),
    context(notes.join('\n')),
  ]);
}

/** What each step came to in a table, and below it when each began and who did it, which tables cannot say in everybody's own time. */
function stepBlocks(rollout: Rollout): readonly KnownBlock[] {
  const newest = rollout.steps.toReversed();
  const shown = newest.slice(0, MOST_STEPS);
  const left = newest.length - shown.length;
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
