import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '#app/message.ts';
import { looksPlanned } from '#domain/flag.ts';
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

/** What Slack shows: entities are one character, and what breaks formatting none. */
function shownOf(text: string): string {
  return text.replaceAll('\u200b', '').replaceAll(/&(amp|lt|gt);/g, '&');
}

describe('the report of a deploy', () => {
  it('says its verdict within the first 60 characters, in at most 12 blocks with one picture', () => {
    fc.assert(
      fc.property(MESSAGES.deployReport, (message) => {
        const report = message as Extract<Message, { about: 'deployReport' }>;
        const verdict = report.deploy.watch?.verdict?.verdict;
        const { text, blocks } = render(report, 'F0PICTURE1');
        if (verdict !== undefined) expect(shownOf(text).slice(0, 60)).toContain(verdict);
        expect(blocks.length).toBeLessThanOrEqual(12);
        expect(blocks.filter(({ type }) => type === 'image').length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the thread of a rollout', () => {
  it('says the word of the step that holds now within the first 60 characters, in at most 12 blocks', () => {
    fc.assert(
      fc.property(MESSAGES.rollout, (message) => {
        const { rollout, ...rest } = message as Extract<Message, { about: 'rollout' }>;
        const { text, blocks } = render({ ...rest, rollout }, undefined);
        const watch = rollout.steps.at(-1)?.watch;
        const word = watch?.verdict?.word;
        const isTold = watch !== undefined && (word === 'stop' || watch.looks >= looksPlanned(watch));
        if (word !== undefined && isTold)
          expect(shownOf(text).slice(0, 60)).toMatch(new RegExp(`: ${word}( |$)`));
        // What is not certain is not said.
        else expect(shownOf(text)).not.toMatch(/: (go|hold|stop) ·/);
        expect(blocks.length).toBeLessThanOrEqual(12);
      }),
      { numRuns: 300 },
    );
  });

  it('begins each reply with its word, in at most 12 blocks with one picture, and calls the owner for a stop alone', () => {
    fc.assert(
      fc.property(MESSAGES.rolloutStep, (message) => {
        const reply = message as Extract<Message, { about: 'rolloutStep' }>;
        const { text, blocks } = render(reply, 'F0PICTURE1');
        const watch = reply.rollout.steps.find(({ number }) => number === reply.step)?.watch;
        const word = watch?.verdict?.word;
        const isTold = watch !== undefined && (word === 'stop' || watch.looks >= looksPlanned(watch));
        if (word !== undefined && isTold) expect(text.startsWith(`${word}: `)).toBe(true);
        expect(blocks.length).toBeLessThanOrEqual(12);
        expect(blocks.filter(({ type }) => type === 'image').length).toBeLessThanOrEqual(1);
        if (word !== 'stop' || reply.isAlarm === undefined)
          expect(JSON.stringify(blocks.filter(({ type }) => type !== 'image'))).not.toContain(
            '<@U0PERSON00>',
          );
      }),
      { numRuns: 300 },
    );
  });
});
