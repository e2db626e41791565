import type { RolloutMessage } from '#app/message.ts';
import { latestStep } from '#domain/flag.ts';
import { context, link, plain, type Rendered, rendered, section } from '../blocks.ts';
import { stepBlocks } from './rollout-steps.ts';
import { recordedWhy, stepNames } from './rollout-words.ts';
import { stepState } from './step-state.ts';

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
    ...(step.watch === undefined ? [recordedWhy(rollout, step)] : []),
    facts.join(' · '),
  ];
  return rendered(`${flag}${rest}${word === undefined ? ` · ${words}` : `: ${word} · ${words}`}`, [
    section(word === undefined ? `${head} · ${words}` : `${head}: *${word}* · ${words}`),
    ...stepBlocks(rollout),
    context(notes.join('\n')),
  ]);
}
