import type { Button, KnownBlock } from '@slack/types';
import type { TaskReport } from '#domain/agent-task/report.ts';
import { bare } from '../blocks.ts';
import { who } from './figures.ts';

/** Action ids of the buttons under a hypothesis; the value of each is `TASK-12:1:0`: the task, its report from 1, the hypothesis from 0. */
export const HYPOTHESIS_ACTION = { right: 'hypothesis-right', wrong: 'hypothesis-wrong' } as const;

/** Which hypothesis a button stands under. */
export type Shown = { readonly task: string; readonly report: number; readonly hypothesis: number };

/** People who are named for an answer; the others are counted. */
const NAMED = 5;

/** The buttons with which people say whether a hypothesis is right; each says aloud which one it is about. */
export function hypothesisButtons(shown: Shown, name: string): KnownBlock {
  const value = `${shown.task}:${shown.report}:${shown.hypothesis}`;
  const button = (text: 'Right' | 'Wrong', action: string): Button => ({
    ...{ type: 'button', text: { type: 'plain_text', text }, action_id: action, value },
    accessibility_label: bare(`${text}: ${shown.hypothesis + 1}, ${name}`, 74),
  });
  return {
    type: 'actions',
    block_id: `hypothesis:${value}`,
    elements: [button('Right', HYPOTHESIS_ACTION.right), button('Wrong', HYPOTHESIS_ACTION.wrong)],
  };
}

/** What stands in such a button's value; `undefined` where it is none of ours. */
export function shownIn(value: string | undefined): Shown | undefined {
  const [, task, report, hypothesis] = /^(TASK-\d{1,9}):(\d{1,3}):(\d{1,2})$/.exec(value ?? '') ?? [];
  return task === undefined ? undefined : { task, report: Number(report), hypothesis: Number(hypothesis) };
}

/** What people said of a hypothesis: `right, say @rae and @tom · wrong, says @kim`. */
export function answersWords(answers: TaskReport['answers']): string | undefined {
  const parts = [true, false].flatMap((right) => {
    const people = answers.filter((one) => one.right === right).map(({ by }) => who(by));
    const [first] = people;
    if (first === undefined) return [];
    const named = people.slice(0, NAMED);
    const more = people.length - named.length;
    const all = more === 0 ? named : [...named, `${more} more`];
    const names = all.length === 1 ? first : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
    return [
      `${right ? ':white_check_mark: right' : ':x: wrong'}, ${all.length === 1 ? 'says' : 'say'} ${names}`,
    ];
  });
  return parts.length === 0 ? undefined : parts.join(' · ');
}
