import { z } from 'zod';
import type * as domain from '#domain/incident/incident.ts';
import { isOpen, ROLES, SEVERITIES, STATUSES } from '#domain/incident/incident.ts';
import { TRIGGERS } from '#domain/incident/postmortem.ts';
import type * as similar from '#domain/incident/similar.ts';
import { timeDoubts } from '#domain/incident/time-doubts.ts';
import { present } from '#domain/optional.ts';
import type { Instant } from '#domain/time.ts';
import { Doubt, Durations, doubtOf, durationsOf, Times, timesOf } from './incident-times.ts';
import { type Names, Who, whoOf } from './people.ts';
import { finite, Seconds, secondsOf, Time, timeOf, Untrusted } from './values.ts';

/** What an incident says of its shape. */
export const INCIDENT_SCHEMA = 'incident/1';

export const BudgetCost = z.object({
  service: z.string().describe('The service whose objective it is.'),
  slo: z.string().describe('The name of the objective.'),
  used: Seconds.optional().describe('What it cost of the error budget, as seconds of total failure.'),
  allowed: Seconds.optional().describe(
    'The whole error budget of the objective’s window, in the same seconds.',
  ),
  share: z.number().min(0).optional().describe('`used` of `allowed`; 1 is the whole budget.'),
  bad: z.number().optional().describe('Failed requests, or where `unit` is seconds, lost seconds.'),
  total: z.number().optional().describe('All requests, or all observed seconds.'),
  unit: z.enum(['requests', 'seconds']).describe('What `bad` and `total` count.'),
});
export type BudgetCost = z.infer<typeof BudgetCost>;

/** What an incident is, whatever it cost and whatever belongs to it. */
export const IncidentFacts = z.object({
  id: z.string().describe('Such as `INC-12`.'),
  number: z.int().min(1).describe('The number of its id.'),
  title: Untrusted.describe('What it is called.'),
  summary: Untrusted.optional().describe('What is known, as people last put it.'),
  severity: z.enum(SEVERITIES).describe('sev1: everybody is hit; sev4: nobody outside notices.'),
  status: z.enum(STATUSES).describe('Where the work on it stands.'),
  services: z.array(z.string()).describe('The services that are hit, the first one named first.'),
  roles: z
    .object({
      commander: Who.optional().describe('Who leads.'),
      communications: Who.optional().describe('Who tells others.'),
      scribe: Who.optional().describe('Who writes down.'),
    })
    .describe('Who does what; a role that nobody has is absent.'),
  declaredBy: Who.describe('Who declared it.'),
  declaredAt: Time.describe('When it was declared, ISO 8601 in UTC.'),
  declaredIn: z.string().optional().describe('The id of the conversation in which it was declared.'),
  subject: z
    .object({
      kind: z.enum(['alert', 'deploy', 'rollout']).describe('What kind of thing it was declared from.'),
      id: z.string().describe('Its id.'),
    })
    .optional()
    .describe('What it was declared from; absent where somebody declared it in words.'),
  channel: z.string().describe('Where its root message stands, `#name` or id.'),
  ownChannel: z.string().optional().describe('The id of its own channel, where it has one.'),
  times: Times.describe('When what happened; what is not known is absent, nothing is guessed.'),
  touchedAt: Time.describe('When a person last did or wrote something in it.'),
  duplicateOf: z
    .object({
      incident: z.string().describe('The id of the incident in which the work goes on.'),
      by: Who.describe('Who said so.'),
      at: Time.describe('When.'),
    })
    .optional()
    .describe('It is the same as another one.'),
});
export type IncidentFacts = z.infer<typeof IncidentFacts>;

/** An incident as it now stands. */
export const Incident = z.object({
  schema: z.literal(INCIDENT_SCHEMA).describe('The name and version of this shape.'),
  ...IncidentFacts.shape,
  durations: Durations.describe('How long it took, where both ends are known and in order.'),
  doubts: z.array(Doubt).describe('What is odd about its times; they stay as they are.'),
  alerts: z.array(z.string()).describe('Ids of the alert episodes that belong to it, oldest first.'),
  deploys: z.array(z.string()).describe('Ids of the deploys, oldest first.'),
  rollouts: z.array(z.string()).describe('Ids of the rollouts of feature flags, oldest first.'),
  budgets: z.array(BudgetCost).describe('What it cost in error budgets so far, most first.'),
  budgetsAt: Time.optional().describe('Up to when that was counted.'),
});
export type Incident = z.infer<typeof Incident>;

export const SimilarIncident = z.object({
  incident: z.string().describe('Its id.'),
  score: z.number().min(0).max(1).describe('How alike it is, 0 to 1.'),
  why: z
    .array(
      z.object({
        kind: z.enum(['alert', 'service', 'label', 'trigger', 'text']).describe('What they have in common.'),
        name: Untrusted.optional().describe('The name of the alert, service or label.'),
        value: Untrusted.optional().describe('The value of the label.'),
        trigger: z.enum(TRIGGERS).optional().describe('What set both off.'),
        subject: Untrusted.optional().describe('Which flag or dependency set both off.'),
      }),
    )
    .describe('What both have in common, the weightiest first.'),
  ago: Seconds.optional().describe('How long ago it began, in seconds.'),
});
export type SimilarIncident = z.infer<typeof SimilarIncident>;

/** A page of incidents: the newest first, or with `q` what fits best first. */
export const IncidentList = z.object({
  at: Time,
  incidents: z.array(
    Incident.extend({
      excerpt: Untrusted.optional().describe('With `q`: the part that holds the words.'),
    }),
  ),
  nextCursor: z.string().optional().describe('Send it as `cursor` for the next page; absent on the last.'),
});
export type IncidentList = z.infer<typeof IncidentList>;

/** One incident, with earlier ones like it. */
export const IncidentDetail = z.object({
  at: Time,
  incident: Incident,
  similar: z.array(SimilarIncident).describe('Earlier incidents that are like it, the most alike first.'),
});
export type IncidentDetail = z.infer<typeof IncidentDetail>;

/** An incident as it stands at `now`. */
export function incidentOf(incident: domain.Incident, now: Instant, names?: Names): Incident {
  const { times, alerts, deploys, rollouts, costs, costedTo } = incident;
  const doubts = timeDoubts(times, { writtenAt: now, isOver: !isOpen(incident) });
  return {
    ...{ schema: INCIDENT_SCHEMA, ...incidentFactsOf(incident, names) },
    ...{ durations: durationsOf(times), doubts: doubts.map(doubtOf) },
    ...{ alerts: [...alerts], deploys: [...deploys], rollouts: [...rollouts] },
    budgets: costs.map(budgetCostOf),
    ...present({ budgetsAt: costedTo === undefined ? undefined : timeOf(costedTo) }),
  };
}

export function incidentFactsOf(incident: domain.Incident, names?: Names): IncidentFacts {
  const { id, number, title, summary, severity, status, services } = incident;
  const { declaredIn, subject, channel, own, duplicateOf } = incident;
  return {
    ...{ id, number, title, severity, status, services: [...services], channel },
    roles: Object.fromEntries(
      ROLES.flatMap((role) => {
        const holder = incident.roles[role];
        return holder === undefined ? [] : [[role, whoOf(holder, names)]];
      }),
    ),
    ...{ declaredBy: whoOf(incident.declaredBy, names), declaredAt: timeOf(incident.declaredAt) },
    ...{ times: timesOf(incident.times), touchedAt: timeOf(incident.touchedAt) },
    ...present({
      ...{ summary, declaredIn, ownChannel: own?.id },
      subject: subject && { kind: subject.kind, id: subject.id },
      duplicateOf: duplicateOf && {
        incident: duplicateOf.incident,
        by: whoOf(duplicateOf.by, names),
        at: timeOf(duplicateOf.at),
      },
    }),
  };
}

export function budgetCostOf({
  service,
  slo,
  used,
  allowed,
  bad,
  total,
  isTime,
}: domain.BudgetCost): BudgetCost {
  return {
    ...{ service, slo, unit: isTime ? 'seconds' : 'requests' },
    ...present({
      ...{ used: secondsOf(Math.max(0, used)), allowed: secondsOf(Math.max(0, allowed)) },
      ...{ share: finite(Math.max(0, used / allowed)), bad: finite(bad), total: finite(total) },
    }),
  };
}

export function similarOf({ incident, score, why, ago }: similar.Similar): SimilarIncident {
  return {
    ...{ incident, score, why: why.map((one) => ({ ...one })) },
    ...present({ ago: secondsOf(Math.max(0, ago)) }),
  };
}
