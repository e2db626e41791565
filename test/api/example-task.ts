import { type AgentTask, EXPIRES_AFTER } from '#domain/agent-task/agent-task.ts';
import { at } from '../domain/given.ts';

const before = { from: at('12:00'), to: at('12:15') };
const now = { from: at('12:15'), to: at('12:30') };

/** A task with something in each of its parts, as it stands at 12:30 of the usual day. */
export const TASK: AgentTask = {
  ...{ id: 'TASK-3', number: 3, subject: { kind: 'alert', id: 'a81' }, service: 'checkout' },
  ...{ title: 'HighErrors on checkout', since: at('12:16'), createdAt: at('12:19') },
  expiresAt: at('12:19') + EXPIRES_AFTER,
  handOff: {
    at: at('12:19:05'),
    observed: {
      headline: 'HighErrors on checkout: too many fail. Errors, % of requests: 4.8 %, 0.11 % before.',
      summary: 'too many fail',
      labels: { alertname: 'HighErrors', severity: 'page' },
      expression: 'sum(rate(errors[5m])) / sum(rate(requests[5m])) > 0.02',
    },
    began: { at: at('12:15:30'), plusMinus: 15_000 },
    evidence: [
      {
        ...{ title: 'checkout: Errors, % of requests', query: 'sum(rate(errors[15m]))', source: 'default' },
        ...{ range: now, unit: 'ratio', value: 0.048, baseline: { range: before, value: 0.0011 } },
      },
    ],
    changes: [
      {
        ...{ kind: 'deploy', id: 'd80', service: 'checkout', relation: 'own', what: 'checkout v1.4.2' },
        ...{ at: at('12:15'), actor: 'noor', verdict: 'degraded' },
      },
    ],
    similar: [{ incident: 'INC-9', title: 'Payments fail', score: 0.62, ago: 8_640_000, why: [] }],
    alsoFiring: [{ id: 'a82', name: 'SlowLedger', service: 'ledger' }],
    related: [{ task: 'TASK-4', title: 'checkout v1.4.2 is degraded' }],
    links: [{ title: 'runbook', url: 'https://wiki.example/checkout' }],
    missing: [],
  },
  lease: { by: { kind: 'machine', name: 'investigator' }, number: 1, at: at('12:25'), until: at('12:35') },
  reports: [],
};
