import type { Fault } from '../shop/faults.ts';
import type { Message } from '../slack/workspace.ts';
import type { Stack } from '../stack/stack.ts';
import { ask } from './asking.ts';
import { reportFlag } from './senders.ts';
import { control } from './shop.ts';
import { firstCause, picturesIn, roots, threadOf, until } from './watcher.ts';

/** A third of the pages with the new checkout need a lock that all of them share: from 10 % on they stand in line for it. */
const QUEUE: Fault = {
  service: 'storefront',
  flag: 'feature.flag.new_checkout',
  fromShare: 0.1,
  among: 0.35,
  slower: 30,
};

/** How long each part of the rollout may take at most, in milliseconds. */
const PATIENCE = { word: 110_000, stop: 130_000, alert: 130_000, causes: 30_000, resolve: 90_000 };

/** Does a step of the story; what is missing of it is noted, and the story goes on. */
type Step = <T>(what: string, run: () => Promise<T>) => Promise<T | undefined>;

/** What the rollout leaves behind: the alert that it caused, and the end of it, which nothing waits for. */
export type RolloutPlayed = { readonly alert: Message | undefined; readonly ended: Promise<unknown> };

/** Plays the rollout of a flag: harmless at 1 %, told to stop at 10 %, turned off. */
export async function playRollout(
  stack: Stack,
  tell: (kind: string, what: string) => void,
  step: Step,
): Promise<RolloutPlayed> {
  const { workspace } = stack.slack;
  await control(stack, 'faults', { faults: [QUEUE] });
  tell('story', 'The flag new-checkout is turned on for 1 %.');
  await turn(stack, 0.01);
  await step('the word on 1 %', () =>
    until(
      workspace,
      'go or hold at 1 %',
      () => said(stack, /\b(go|hold)\b.*\bnew-checkout\b.*\b1\s%.*\d/i),
      PATIENCE.word,
    ),
  );

  tell('story', 'It is turned on for 10 %. A third of the pages with it wait for a lock.');
  await turn(stack, 0.1);
  const [alert] = await Promise.all([
    step('the alert of the flag', () =>
      until(workspace, 'the alert thread', () => roots(workspace, /StorefrontSlow/).at(-1), PATIENCE.alert),
    ),
    step('the word on 10 %', () =>
      until(workspace, 'stop at 10 %, calling somebody, with a picture', () => called(stack), PATIENCE.stop),
    ),
  ]);
  await step('the word on 10 % over REST', () => askedOverRest(stack, 'stop'));
  if (alert !== undefined)
    await step('the flag as the first likely cause', () =>
      firstCause(workspace, alert, /new-checkout.*10\s%/, PATIENCE.causes),
    );
  await step('the flag asked for', () =>
    ask(stack, 'noor', '#web', '/obs flag new-checkout', /new-checkout/, true),
  );

  tell('story', 'It is turned off.');
  await turn(stack, 0);
  await control(stack, 'faults', { faults: [] });
  const ended =
    alert === undefined
      ? Promise.resolve()
      : step('the end of the flag’s alert', () =>
          until(
            workspace,
            'the resolved message',
            () => (/resolved/.test(alert.text) ? true : undefined),
            PATIENCE.resolve,
          ),
        );
  return { alert, ended };
}

/** Gives the flag to so many (0…1), and tells of it. */
async function turn(stack: Stack, share: number): Promise<void> {
  await control(stack, 'flag', { name: 'feature.flag.new_checkout', share });
  await reportFlag(stack, {
    flag: 'new-checkout',
    share,
    environment: 'production',
    at: new Date().toISOString(),
    actor: 'noor',
    url: 'https://flags.example/shop/new-checkout',
  });
}

/** Asks for the flag as a tool that rolls it out would. Rejects when the newest step has another word. */
async function askedOverRest({ addresses, tokens }: Stack, word: string): Promise<void> {
  const response = await fetch(`${addresses.REST}flags/new-checkout`, {
    headers: { authorization: `Bearer ${tokens.api}` },
  });
  const body = await response.text();
  if (!response.ok) throw new Error(`REST answered ${response.status}: ${body}`);
  const said = JSON.parse(body).rollouts[0]?.step?.word;
  if (said !== word) throw new Error(`REST said ${String(said)} instead of ${word}`);
}

/** The reply in the rollout's thread whose first line has these words. */
function said(stack: Stack, words: RegExp): Message | undefined {
  return replies(stack).find(({ text }) => words.test(text));
}

/** The reply that calls somebody because the flag has to be taken back from 10 %. */
function called(stack: Stack): Message | undefined {
  return replies(stack).find(
    (reply) =>
      /^stop\b.*\bnew-checkout\b.*\b10\s%.*\bp99\b/.test(reply.text) &&
      /<@U\w+>: please turn/.test(JSON.stringify(reply.blocks)) &&
      picturesIn([reply]) > 0,
  );
}

function replies({ slack: { workspace } }: Stack): readonly Message[] {
  return roots(workspace, /new-checkout/).flatMap((root) => threadOf(workspace, root).slice(1));
}
