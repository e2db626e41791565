import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '#app/message.ts';
import { judgeBlocks } from '#sandbox/slack/block-kit/judge.ts';
import { render } from '#slack/messages/render.ts';
import { MESSAGES } from './any-message.ts';

const files = { isUsable: ({ id }: { id?: string }) => id === 'F0PICTURE1' };

/** Dates, mentions and links, whole. */
const OURS = /<(?:!date\^|!subteam\^|@|https?:\/\/)[^<>]*>/g;

describe.each(Object.entries(MESSAGES))(
  'a message about “%s”, whatever the outside put into it',
  (_, messages) => {
    it('is one that Slack takes: blocks, lengths, total size', () => {
      fc.assert(
        fc.property(messages, (message) => {
          const { text, blocks } = render(message as Message, 'F0PICTURE1');
          expect(text.length).toBeGreaterThan(0);
          expect(text.length).toBeLessThanOrEqual(4000);
          judgeBlocks(blocks, files);
        }),
        { numRuns: 60 },
      );
    });

    it('mentions nobody but those who pressed or asked, and forges no link', () => {
      fc.assert(
        fc.property(messages, (message) => {
          const { text, blocks } = render(message as Message, 'F0PICTURE1');
          const markup = [text];
          JSON.stringify(blocks, (__, value: unknown) => {
            if (
              typeof value === 'object' &&
              value !== null &&
              'type' in value &&
              value.type === 'mrkdwn' &&
              'text' in value
            )
              markup.push(String(value.text));
            return value;
          });
          for (const words of markup) {
            expect(words).not.toMatch(/<!(?!date\^)/);
            expect(words.replaceAll('<@U0PERSON00>', '')).not.toMatch(/<@/);
            expect(words).not.toMatch(/<https:\/\/evil\.example\|click>/);
            // A bare one would be taken for the beginning of markup.
            expect(words.replaceAll(OURS, '')).not.toContain('<');
          }
        }),
        { numRuns: 60 },
      );
    });
  },
);

describe('the report of a deploy', () => {
  it('says its verdict within the first 60 characters, in at most 12 blocks with one picture', () => {
    fc.assert(
      fc.property(MESSAGES.deployReport, (message) => {
        const report = message as Extract<Message, { about: 'deployReport' }>;
        const verdict = report.deploy.watch?.verdict?.verdict;
        const { text, blocks } = render(report, 'F0PICTURE1');
        // What Slack shows: entities are one character, and what breaks formatting none.
        const shown = text.replaceAll('\u200b', '').replaceAll(/&(amp|lt|gt);/g, '&');
        if (verdict !== undefined) expect(shown.slice(0, 60)).toContain(verdict);
        expect(blocks.length).toBeLessThanOrEqual(12);
        expect(blocks.filter(({ type }) => type === 'image').length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
  });
});
