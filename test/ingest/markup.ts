import { expect } from 'vitest';
import type { Message } from '#app/message.ts';
import type { Deploy } from '#domain/deploy.ts';
import type { Rollout } from '#domain/flag.ts';
import { judgeBlocks } from '#sandbox/slack/block-kit/judge.ts';
import { webAddress } from '#slack/blocks.ts';
import { render } from '#slack/messages/render.ts';
import { markupOf } from '../stories/house.ts';

/** Who asked for what is rendered; being named is theirs. */
export const ASKER = 'U0ASKER000';

/** Renders a message and checks that Slack takes it, and that it has no mention or link but to the addresses meant as links. */
export function expectHarmless(message: Message): void {
  const shown = render(message, undefined);
  expect(shown.text.length).toBeGreaterThan(0);
  expect(shown.text.length).toBeLessThanOrEqual(4000);
  judgeBlocks(shown.blocks, { isUsable: () => false });
  expect(liveMarkup(shown, addressesIn(message))).toEqual([]);
  expect(markupOf(shown)).not.toMatch(UNSEEN);
  expect(JSON.stringify(shown).includes('\\ud')).toBe(false);
}

/** What Slack would make live in a message, other than dates and links to these addresses. */
export function liveMarkup(
  shown: { text: string; blocks?: readonly unknown[] },
  addresses: readonly string[] = [],
): readonly string[] {
  const meant = new Set(addresses.map((address) => webAddress(address)?.replaceAll('|', '%7C')));
  return [...markupOf(shown).matchAll(/<[^>]*>?/g)]
    .map(([found]) => found)
    .filter(
      (found) =>
        found !== `<@${ASKER}>` && !DATE.test(found) && !meant.has(/^<([^|>]*)\|[^<>]*>$/.exec(found)?.[1]),
    );
}

const DATE = /^<!date\^\d+\^(\{date_short_pretty\} )?\{time\}\|\d\d:\d\d UTC>$/;
/** Marks of direction and control characters; a line's end is ours. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSEEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

function addressesIn(message: Message): readonly string[] {
  const { deploys, rollouts } = changesIn(message);
  const steps = rollouts.flatMap((rollout) => rollout.steps);
  return [
    ...deploys.flatMap(({ url, changes }) => [url, ...changes.map((change) => change.url)]),
    ...steps.map(({ url }) => url),
  ].filter((address) => address !== undefined);
}

/** The deploys and rollouts that a message shows. */
function changesIn(message: Message): { deploys: readonly Deploy[]; rollouts: readonly Rollout[] } {
  if ('deploy' in message) return { deploys: [message.deploy], rollouts: [] };
  if (message.about === 'rollout' || message.about === 'rolloutStep')
    return { deploys: [], rollouts: [message.rollout] };
  if (message.about !== 'answer') return { deploys: [], rollouts: [] };
  const { answer } = message;
  return {
    deploys: answer.kind === 'deploys' ? answer.deploys : [],
    rollouts: answer.kind === 'flags' ? answer.rollouts : [],
  };
}
