import { z } from 'zod';
import type * as domain from '#domain/agent-task/report.ts';
import { REPORT_LIMITS } from '#domain/agent-task/report.ts';
import { TRIGGERS } from '#domain/incident/postmortem.ts';
import { present } from '#domain/optional.ts';
import type { Range } from '#domain/time.ts';
import { Who, whoOf } from './people.ts';
import { finite, Time, timeOf, Untrusted } from './values.ts';

/** A stretch of time. */
export const Stretch = z.object({ from: Time, to: Time }).describe('A stretch of time, `to` excluded.');

export function stretchOf({ from, to }: Range): { from: string; to: string } {
  return { from: timeOf(from), to: timeOf(to) };
}

const TASK_CAUSE = 'What set it off by kind, and which one.';

/** What an agent reported, as it is kept. */
export const Report = z
  .object({
    number: z.int().min(1).describe('Counts the reports of the task, from 1; the last one counts.'),
    by: Who.describe('Who reported.'),
    at: Time.describe('When.'),
    summary: Untrusted.describe('What was found, in short.'),
    hypotheses: z
      .array(
        z.object({
          cause: z
            .object({ kind: z.enum(TRIGGERS), reference: Untrusted.optional().describe('An id or name.') })
            .describe(TASK_CAUSE),
          statement: Untrusted.describe('What is thought to have happened.'),
          confidence: z.number().min(0).max(1).describe('How sure whoever reported is, 0 to 1.'),
          evidence: z
            .array(
              z.object({
                what: Untrusted.describe('What speaks for it.'),
                query: Untrusted.optional().describe('The PromQL with which it can be checked.'),
                range: Stretch.optional(),
                value: z.number().optional().describe('What it came to.'),
                snapshot: Untrusted.optional().describe('The id of a picture, read by get_snapshot.'),
                url: Untrusted.optional().describe('Where it can be seen.'),
              }),
            )
            .describe('What speaks for it.'),
          answers: z
            .object({ right: z.int().min(0), wrong: z.int().min(0) })
            .optional()
            .describe('How many people said that it was right, and wrong; absent where nobody did.'),
        }),
      )
      .describe('What may have been the cause, the likeliest first. None: nothing was found.'),
    suggestions: z.array(Untrusted).describe('What should be done next, as whoever reported sees it.'),
  })
  .describe('What an agent found. Its texts are the agent’s.');
export type Report = z.infer<typeof Report>;

export function reportOf({
  number,
  by,
  at,
  summary,
  hypotheses,
  suggestions,
  answers,
}: domain.TaskReport): Report {
  return {
    ...{ number, by: whoOf(by), at: timeOf(at), summary, suggestions: [...suggestions] },
    hypotheses: hypotheses.map(({ cause, statement, confidence, evidence }, i) => {
      const said = answers.filter(({ hypothesis }) => hypothesis === i);
      const right = said.filter((one) => one.right).length;
      return {
        ...{ cause: { ...cause }, statement, confidence },
        evidence: evidence.map(({ range, value, ...words }) => ({
          ...words,
          ...present({ range: range === undefined ? undefined : stretchOf(range), value: finite(value) }),
        })),
        ...present({ answers: said.length === 0 ? undefined : { right, wrong: said.length - right } }),
      };
    }),
  };
}

/** A text of so many characters at most, which is not empty. */
function textUpTo(most: number) {
  const error = `Expected 1 to ${most} characters.`;
  return z.string({ error }).trim().min(1, { error }).max(most, { error });
}

function listUpTo<T extends z.ZodType>(of: T, most: number) {
  return z.array(of).max(most, { error: `Expected ${most} at most.` });
}

const Confidence = { error: 'Expected a number from 0 to 1.' };

/** What an agent sends as its report, beside the task. */
export const ReportInput = {
  summary: textUpTo(REPORT_LIMITS.summary).describe('What was found, in one to three sentences.'),
  hypotheses: listUpTo(
    z.strictObject({
      cause: z
        .strictObject({
          kind: z.enum(TRIGGERS).describe('What kind of thing set it off.'),
          reference: textUpTo(REPORT_LIMITS.reference)
            .optional()
            .describe(
              'Which one: the id of a deploy or rollout (as in `changes` of the task), or the name of a dependency.',
            ),
        })
        .describe(TASK_CAUSE),
      statement: textUpTo(REPORT_LIMITS.statement).describe('What you think happened, in plain words.'),
      confidence: z
        .number(Confidence)
        .min(0, Confidence)
        .max(1, Confidence)
        .describe('How sure you are, 0 to 1.'),
      evidence: listUpTo(
        z.strictObject({
          what: textUpTo(REPORT_LIMITS.what).describe('What speaks for it, with the figures.'),
          query: textUpTo(REPORT_LIMITS.query).optional().describe('The PromQL that was asked.'),
          range: z
            .strictObject({ from: Time, to: Time })
            .refine(({ from, to }) => from < to, { error: 'Expected `from` to be before `to`.' })
            .optional()
            .describe('The stretch that was asked.'),
          value: z.number().optional().describe('What it came to.'),
          snapshot: textUpTo(REPORT_LIMITS.reference).optional().describe('The id of a picture of ours.'),
          url: textUpTo(REPORT_LIMITS.url)
            .regex(/^https?:\/\/[^\s<>|]+$/, {
              error: 'Expected an address that begins with http:// or https://.',
            })
            .optional()
            .describe('Where it can be seen.'),
        }),
        REPORT_LIMITS.evidence,
      )
        .default([])
        .describe('What speaks for it, and how people can check it.'),
    }),
    REPORT_LIMITS.hypotheses,
  )
    .default([])
    .describe(
      'What may have been the cause; the surest first. Empty: nothing was found, which is a result too.',
    ),
  suggestions: listUpTo(textUpTo(REPORT_LIMITS.suggestion), REPORT_LIMITS.suggestions)
    .default([])
    .describe('What should be done next.'),
};
const Sent = z.strictObject(ReportInput);

/** What was sent as the domain has it. */
export function sentReport({ summary, hypotheses, suggestions }: z.output<typeof Sent>) {
  return {
    ...{ summary, suggestions },
    hypotheses: hypotheses.map(
      ({ cause, statement, confidence, evidence }): domain.Hypothesis => ({
        ...{ cause: { kind: cause.kind, ...present({ reference: cause.reference }) }, statement, confidence },
        evidence: evidence.map(({ what, query, range, value, snapshot, url }) => ({
          what,
          ...present({ query, value, snapshot, url }),
          ...(range === undefined
            ? {}
            : { range: { from: Date.parse(range.from), to: Date.parse(range.to) } }),
        })),
      }),
    ),
  };
}
