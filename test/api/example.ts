import type { PostmortemExport } from '#app/incident-ports.ts';
import { applyNotification } from '#domain/alert.ts';
import type { Incident } from '#domain/incident/incident.ts';
import type { Postmortem } from '#domain/incident/postmortem.ts';
import type { TimelineEntry } from '#domain/incident/timeline.ts';
import { MINUTE, SECOND } from '#domain/time.ts';
import { alert, at, notification, service } from '../domain/given.ts';

const NOOR = { kind: 'person', user: 'U0NOOR001' } as const;
const SAM = { kind: 'person', user: 'U0SAM0001' } as const;
const ARIS = { kind: 'person', user: 'U0ARIS001' } as const;

const PROMQL = `sum by (http_route) (
  rate(http_server_request_duration_seconds_count{service_name="checkout", http_response_status_code=~"5.."}[1m])
)`;

/** Checkout fails after a deploy, is rolled back, and people wrote down why. */
export const INCIDENT: Incident = {
  ...{ id: 'INC-12', number: 12, title: 'Every third checkout fails', severity: 'sev1', status: 'resolved' },
  ...{ summary: 'Payments with saved cards fail since 1.4.2.', services: ['checkout', 'ledger'] },
  roles: { commander: NOOR, communications: SAM },
  ...{ declaredBy: NOOR, declaredAt: at('12:04:30'), declaredIn: 'C0PAYMENT' },
  times: {
    ...{ started: at('12:00:20'), detected: at('12:02:30'), acknowledged: at('12:03:10') },
    ...{ mitigated: at('12:21'), resolved: at('12:45') },
  },
  subject: { kind: 'alert', id: 'a31' },
  ...{ alerts: ['a31'], deploys: ['d77'], rollouts: [], costedTo: at('12:45') },
  costs: [
    {
      ...{ service: 'checkout', slo: 'availability', used: 388_800, allowed: 2_592_000 },
      ...{ bad: 6_480, total: 43_200_000, isTime: false },
    },
  ],
  ...{ touchedAt: at('12:45'), nudges: 0, channel: '#incidents' },
};

export const POSTMORTEM: Postmortem = {
  ...{ version: 1, incident: 'INC-12', revision: 7, state: 'approved' },
  ...{ createdAt: at('12:45:10'), updatedAt: at('16:30'), authors: [NOOR, ARIS] },
  ...{ approvedBy: SAM, approvedAt: at('16:30') },
  fields: {
    summary:
      'Version 1.4.2 read saved cards with a key that the vault had rotated. **Every third payment** failed for 21 minutes, until 1.4.1 was put back.',
    impact: '6,480 payments failed. None was charged twice: the ledger never saw them.',
    customerImpact: 'Whoever paid with a saved card got “Something went wrong”. New cards worked.',
    background: 'Keys of the vault are rotated every 90 days; both keys are valid for an hour.',
    detection: 'The alert on the error ratio fired two minutes after the rollout began.',
    detectionSource: 'alert',
    trigger: 'The rollout restarted all pods, and each read the key anew.',
    ...{ triggerKind: 'deploy', triggerReference: 'd77', causeCategory: 'configuration' },
    rootCause:
      'The client asks for the key by its *number*, and the number stood in the chart:\n\n```yaml\nvault:\n  keyNumber: 7 # <- was retired at 11:30\n```\n\nNothing checks at the start that the key can be read.',
    contributingFactors:
      '- The canary takes no saved cards\n- `keyNumber` is the same in staging | production',
    resolution: 'Rolled back at 12:16; the last pod was healthy at 12:21. 1.4.3 asks for the newest key.',
    wentWell: 'The alert named the deploy\nThe rollback took five minutes',
    wentBadly: '* Nobody knew who owns the vault',
    gotLucky: 'It was before the evening’s peak',
    supportingInformation: 'The [runbook of the vault](https://wiki.example.com/vault).',
  },
  drafted: { impact: '6,480 payments failed.' },
  actions: [
    {
      ...{
        id: 'INC-12-1',
        title: 'Read the key at the start, and fail there',
        kind: 'prevent',
        state: 'done',
      },
      ...{ owner: 'U0ARIS001', due: '2026-12-01', url: 'https://tickets.example.com/PAY-118' },
      ...{ createdAt: at('13:00'), closedAt: at('16:00'), closedBy: ARIS },
    },
    {
      ...{ id: 'INC-12-2', title: 'Send saved cards through the canary', kind: 'detect', state: 'open' },
      ...{ owner: 'U0NOOR001', due: '2026-12-08', createdAt: at('13:05') },
    },
    {
      ...{ id: 'INC-12-3', title: 'Write down who owns the vault', kind: 'document', state: 'open' },
      createdAt: at('13:06'),
    },
  ],
  record: {
    ...{ alerts: ['a31'], deploys: ['d77'], rollouts: [], incidents: ['INC-4'], costs: INCIDENT.costs },
    requests: [{ service: 'checkout', failed: 6480, all: 118_240 }],
    evidence: [
      {
        ...{
          snapshot: 's402',
          title: 'checkout: errors by route',
          takenAt: at('12:02:45'),
          step: 15 * SECOND,
        },
        range: { from: at('11:32:45'), to: at('12:02:45') },
        queries: [{ source: 'default', promql: PROMQL, line: 'by route' }],
        values: [
          {
            ...{ panel: 'Errors', line: 'POST /pay', unit: 'ratio', last: 0.334, min: 0.001, mean: 0.021 },
            max: 0.341,
          },
          { panel: 'Errors', line: 'GET /cart', unit: 'ratio', last: 0, min: 0, mean: 0, max: 0 },
        ],
      },
    ],
    missing: ['Requests of ledger could not be counted: nothing counts them.'],
  },
};

const entry = (clock: string, key: string, kind: TimelineEntry['kind'], text: string, more: object = {}) => ({
  ...{ at: at(clock), key, kind, text, ...more },
});

export const ENTRIES: readonly TimelineEntry[] = [
  entry('12:00:20', 'deploy:d77:started', 'deploy', 'checkout 1.4.2 began to roll out to production', {
    by: { kind: 'machine', name: 'github' },
    reference: { kind: 'deploy', id: 'd77' },
  }),
  entry('12:02:30', 'alert:a31:fired', 'alert', 'CheckoutErrors fired: 33 % of requests fail', {
    reference: { kind: 'alert', id: 'a31' },
  }),
  entry('12:03:10', 'alert:a31:acknowledged', 'alert', 'CheckoutErrors was acknowledged', { by: NOOR }),
  entry('12:04:30', 'declared', 'declared', 'declared as sev 1', { by: NOOR }),
  entry('12:14:00', 'note:C0PAYMENT:17', 'note', 'vault says: key 7 <retired> | see `audit`', {
    ...{ by: ARIS, addedBy: NOOR, source: { channel: 'C0PAYMENT', ts: '1764000840.000100' } },
  }),
  entry('12:21:00', 'status:88', 'status', 'Status: monitoring. All pods are on 1.4.1.', { by: NOOR }),
  entry('12:45:00', 'status:91', 'status', 'Status: resolved', { by: NOOR }),
];

const fired = applyNotification(
  undefined,
  notification('firing', {
    alerts: [alert('f1', 'firing', { startsAt: at('12:02:15') })],
    ...{ groupKey: '{}:{alertname="CheckoutErrors"}', groupLabels: { alertname: 'CheckoutErrors' } },
    commonLabels: { alertname: 'CheckoutErrors', severity: 'page', service_name: 'checkout' },
    externalUrl: 'https://alerts.example.com',
  }),
  { newId: 'a31', now: at('12:02:30'), service: service('checkout'), channel: '#payments' },
);

export const EXAMPLE: PostmortemExport = {
  ...{ postmortem: POSTMORTEM, incident: INCIDENT, entries: ENTRIES, zone: 'Europe/Berlin' },
  names: new Map([
    ['U0NOOR001', 'Noor Haddad'],
    ['U0SAM0001', 'Sam Okafor'],
    ['U0ARIS001', 'Aris Papadakis'],
  ]),
  related: {
    alerts: fired === undefined ? [] : [fired],
    deploys: [
      {
        ...{ id: 'd77', service: 'checkout', hints: {}, version: '1.4.2', previousVersion: '1.4.1' },
        ...{
          environment: 'production',
          status: 'succeeded',
          startedAt: at('12:00:20'),
          changes: [],
          parts: [],
        },
        url: 'https://ci.example.com/runs/77',
      },
    ],
    rollouts: [],
    incidents: [
      {
        ...INCIDENT,
        id: 'INC-4',
        number: 4,
        title: 'Vault unreachable',
        declaredAt: at('12:00') - 40 * 1440 * MINUTE,
      },
    ],
  },
};
