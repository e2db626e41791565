import { z } from 'zod';
import { answersOf, saidRight } from '#domain/answers.ts';
import type * as domain from '#domain/deploy.ts';
import { present } from '#domain/optional.ts';
import { factsOf } from '#domain/signal.ts';
import type * as deployVerdict from '#domain/verdict/deploy-verdict.ts';
import type { Verdict } from '#domain/verdict/verdict.ts';
import { needsOf } from './cohorts.ts';
import { Who, whoOf } from './people.ts';
import { Problem, problemOf } from './problem.ts';
import { MEASURES, Reading, readingOf, UNITS, Window, windowOf } from './readings.ts';
import { areFinite, finite, Seconds, secondsOf, Time, timeOf, Untrusted } from './values.ts';

const VERDICTS = ['degraded', 'improved', 'steady', 'inconclusive'] as const satisfies readonly Verdict[];

/** When something began to change. */
export const Onset = z.object({
  at: Time,
  plusMinus: Seconds.describe('It may be so much earlier or later.'),
});
export type Onset = z.infer<typeof Onset>;

const Needs = z.object({
  requests: z.number().min(0).optional(),
  samples: z.number().min(0).optional(),
  seconds: Seconds.optional().describe('How long that takes at this pace; absent where it never comes.'),
});

const Placebo = z
  .object({
    n: z.number().min(0).describe('How many ordinary moments of the same service were looked at.'),
    rank: z.number().min(0).describe('How many of them changed at least as clearly.'),
    p: z.number().min(0).max(1),
  })
  .describe('How the change stands out among ordinary moments of the week before.');

/** What a deploy did to one signal. */
const Signal = z.object({
  measure: z.enum(MEASURES),
  unit: z.enum(UNITS).describe('Of values and the absolute change; a ratio is 0 to 1.'),
  verdict: z.enum(VERDICTS),
  before: z.number().optional().describe('In the baseline.'),
  after: z.number().optional().describe('In what was judged of the watch so far.'),
  change: z.object({ absolute: z.number(), relative: z.number().optional() }).optional(),
  test: z.string().optional(),
  p: z.number().min(0).max(1).optional().describe('One-sided, towards what happened.'),
  n: z.number().min(0).optional().describe('How many observations the test saw.'),
  placebo: Placebo.optional(),
  onset: Onset.optional(),
  floor: z
    .object({ relative: z.number(), absolute: z.number().optional() })
    .describe('A smaller change does not matter.'),
  decidedAt: Time.optional(),
  needs: Needs.optional().describe('What is missing to be certain.'),
  reasons: z.array(Untrusted),
});
type Signal = z.infer<typeof Signal>;

/** A deploy in a line, with its verdict in a word. */
export const DeploySummary = z.object({
  id: z.string(),
  service: z.string().optional().describe('Absent where none that is configured fits.'),
  version: Untrusted,
  previousVersion: Untrusted.optional(),
  environment: Untrusted,
  status: z.enum(['started', 'succeeded', 'failed']).describe('Of the rollout.'),
  startedAt: Time,
  finishedAt: Time.optional(),
  by: Untrusted.optional().describe('As the sender names them.'),
  url: Untrusted.optional(),
  isRollback: z.literal(true).optional().describe('An earlier version was put back.'),
  isUnannounced: z.literal(true).optional().describe('Nobody told of it: the metrics showed its version.'),
  watch: z
    .enum(['waiting', 'watching', 'done', 'superseded', 'cancelled'])
    .optional()
    .describe('Absent for deploys that are recorded only.'),
  verdict: z
    .enum(VERDICTS)
    .optional()
    .describe('What it did; while it is watched, so far. Absent where nothing was judged.'),
  decidedAt: Time.optional().describe('When that was certain.'),
  onset: Onset.optional().describe('When what is worse, or better, began.'),
  reasons: z.array(Untrusted).describe('Why that verdict, in sentences.'),
  wasRight: z.boolean().optional().describe('What people said of the verdict.'),
  incident: z.string().optional().describe('The incident that was declared from it.'),
});
export type DeploySummary = z.infer<typeof DeploySummary>;

/** A deploy with all that was found out about it. */
export const Deploy = DeploySummary.extend({
  artifact: Untrusted.optional(),
  changes: z.array(z.object({ title: Untrusted, by: Untrusted.optional(), url: Untrusted.optional() })),
  parts: z.array(
    z.object({
      name: Untrusted.describe('A region or wave; all where the sender tells none.'),
      source: z.string().describe('Who told of it.'),
      status: z.enum(['started', 'succeeded', 'failed']),
      startedAt: Time,
      finishedAt: Time.optional(),
    }),
  ),
  baseline: Window.optional().describe('What it is compared with.'),
  window: Window.optional().describe('What is judged: from the end of the warm-up to the end of the watch.'),
  looks: z.int().min(0).optional(),
  looksPlanned: z.int().min(0).optional(),
  before: Reading.optional().describe('The baseline, each signal as one number.'),
  after: Reading.optional().describe('The watch so far.'),
  signals: z.array(Signal),
  placebo: Placebo.optional(),
  needs: Needs.optional(),
  queries: z
    .array(z.object({ source: z.string(), query: z.string(), line: z.string() }))
    .describe('What was asked for it, as it was sent.'),
  problems: z.array(Problem).describe('What went wrong in asking, at the latest look.'),
  answered: z
    .object({ right: z.boolean(), by: Who, at: Time })
    .optional()
    .describe('Who said last whether the verdict is right.'),
  expected: z
    .object({ reason: Untrusted, by: Who, at: Time })
    .optional()
    .describe('Who said that what was found is expected, and why.'),
});
export type Deploy = z.infer<typeof Deploy>;

/** Deploys, the newest first. */
export const DeployList = z.object({
  at: Time,
  deploys: z.array(DeploySummary),
  nextCursor: z.string().optional().describe('Send it as `cursor` for the next page; absent on the last.'),
});
export type DeployList = z.infer<typeof DeployList>;

export const DeployDetail = z.object({ at: Time, deploy: Deploy });
export type DeployDetail = z.infer<typeof DeployDetail>;

export function deploySummaryOf(deploy: domain.Deploy): DeploySummary {
  const { id, service, version, previousVersion, environment, status, startedAt, finishedAt } = deploy;
  const { watch, actor, url, rollback, unannounced, incident } = deploy;
  const verdict = watch?.verdict;
  return {
    ...{ id, version, environment, status, startedAt: timeOf(startedAt) },
    ...present({
      ...{ service, previousVersion, url, incident, by: actor },
      ...{ isRollback: rollback, isUnannounced: unannounced },
      finishedAt: finishedAt === undefined ? undefined : timeOf(finishedAt),
      ...{ watch: watch?.state, verdict: verdict?.verdict, wasRight: saidRight(deploy) },
      decidedAt: verdict?.decidedAt === undefined ? undefined : timeOf(verdict.decidedAt),
      onset: verdict?.onset === undefined ? undefined : onsetOf(verdict.onset),
    }),
    reasons: [...(verdict?.reasons ?? [])],
  };
}

export function deployOf(deploy: domain.Deploy): Deploy {
  const { watch, artifact, changes, parts } = deploy;
  const { answered, expected } = answersOf(deploy);
  const verdict = watch?.verdict;
  return {
    ...deploySummaryOf(deploy),
    changes: changes.map(({ title, url, author }) => ({ title, ...present({ url, by: author }) })),
    parts: parts.map(({ name, source, status, startedAt, finishedAt }) => ({
      ...{ name, source, status, startedAt: timeOf(startedAt) },
      ...present({ finishedAt: finishedAt === undefined ? undefined : timeOf(finishedAt) }),
    })),
    signals: (verdict?.signals ?? []).map(signalOf),
    queries: (watch?.queries ?? []).map(({ source, promql, line }) => ({ source, query: promql, line })),
    problems: (watch?.problems ?? []).map(problemOf),
    ...present({
      artifact,
      baseline: watch && windowOf(watch.baseline),
      window: watch && windowOf(watch.window),
      ...{ looks: watch?.looks, looksPlanned: watch?.looksPlanned },
      before: watch?.latest && readingOf(watch.latest.before),
      after: watch?.latest && readingOf(watch.latest.after),
      placebo: placeboOf(verdict?.placebo),
      needs: verdict?.needs && needsOf(verdict.needs),
      answered: answered && { right: answered.right, by: whoOf(answered.by), at: timeOf(answered.at) },
      expected: expected && { reason: expected.reason, by: whoOf(expected.by), at: timeOf(expected.at) },
    }),
  };
}

export function onsetOf({ at, plusMinus }: NonNullable<deployVerdict.DeployVerdict['onset']>): Onset {
  return { at: timeOf(at), plusMinus: secondsOf(plusMinus) ?? 0 };
}

function signalOf(signal: deployVerdict.SignalVerdict): Signal {
  const { measure, verdict, effect, significance, placebo, onset, floor, decidedAt, needs, reasons } = signal;
  return {
    ...{ measure, unit: factsOf(measure).unit, verdict },
    floor: { relative: floor.relative, ...present({ absolute: floor.absolute }) },
    ...present({
      ...{ before: finite(effect?.before), after: finite(effect?.after) },
      change:
        effect === undefined || !areFinite(effect.absolute)
          ? undefined
          : { absolute: effect.absolute, ...present({ relative: finite(effect.relative) }) },
      ...{ test: significance?.test, p: finite(significance?.p), n: finite(significance?.n) },
      placebo: placeboOf(placebo),
      onset: onset && onsetOf(onset),
      decidedAt: decidedAt === undefined ? undefined : timeOf(decidedAt),
      needs: needs && needsOf(needs),
    }),
    reasons: [...reasons],
  };
}

function placeboOf(placebo: deployVerdict.DeployVerdict['placebo']) {
  if (placebo === undefined || !areFinite(placebo.n, placebo.rank, placebo.p)) return undefined;
  return { n: placebo.n, rank: placebo.rank, p: placebo.p };
}
