import fc from 'fast-check';
import { amount, budgetLine } from './any-budget.ts';
import { at, foreign, range, reading } from './any-text.ts';

/** What people write: anything, up to what a form takes, in several lines and lists. */
const written = fc.oneof(
  foreign,
  fc.constantFrom(
    '- one\n- <!here> two\r\n\r\n* three',
    '# Heading\n```\n<@U0OTHER000>\n```\n> quote',
    '<b>bold</b> & `code` :red_circle:',
  ),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).map((text) => text.repeat(250)),
  fc
    .constantFrom('&', '<', '*a', 'word ', '😀', '\n', '- x\n')
    .map((text) => text.repeat(3000).slice(0, 3000)),
);
const actor = fc.oneof(
  fc.constant({ kind: 'person', user: 'U0PERSON00' }),
  // Slack ids come from senders too.
  fc.record({ kind: fc.constant('person'), user: foreign }),
  fc.record({ kind: fc.constant('machine'), name: foreign }),
);
const id = fc.nat({ max: 99_999 }).map((n) => `INC-${n}`);
const severity = fc.constantFrom('sev1', 'sev2', 'sev3', 'sev4');
const status = fc.constantFrom('investigating', 'identified', 'mitigating', 'monitoring', 'resolved');
const review = fc.constantFrom('draft', 'inReview', 'approved');
/** In any order, and any of them missing. */
const times = fc.record(
  { started: at, detected: at, acknowledged: at, mitigated: at, resolved: at },
  { requiredKeys: [] },
);
const cost = fc.record({
  ...{ service: foreign, slo: foreign, used: amount, allowed: amount, bad: amount, total: amount },
  isTime: fc.boolean(),
});
const many = { maxLength: 50 };

export const incident = fc.record(
  {
    ...{ id, number: fc.nat(), title: written, summary: written, severity, status, times },
    ...{ services: fc.array(foreign, many), declaredBy: actor, declaredAt: at, touchedAt: at },
    roles: fc.record({ commander: actor, communications: actor, scribe: actor }, { requiredKeys: [] }),
    ...{ alerts: fc.array(foreign), deploys: fc.constant([]), rollouts: fc.constant([]) },
    ...{ costs: fc.array(cost, many), nudges: fc.nat(), channel: foreign },
    duplicateOf: fc.record({ incident: id, by: actor, at }),
    own: fc.record(
      { state: fc.constantFrom('wanted', 'open', 'failed'), id: foreign, why: written },
      { requiredKeys: ['state'] },
    ),
  },
  {
    requiredKeys: [
      ...(['id', 'number', 'title', 'severity', 'status', 'times', 'services', 'declaredBy'] as const),
      ...(['declaredAt', 'touchedAt', 'roles', 'alerts', 'deploys', 'rollouts', 'costs'] as const),
      ...(['nudges', 'channel'] as const),
    ],
  },
);

export const entry = fc.record(
  {
    key: foreign,
    kind: fc.constantFrom(
      ...['declared', 'status', 'severity', 'role', 'details', 'note', 'alert', 'deploy', 'flag'],
      ...['snapshot', 'answer', 'postmortem'],
    ),
    ...{ at, by: actor, addedBy: actor },
    text: fc.oneof(
      written,
      written.map((text) => `investigating → identified: ${text}`),
      written.map((text) => `sev 3 → sev 1: ${text}`),
      foreign.map((name) => `is commander, not ${name}`),
    ),
  },
  { requiredKeys: ['key', 'kind', 'at', 'text'] },
);
/** The same few over and over, or as many as a long night has. */
const entries = fc.oneof(
  fc.array(entry, { maxLength: 20 }),
  entry.map((one) => Array.from({ length: 2000 }, (_, i) => ({ ...one, key: `${one.key}:${i}` }))),
);

const address = fc.oneof(foreign, fc.webUrl());
export const line = fc.record(
  { incident, permalink: address, postmortem: review, excerpt: written },
  { requiredKeys: ['incident'] },
);
export const similar = fc.array(
  fc.record(
    {
      ...{ incident, cause: written, permalink: address },
      why: fc.array(
        fc.oneof(
          fc.record({ kind: fc.constantFrom('alert', 'service'), name: foreign }),
          fc.record({ kind: fc.constant('label'), name: foreign, value: foreign }),
          fc.record({
            kind: fc.constant('trigger'),
            trigger: fc.constantFrom('deploy', 'flag', 'unknown'),
            subject: foreign,
          }),
          fc.constant({ kind: 'text' }),
        ),
      ),
    },
    { requiredKeys: ['incident', 'why'] },
  ),
);

const item = fc.record(
  {
    ...{ id: id.map((of) => `${of}-1`), title: written, createdAt: at, closedAt: at, closedBy: actor },
    kind: fc.constantFrom('prevent', 'detect', 'mitigate', 'process', 'document'),
    state: fc.constantFrom('open', 'done', 'dropped'),
    owner: fc.oneof(fc.constant('U0PERSON00'), foreign),
    due: fc.oneof(foreign, fc.constantFrom('2026-12-01', '2026-13-41', '0000-00-00')),
    url: address,
  },
  { requiredKeys: ['id', 'title', 'createdAt', 'kind', 'state'] },
);
const items = fc.array(item, { maxLength: 100 });
export const due = fc.record({ incident: id, item, isOverdue: fc.boolean() });

const TEXTS = [
  ...['title', 'summary', 'background', 'impact', 'customerImpact', 'detection', 'trigger'],
  ...['rootCause', 'contributingFactors', 'resolution', 'wentWell', 'wentBadly', 'gotLucky'],
  'supportingInformation',
];
const fields = fc.record(
  {
    ...Object.fromEntries(TEXTS.map((name) => [name, written])),
    detectionSource: fc.constantFrom('alert', 'deployWatch', 'customer', 'other'),
    triggerKind: fc.constantFrom('deploy', 'certificate', 'unknown'),
    causeCategory: fc.constantFrom('code', 'capacity', 'unknown'),
    ...{ triggerReference: fc.oneof(address, foreign), times },
  },
  { requiredKeys: [] },
);
const evidence = fc.record({
  ...{ snapshot: foreign, title: foreign, takenAt: at, range, step: fc.nat() },
  ...{ queries: fc.constant([]), values: fc.constant([]) },
});
const postmortem = fc.record(
  {
    ...{
      version: fc.constant(1),
      incident: id,
      revision: fc.nat(),
      state: review,
      createdAt: at,
      updatedAt: at,
    },
    ...{
      authors: fc.array(actor),
      approvedBy: actor,
      approvedAt: at,
      fields,
      drafted: fields,
      actions: items,
    },
    record: fc.record({
      ...{ alerts: fc.array(foreign), deploys: fc.array(foreign), rollouts: fc.array(foreign) },
      ...{ incidents: fc.array(foreign), costs: fc.array(cost, many), evidence: fc.array(evidence) },
      requests: fc.array(fc.record({ service: foreign, failed: amount, all: amount }), many),
      missing: fc.array(written, many),
    }),
  },
  {
    requiredKeys: [
      ...(['version', 'incident', 'revision', 'state', 'createdAt', 'updatedAt', 'authors'] as const),
      ...(['fields', 'drafted', 'actions', 'record'] as const),
    ],
  },
);
const filledIn = fc.record({ incident, postmortem, unfilled: fc.subarray(TEXTS), open: items });

const service = fc.option(foreign, { nil: undefined });
const alert = fc.record({
  ...{ episode: foreign, name: foreign, since: at, acknowledged: fc.boolean() },
  severity: fc.constantFrom('page', 'ticket', 'info'),
});

/** Answers about incidents, by their kind. */
export const INCIDENT_ANSWERS = {
  incidents: fc.record({
    ...{ kind: fc.constant('incidents'), at, service, text: service, open: fc.nat(), omitted: fc.nat() },
    lines: fc.array(line, { maxLength: 40 }),
  }),
  incident: fc.record({ kind: fc.constant('incident'), at, line, entries, earlier: fc.nat(), similar }),
  catchup: fc.record({
    ...{ kind: fc.constant('catchup'), at, line, entries, omitted: fc.nat() },
    now: fc.array(fc.record({ service: foreign, reading }), many),
    firing: fc.array(alert, { maxLength: 30 }),
  }),
  postmortems: fc.record({
    ...{ kind: fc.constant('postmortems'), at, service, omitted: fc.nat() },
    lines: fc.array(filledIn, { maxLength: 30 }),
    due: fc.array(due, { maxLength: 100 }),
  }),
  postmortem: fc.record({ kind: fc.constant('postmortem'), line: filledIn, entries }),
};

/** Messages about incidents. */
export const INCIDENT_MESSAGES = {
  incident: fc.record(
    {
      ...{
        about: fc.constant('incident'),
        at,
        incident,
        owners: fc.array(foreign, many),
        postmortem: review,
      },
      from: fc.record({ title: foreign, permalink: address }, { requiredKeys: ['title'] }),
      ...{ latest: entry, isOwn: fc.constant(true) },
    },
    { requiredKeys: ['about', 'at', 'incident', 'owners'] },
  ),
  incidentEntry: fc.record({ about: fc.constant('incidentEntry'), at, incident: id, entry }),
  incidentLink: fc.record({ about: fc.constant('incidentLink'), at, line }),
  nudge: fc.record(
    {
      ...{ about: fc.constant('nudge'), at, incident, quiet: fc.nat() },
      mention: fc.constant('U0PERSON00'),
    },
    { requiredKeys: ['about', 'at', 'incident', 'quiet'] },
  ),
  noted: fc.record(
    { about: fc.constant('noted'), at, line, entry, problem: written },
    { requiredKeys: ['about', 'at'] },
  ),
  postmortem: fc.record({ about: fc.constant('postmortem'), at, line: filledIn }),
  actionDue: fc.record({ about: fc.constant('actionDue'), at, due, title: written }),
};

/** Anybody's Home tab. */
export const home = fc.record({
  ...{ at, mine: fc.array(foreign, many), omitted: fc.nat() },
  fleet: fc.record({
    ...{ kind: fc.constant('fleet'), window: range, shown: fc.constant(25) },
    rows: fc.array(
      fc.record({
        ...{ service: foreign, reading, alerts: fc.array(alert, { maxLength: 3 }), why: fc.array(foreign) },
        health: fc.constantFrom('page', 'burning', 'atRisk', 'noData', 'healthy'),
        budget: fc.option(budgetLine, { nil: undefined }),
      }),
      { maxLength: 60 },
    ),
  }),
  incidents: fc.array(line, { maxLength: 30 }),
  due: fc.array(due, { maxLength: 100 }),
});
