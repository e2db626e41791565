import type { Message } from '../slack/workspace.ts';
import type { Stack } from '../stack/stack.ts';
import { picturesIn, until } from './watcher.ts';

/** How long an answer may take, in milliseconds. */
const PATIENCE = 30_000;

/** Types a command and waits for the answer, with its picture where one is due. */
export async function ask(
  { slack }: Stack,
  person: string,
  channel: string,
  command: string,
  words: RegExp,
  pictured = false,
): Promise<void> {
  const { workspace } = slack;
  const from = workspace.messages.length + workspace.ephemerals.length;
  const acknowledged = await slack.command(person, channel, command);
  if (acknowledged.status !== 200) throw new Error(`${command} was answered with ${acknowledged.status}`);
  await until(
    workspace,
    `the answer to ${command}`,
    () => {
      if (workspace.messages.length + workspace.ephemerals.length === from) return undefined;
      return [...workspace.messages, ...workspace.ephemerals]
        .filter(({ text }) => words.test(text) && !/^Working/.test(text))
        .findLast(
          (said) => said.ts > oldest(from, workspace) && (!pictured || picturesIn([said as Message]) > 0),
        );
    },
    PATIENCE,
  );
}

function oldest(from: number, { messages, ephemerals }: Stack['slack']['workspace']): string {
  return [...messages, ...ephemerals].map(({ ts }) => ts).sort()[from - 1] ?? '';
}
