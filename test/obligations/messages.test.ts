import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Answer, Home } from '#app/answer.ts';
import type { Message } from '#app/message.ts';
import { looksPlanned } from '#domain/flag.ts';
import { judgeBlocks, judgeView } from '#sandbox/slack/block-kit/judge.ts';
import { answerBlocks } from '#slack/messages/answer.ts';
import { homeView } from '#slack/messages/home.ts';
import { render } from '#slack/messages/render.ts';
import { home, INCIDENT_ANSWERS } from './any-incident.ts';
import { MESSAGES } from './any-message.ts';
import { at, question } from './any-text.ts';

const files = { isUsable: ({ id }: { id?: string }) => id === 'F0PICTURE1' };

/** Dates, mentions, conversations and links, whole. */
const OURS = /<(?:(?:!date\^|!subteam\^|@|https?:\/\/)[^<>]*|#[CG][A-Z0-9]+)>/g;

/** What is answered about incidents, each as the message that it stands in. */
const ANSWERS = Object.entries(INCIDENT_ANSWERS).map(([kind, answer]): [string, fc.Arbitrary<unknown>] => [
  `answer: ${kind}`,
  fc.record({ about: fc.constant('answer'), at, question, answer, problems: fc.constant([]) }),
]);

describe.each([...Object.entries(MESSAGES), ...ANSWERS])(
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
          expectHarmless([text, ...markupIn(blocks)]);
        }),
        { numRuns: 60 },
      );
    });
  },
);

/** All that Slack reads as markup. */
function markupIn(blocks: unknown): readonly string[] {
  const markup: string[] = [];
  JSON.stringify(blocks, (_, value: unknown) => {
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
  return markup;
}

/** Nobody is called but one who pressed or asked, and no link stands there that is not ours. */
function expectHarmless(markup: readonly string[]): void {
  for (const words of markup) {
    expect(words).not.toMatch(/<!(?!date\^)/);
    expect(words.replaceAll('<@U0PERSON00>', '')).not.toMatch(/<@/);
    expect(words).not.toMatch(/<https:\/\/evil\.example\|click>/);
    // A bare one would be taken for the beginning of markup.
    expect(words.replaceAll(OURS, '')).not.toContain('<');
  }
}

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

describe('an incident', () => {
  it('is told in at most 12 blocks, its id first', () => {
    fc.assert(
      fc.property(MESSAGES.incident, (message) => {
        const { incident, ...rest } = message as Extract<Message, { about: 'incident' }>;
        const { text, blocks } = render({ ...rest, incident }, undefined);
        expect(text.startsWith(`${incident.id} `)).toBe(true);
        expect(blocks.length).toBeLessThanOrEqual(12);
      }),
      { numRuns: 200 },
    );
  });

  it('does not change by time alone, so that Slack is not called for nothing', () => {
    fc.assert(
      fc.property(MESSAGES.incident, (message) => {
        const told = message as Extract<Message, { about: 'incident' }>;
        expect(render({ ...told, at: told.at + 3_600_000 }, undefined)).toEqual(render(told, undefined));
      }),
      { numRuns: 60 },
    );
  });

  it('is caught up with in ten lines, however long the night was', () => {
    fc.assert(
      fc.property(INCIDENT_ANSWERS.catchup, (answer) => {
        const { blocks } = answerBlocks(answer as Answer);
        const lines = blocks.flatMap((block) =>
          block.type === 'section' ? (block.text?.text ?? '').split('\n') : [],
        );
        expect(lines.length).toBeLessThanOrEqual(10);
      }),
      { numRuns: 100 },
    );
  });

  it('keeps its buttons, however much was written', () => {
    fc.assert(
      fc.property(fc.oneof(INCIDENT_ANSWERS.postmortem, INCIDENT_ANSWERS.incident), (answer) => {
        const { blocks } = answerBlocks(answer as Answer);
        expect(blocks.at(-1)?.type).toBe('actions');
      }),
      { numRuns: 100 },
    );
  });
});

describe('the Home tab', () => {
  it('is one that Slack takes, and calls nobody, whatever the outside put into it', () => {
    fc.assert(
      fc.property(home, (one) => {
        const view = homeView(one as Home);
        judgeView(view, 'home', files);
        expectHarmless(markupIn(view.blocks));
      }),
      { numRuns: 100 },
    );
  });
});
