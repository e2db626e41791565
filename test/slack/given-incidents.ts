import type { IncidentLine, PostmortemLine, SimilarIncident } from '#app/incident-answers.ts';
import type { Actor } from '#domain/event.ts';
import type { Incident } from '#domain/incident/incident.ts';
import type { ActionItem, Postmortem } from '#domain/incident/postmortem.ts';
import type { TimelineEntry } from '#domain/incident/timeline.ts';
import { DAY, MINUTE } from '#domain/time.ts';

/** 13:42 UTC, when payments began to fail. */
export const BEGAN = Date.UTC(2026, 10, 24, 13, 42);
export const KIM: Actor = { kind: 'person', user: 'U0KIM00000' };
export const RAE: Actor = { kind: 'person', user: 'U0RAE00000' };
export const THREAD = 'https://acme.slack.com/archives/C0INCIDENT/p1';

/** So many minutes after it began. */
export function minute(minutes: number): number {
  return BEGAN + minutes * MINUTE;
}

/** An incident that was declared from an alert, five minutes after payments began to fail. */
export function incident(more: Partial<Incident> = {}): Incident {
  return {
    ...{ id: 'INC-12', number: 12, title: 'Checkout fails for 3 % of payments', severity: 'sev2' },
    ...{ status: 'investigating', services: ['checkout'], roles: {}, declaredBy: KIM },
    ...{ declaredAt: minute(5), touchedAt: minute(5), subject: { kind: 'alert', id: 'a1' } },
    times: { started: BEGAN, detected: minute(2), acknowledged: minute(3) },
    ...{ alerts: ['a1'], deploys: [], rollouts: [], nudges: 0, channel: '#incidents' },
    costs: [
      {
        ...{ service: 'checkout', slo: 'availability', used: 9 * MINUTE, allowed: 43 * MINUTE },
        ...{ bad: 412, total: 19_200, isTime: false },
      },
    ],
    ...more,
  };
}

/** The same once it is over. */
export function resolved(more: Partial<Incident> = {}): Incident {
  const one = incident();
  return {
    ...{ ...one, status: 'resolved', roles: { commander: KIM, scribe: RAE } },
    summary: 'v1.4.2 keeps its connections, so the pool runs dry.',
    times: { ...one.times, mitigated: minute(28), resolved: minute(42) },
    ...more,
  };
}

export function line(of: Incident, more: Partial<IncidentLine> = {}): IncidentLine {
  return { incident: of, permalink: THREAD, ...more };
}

export function entry(text: string, minutes: number, more: Partial<TimelineEntry> = {}): TimelineEntry {
  return { key: `k:${minutes}:${text}`, kind: 'note', at: minute(minutes), text, ...more };
}

/** How it went. */
export const ENTRIES: readonly TimelineEntry[] = [
  entry('checkout v1.4.2 is rolled out to production by noor', -1, { kind: 'deploy' }),
  entry('CheckoutErrors fires (page): 2.5 % of requests fail', 2, { kind: 'alert' }),
  entry('CheckoutErrors is acknowledged', 3, { kind: 'alert', by: KIM }),
  entry('declared from alert CheckoutErrors', 5, { kind: 'declared', by: KIM }),
  entry('is commander', 6, { kind: 'role', by: KIM }),
  entry('the pool is at 50 of 50 since the deploy', 11, { by: RAE }),
  entry('investigating → identified: the pool is exhausted', 14, { kind: 'status', by: KIM }),
  entry('sev 2 → sev 1', 15, { kind: 'severity', by: KIM }),
  entry('a rollback of checkout v1.4.2 is asked for', 21, { kind: 'deploy', by: KIM }),
  entry('identified → monitoring', 28, { kind: 'status', by: KIM }),
  entry('errors are at 0.1 % again', 30, { by: RAE }),
  entry('resolved', 42, { kind: 'status', by: KIM }),
];

export function action(n: number, title: string, more: Partial<ActionItem> = {}): ActionItem {
  return {
    ...{ id: `INC-12-${n}`, title, kind: 'prevent', state: 'open', createdAt: minute(90) },
    ...more,
  };
}

export const ACTIONS: readonly ActionItem[] = [
  action(1, 'Give the pool a limit per version', { owner: 'U0RAE00000', due: '2026-12-01' }),
  action(2, 'Alert on a full pool', { kind: 'detect', due: '2026-11-20' }),
  action(3, 'Tell support how to see it', { kind: 'document', state: 'done', owner: 'U0KIM00000' }),
];

/** Its post-mortem, half written. */
export function postmortem(more: Partial<Postmortem> = {}): Postmortem {
  const over = resolved();
  return {
    ...{ version: 1, incident: 'INC-12', revision: 3, state: 'draft', drafted: {} },
    ...{ createdAt: minute(43), updatedAt: minute(90), authors: [KIM, RAE] },
    fields: {
      title: 'Checkout failed for 3 % of payments',
      summary:
        'v1.4.2 kept its database connections. After a minute the pool was empty, and payments timed out.',
      impact: 'Payments by card failed; wallets went on.',
      ...{ detectionSource: 'alert', detection: 'CheckoutErrors, two minutes after the deploy.' },
      ...{ triggerKind: 'deploy', triggerReference: 'checkout v1.4.2', causeCategory: 'capacity' },
      ...{ wentWell: '- the alert named the deploy\n- the rollback took 4 min', times: over.times },
    },
    actions: ACTIONS,
    record: {
      ...{ alerts: ['a1', 'a2'], deploys: ['d1'], rollouts: [], incidents: [], costs: over.costs },
      requests: [{ service: 'checkout', failed: 412, all: 19_200 }],
      evidence: [1, 2, 3].map((n) => ({
        ...{
          snapshot: `s_${n}`,
          title: 'checkout',
          takenAt: minute(6),
          range: { from: BEGAN, to: minute(6) },
        },
        ...{ step: 15_000, queries: [], values: [] },
      })),
      missing: [],
    },
    ...more,
  };
}

export function written(more: Partial<Postmortem> = {}): PostmortemLine {
  const one = postmortem(more);
  return {
    ...{ incident: resolved(), postmortem: one },
    unfilled: ['rootCause', 'contributingFactors', 'resolution', 'wentBadly', 'gotLucky'],
    open: one.actions.filter(({ state }) => state === 'open'),
  };
}

/** What three weeks ago was like it. */
export const SEEN: SimilarIncident = {
  incident: incident({
    ...{ id: 'INC-7', number: 7, title: 'Payments time out', status: 'resolved' },
    ...{ declaredAt: BEGAN - 21 * DAY, times: { started: BEGAN - 21 * DAY } },
  }),
  why: [
    { kind: 'alert', name: 'CheckoutErrors' },
    { kind: 'service', name: 'checkout' },
    { kind: 'trigger', trigger: 'deploy' },
  ],
  cause: 'connection pool',
  permalink: THREAD,
};
