import { z } from 'zod';
import type * as domain from '#domain/agent-task/hand-off.ts';
import { present } from '#domain/optional.ts';
import { Stretch, stretchOf } from './agent-report.ts';
import { finite, Seconds, Time, timeOf, Untrusted } from './values.ts';

const UNITS = ['perSecond', 'ratio', 'seconds', 'bytes', 'cores', 'count', 'short'] as const;

/** Since when, and how sure that is. */
export const Began = z
  .object({ at: Time, plusMinus: Seconds.describe('How far off it may be, in seconds.') })
  .describe('When it began by the data; absent where that could not be told.');

export const Change = z.object({
  kind: z.enum(['deploy', 'flag']),
  id: z.string().describe('Of a deploy (get_deploy) or of a rollout (get_rollout).'),
  service: z.string().optional(),
  relation: z.enum(['own', 'dependency']).describe('Of the service itself, or of one it depends on.'),
  what: Untrusted.describe('What it was.'),
  at: Time,
  actor: Untrusted.optional().describe('Who did it.'),
  url: Untrusted.optional(),
  verdict: z.string().optional().describe('The verdict on it: degraded, steady, stop, …'),
  isProven: z
    .boolean()
    .optional()
    .describe('It was shown to do harm: those whom it changed do worse than those whom it did not.'),
});
export type Change = z.infer<typeof Change>;

export function changeOf({ at, isProven, ...change }: domain.HandOffChange): Change {
  return { ...change, at: timeOf(at), ...present({ isProven }) };
}

export const HandOff = z
  .object({
    at: Time.describe('When it was read. Values are of then, not of now.'),
    observed: z.object({
      headline: Untrusted.describe('What is wrong, in one sentence, with the figures.'),
      summary: Untrusted.optional(),
      description: Untrusted.optional(),
      labels: z.record(z.string(), Untrusted).describe('Labels of the alert.'),
      expression: Untrusted.optional().describe('The expression that fired.'),
    }),
    evidence: z
      .array(
        z.object({
          title: z.string().describe('What it shows.'),
          query: Untrusted.describe(
            'PromQL as it was asked; `query` asks it again, `compare` sets it beside before.',
          ),
          source: z.string().describe('The name of the Prometheus that was asked.'),
          range: Stretch,
          unit: z.enum(UNITS),
          value: z
            .number()
            .optional()
            .describe('What it came to in `range`; absent where nothing was there.'),
          baseline: z
            .object({ range: Stretch, value: z.number() })
            .optional()
            .describe('What it was before.'),
          snapshot: z.string().optional().describe('The picture that shows it, read by get_snapshot.'),
        }),
      )
      .describe('What was read, the most telling first.'),
    changes: z.array(Change).describe('What changed before it began, the likeliest cause first.'),
    similar: z
      .array(
        z.object({
          incident: z.string(),
          title: Untrusted,
          score: z.number().min(0).max(1).describe('How alike, 0 to 1.'),
          ago: Seconds.describe('How long ago it began, in seconds.'),
        }),
      )
      .describe('Earlier incidents like it, the most alike first.'),
    alsoFiring: z
      .array(z.object({ id: z.string(), name: Untrusted, service: z.string().optional() }))
      .describe('Other alerts that fire, of the service and of what it depends on.'),
    related: z
      .array(z.object({ task: z.string(), title: Untrusted }))
      .optional()
      .describe('Other open tasks about the same service: one cause may explain all.'),
    links: z.array(z.object({ title: z.string(), url: Untrusted.optional() })),
    missing: z.array(z.string()).describe('What could not be read, and why.'),
  })
  .describe('What was known when the task was handed off.');
export type HandOff = z.infer<typeof HandOff>;

export function beganOf({ at, plusMinus }: { readonly at: number; readonly plusMinus: number }) {
  return { at: timeOf(at), plusMinus: Math.max(0, plusMinus) / 1000 };
}

export function handOffOf(handOff: domain.HandOff): HandOff {
  const { at, observed, evidence, changes, similar, alsoFiring, related, links, missing } = handOff;
  return {
    at: timeOf(at),
    observed: { ...observed, labels: { ...observed.labels } },
    evidence: evidence.map(({ range, baseline, value, ...one }) => ({
      ...one,
      range: stretchOf(range),
      ...present({
        value: finite(value),
        baseline:
          baseline === undefined || finite(baseline.value) === undefined
            ? undefined
            : { range: stretchOf(baseline.range), value: baseline.value },
      }),
    })),
    changes: changes.map(changeOf),
    similar: similar.map(({ incident, title, score, ago }) => ({
      ...{ incident, title, score: Math.min(1, Math.max(0, score)), ago: Math.max(0, ago) / 1000 },
    })),
    alsoFiring: alsoFiring.map((one) => ({ ...one })),
    ...present({ related: related?.map((one) => ({ ...one })) }),
    links: links.map((link) => ({ ...link })),
    missing: [...missing],
  };
}
