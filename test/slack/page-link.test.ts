import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '#app/message.ts';
import { pageAt } from '#app/page-address.ts';
import { judgeBlocks } from '#sandbox/slack/block-kit/judge.ts';
import { withPage } from '#slack/messages/page-link.ts';
import { render } from '#slack/messages/render.ts';
import { MESSAGES } from '../obligations/any-message.ts';

const BASE = 'https://bellbuoy.example.com';
const files = { isUsable: () => true };

const addresses = (blocks: unknown) =>
  [...JSON.stringify(blocks).matchAll(/<(https:\/\/bellbuoy\.example\.com[^|>]*)\|/g)].map(
    ([, address]) => address ?? '',
  );

describe.each(Object.entries(MESSAGES))('a message about “%s”', (about, messages) => {
  it('with the way to its page is one that Slack takes, and the way leads to a page', () => {
    fc.assert(
      fc.property(messages, (message) => {
        const content = render(message as Message, 'F0PICTURE1');
        const { text, blocks } = withPage(content, message as Message, BASE);
        expect(text).toBe(content.text);
        judgeBlocks(blocks, files);
        for (const address of addresses(blocks)) expect(pageAt(BASE, address), address).toBeDefined();
        if (about === 'incident') expect(addresses(blocks)).toHaveLength(1);
      }),
      { numRuns: 40 },
    );
  });
});

it('without an address of the pages nothing is added', () => {
  fc.assert(
    fc.property(MESSAGES.digest, (message) => {
      const content = render(message as Message, 'F0PICTURE1');
      expect(withPage(content, message as Message, undefined)).toBe(content);
    }),
    { numRuns: 5 },
  );
});

it('a service is shown over the stretch that the message is about', () => {
  const window = { from: Date.UTC(2026, 10, 24, 12), to: Date.UTC(2026, 10, 24, 13) };
  const message = {
    about: 'answer',
    answer: { kind: 'service', service: 'checkout', window },
  } as unknown as Message;
  const { blocks } = withPage({ text: 'x', blocks: [] }, message, `${BASE}/`);
  expect(addresses(blocks)).toEqual([
    `${BASE}/pages/services/checkout?from=2026-11-24T12:00:00Z&to=2026-11-24T13:00:00Z`,
  ]);
});
