import { fileURLToPath } from 'node:url';
import type { Message } from '../slack/workspace.ts';
import { type Started, startProcess } from '../stack/process.ts';
import type { Stack } from '../stack/stack.ts';
import { threadOf, until } from './watcher.ts';

const INVESTIGATOR = fileURLToPath(new URL('../agent/investigator.ts', import.meta.url));

/** Starts an agent of its own, which knows an address and a token, and nothing of what happens here. Resolves once it is connected. */
export async function startAgent({ addresses, tokens, folder }: Stack): Promise<Started> {
  const agent = startProcess('agent', process.execPath, [INVESTIGATOR, addresses.MCP], folder, {
    AGENT_TOKEN: tokens.agent,
  });
  await agent.firstLine;
  return agent;
}

/** Waits until an agent’s report that names a cause by these words first stands in a thread. Rejects when it does not within `patience` ms. */
export function reported(
  { slack: { workspace } }: Stack,
  root: Message,
  cause: RegExp,
  patience: number,
): Promise<Message> {
  return until(
    workspace,
    `an agent’s report that names ${cause.source}`,
    () =>
      threadOf(workspace, root).find(
        ({ text }) =>
          /^investigator, an agent, (?:corrects its report|reports) on /.test(text) && cause.test(text),
      ),
    patience,
  );
}

/** Says that the likeliest hypothesis of a report is right, and waits until the report shows it. */
export async function answerRight({ slack }: Stack, person: string, report: Message): Promise<void> {
  await slack.press(person, report.channel, report.ts, 'hypothesis-right', firstHypothesis(report));
  await until(
    slack.workspace,
    'the report to show the answer',
    () => (/right, says <@/.test(JSON.stringify(report.blocks)) ? true : undefined),
    10_000,
  );
}

/** The block with the buttons of the likeliest hypothesis. */
function firstHypothesis({ blocks = [] }: Message): string | undefined {
  return /"block_id":"(hypothesis:[^"]+:0)"/.exec(JSON.stringify(blocks))?.[1];
}
