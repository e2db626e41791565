import fc from 'fast-check';
import type { PostmortemExport } from '#app/incident-ports.ts';
import type { Actor } from '#domain/event.ts';
import type { BudgetCost, Incident, IncidentTimes } from '#domain/incident/incident.ts';
import { SEVERITIES, STATUSES } from '#domain/incident/incident.ts';
import {
  ACTION_KINDS,
  ACTION_STATES,
  type ActionItem,
  CAUSES,
  DETECTIONS,
  type Evidence,
  type Postmortem,
  type PostmortemFields,
  REVIEW_STATES,
  TEXTS,
  TRIGGERS,
} from '#domain/incident/postmortem.ts';
import type { TimelineEntry } from '#domain/incident/timeline.ts';
import { HOUR } from '#domain/time.ts';
import { at, NOON } from '../domain/given.ts';

/** Whatever arithmetic may come to, divisions by nothing included. */
const number = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: 0, max: 1e9, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1, Number.NaN, Number.POSITIVE_INFINITY) },
);
const instant = fc.integer({ min: NOON - HOUR, max: NOON + HOUR });
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom(
    '',
    ' \n',
    '# h\n```\nx',
    '- one\n2. two\r\n\n* ',
    '<b>|`a`|</b>',
    '[x](javascript:y)',
    '\u2028',
  ),
);
const name = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 12 });
const names = fc.array(name, { maxLength: 3 });
const actor: fc.Arbitrary<Actor> = fc.oneof(
  fc.record({ kind: fc.constant('person' as const), user: fc.constantFrom('U1', 'U2', 'U3') }),
  fc.record({ kind: fc.constant('machine' as const), name }),
);
const times: fc.Arbitrary<IncidentTimes> = fc.record(
  { started: instant, detected: instant, acknowledged: instant, mitigated: instant, resolved: instant },
  { requiredKeys: [] },
);
const cost: fc.Arbitrary<BudgetCost> = fc.record({
  ...{ service: name, slo: name, used: number, allowed: number, bad: number, total: number },
  isTime: fc.boolean(),
});
const costs = fc.array(cost, { maxLength: 3 });

/** Any incident that may come to be. */
export const anyIncident: fc.Arbitrary<Incident> = fc.record(
  {
    ...{ id: fc.constant('INC-12'), number: fc.constant(12), title: text, summary: text },
    ...{ severity: fc.constantFrom(...SEVERITIES), status: fc.constantFrom(...STATUSES), services: names },
    roles: fc.record({ commander: actor, communications: actor, scribe: actor }, { requiredKeys: [] }),
    ...{ declaredBy: actor, declaredAt: instant, declaredIn: name, times, costs, costedTo: instant },
    subject: fc.record({ kind: fc.constantFrom('alert', 'deploy', 'rollout'), id: name }),
    ...{ alerts: names, deploys: names, rollouts: names, touchedAt: instant, nudges: fc.nat(5) },
    duplicateOf: fc.record({ incident: name, by: actor, at: instant }),
    channel: name,
    own: fc.record(
      { state: fc.constantFrom('wanted', 'open', 'failed'), id: name, why: text },
      { requiredKeys: ['state'] },
    ),
  },
  {
    requiredKeys: [
      ...(['id', 'number', 'title', 'severity', 'status', 'services', 'roles', 'declaredBy'] as const),
      ...(['declaredAt', 'times', 'alerts', 'deploys', 'rollouts', 'costs', 'touchedAt'] as const),
      ...(['nudges', 'channel'] as const),
    ],
  },
);

/** Any entry of a timeline. */
export const anyEntry: fc.Arbitrary<TimelineEntry> = fc.record(
  {
    key: name,
    kind: fc.constantFrom(
      ...(['declared', 'status', 'severity', 'role', 'details', 'note'] as const),
      ...(['alert', 'deploy', 'flag', 'snapshot', 'answer', 'postmortem'] as const),
    ),
    ...{ at: instant, text, by: actor, addedBy: actor },
    source: fc.record({ channel: name, ts: name }),
    reference: fc.record({ kind: fc.constantFrom('alert', 'deploy', 'rollout', 'snapshot'), id: name }),
  },
  { requiredKeys: ['key', 'kind', 'at', 'text'] },
);

const action: fc.Arbitrary<ActionItem> = fc.record(
  {
    ...{ id: name, title: text, kind: fc.constantFrom(...ACTION_KINDS), url: text },
    ...{ state: fc.constantFrom(...ACTION_STATES), owner: fc.constantFrom('U1', 'U9') },
    due: fc.constantFrom('2026-12-01', '2024-02-29'),
    ...{ createdAt: instant, closedAt: instant, closedBy: actor },
  },
  { requiredKeys: ['id', 'title', 'kind', 'state', 'createdAt'] },
);

const evidence: fc.Arbitrary<Evidence> = fc.record({
  ...{ snapshot: name, title: text, takenAt: instant, range: fc.record({ from: instant, to: instant }) },
  step: fc.constantFrom(15_000, 60_000),
  queries: fc.array(fc.record({ source: name, promql: text, line: text }), { maxLength: 2 }),
  values: fc.array(
    fc.record(
      {
        ...{ panel: text, line: text, last: number, min: number, mean: number, max: number },
        unit: fc.constantFrom('perSecond', 'ratio', 'seconds', 'bytes', 'cores', 'count', 'short'),
      },
      { requiredKeys: ['panel', 'line', 'unit'] },
    ),
    { maxLength: 3 },
  ),
});

const texts = fc.record(Object.fromEntries(TEXTS.map((field) => [field, text])), { requiredKeys: [] });
const choices = fc.record(
  {
    ...{ detectionSource: fc.constantFrom(...DETECTIONS), triggerKind: fc.constantFrom(...TRIGGERS) },
    ...{ triggerReference: text, causeCategory: fc.constantFrom(...CAUSES), times },
  },
  { requiredKeys: [] },
);
const fields: fc.Arbitrary<PostmortemFields> = fc
  .tuple(texts, choices)
  .map((both) => Object.assign({}, ...both));

const postmortem: fc.Arbitrary<Postmortem> = fc.record(
  {
    ...{
      version: fc.constant(1 as const),
      incident: fc.constant('INC-12'),
      revision: fc.integer({ min: 1 }),
    },
    ...{ state: fc.constantFrom(...REVIEW_STATES), createdAt: instant, updatedAt: instant },
    ...{
      authors: fc.array(actor, { maxLength: 3 }),
      approvedBy: actor,
      approvedAt: instant,
      fields,
      drafted: fields,
    },
    actions: fc.array(action, { maxLength: 3 }),
    record: fc.record({
      ...{ alerts: names, deploys: names, rollouts: names, incidents: names, costs },
      requests: fc.array(fc.record({ service: name, failed: number, all: number }), { maxLength: 2 }),
      ...{ evidence: fc.array(evidence, { maxLength: 2 }), missing: fc.array(text, { maxLength: 2 }) },
    }),
  },
  {
    requiredKeys: [
      ...(['version', 'incident', 'revision', 'state', 'createdAt', 'updatedAt', 'authors'] as const),
      ...(['fields', 'drafted', 'actions', 'record'] as const),
    ],
  },
);

/** Anything that a post-mortem may be written out from. */
export const anyExport: fc.Arbitrary<PostmortemExport> = fc.record({
  ...{ postmortem, incident: anyIncident, entries: fc.array(anyEntry, { maxLength: 4 }) },
  names: fc.constantFrom(
    new Map(),
    new Map([
      ['U1', 'Noor | <b>'],
      ['U2', ''],
    ]),
  ),
  zone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu'),
});

/** A post-mortem of which nothing is known, and in which nobody has written. */
export const EMPTY: PostmortemExport = {
  postmortem: {
    ...{ version: 1, incident: 'INC-12', revision: 1, state: 'draft', authors: [], fields: {}, drafted: {} },
    actions: [],
    ...{ createdAt: at('13:00'), updatedAt: at('13:00') },
    record: {
      ...{ alerts: [], deploys: [], rollouts: [], incidents: [], costs: [], requests: [] },
      ...{ evidence: [], missing: [] },
    },
  },
  incident: {
    ...{
      id: 'INC-12',
      number: 12,
      title: 'Checkout fails',
      severity: 'sev2',
      status: 'resolved',
      services: [],
    },
    ...{ roles: {}, declaredBy: { kind: 'machine', name: 'ci' }, declaredAt: at('12:05'), times: {} },
    ...{ alerts: [], deploys: [], rollouts: [], costs: [], touchedAt: at('13:00'), nudges: 0 },
    channel: '#incidents',
  },
  entries: [],
  names: new Map(),
  zone: 'UTC',
};
