import type { Message } from '../slack/workspace.ts';
import type { Stack } from '../stack/stack.ts';
import { ask } from './asking.ts';
import { send } from './forms.ts';
import { picturesIn, roots, until } from './watcher.ts';

const PATIENCE = 30_000;

/** What the team of the worst budget means to do. */
const PLAN = 'A second provider takes over when the first one refuses, by Thursday';

/** A manager opens the weekly meeting: the digest in front of all, and what the team of the worst budget means to do. Gives the digest’s message. */
export async function openMeeting(stack: Stack): Promise<Message> {
  const { slack } = stack;
  const { workspace } = slack;
  await ask(stack, 'lena', '#eng-leads', '/obs digest here', /^Reliability, /, true);
  const digest = roots(workspace, /^Reliability, /).at(-1);
  if (digest === undefined || picturesIn([digest]) === 0) throw new Error('the digest has no picture');
  await slack.press('lena', digest.channel, digest.ts, 'digest-plan');
  await send(stack, 'lena', /Recovery plan/, { 'The plan, in a sentence': PLAN });
  await until(
    workspace,
    'the plan in the digest',
    () => (JSON.stringify(digest.blocks).includes(PLAN) ? true : undefined),
    PATIENCE,
  );
  return digest;
}
