import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '#app/message.ts';
import type { Reading } from '#domain/reading.ts';
import { judgeBlocks } from '#sandbox/slack/block-kit/judge.ts';
import { render } from '#slack/messages/render.ts';

const files = { isUsable: ({ id }: { id?: string }) => id === 'F0PICTURE1' };

/** What the outside may put into any text: markup, blocks' ends, very long words, other scripts. */
const foreign = fc.oneof(
  fc.constantFrom(
    '<!channel>',
    '<@U0PERSON00>',
    '<https://evil.example|click>',
    '*bold*',
    '```',
    '&lt;!here&gt;',
    '\u202eevil',
    '',
  ),
  fc.string({ unit: 'binary' }),
  fc.string({ minLength: 1, maxLength: 8 }).map((text) => text.repeat(700)),
);
const labels = fc.dictionary(foreign, foreign, { maxKeys: 6 });
const at = fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 });
const number = fc.option(fc.double(), { nil: undefined });
const reading: fc.Arbitrary<Reading> = fc.record({
  values: fc.record({ rate: fc.double(), errorRatio: fc.double(), p50: fc.double(), p99: fc.double() }),
  problems: fc.array(
    fc.record({
      code: fc.constantFrom('prometheus-timeout' as const, 'query-invalid' as const),
      what: foreign,
    }),
    { maxLength: 5 },
  ),
});
const problems = reading.map((one) => one.problems);
const picture = fc.option(
  foreign.map((alt) => ({ snapshot: 's_1', alt })),
  { nil: undefined },
);
const changes = fc.array(
  fc.record({
    kind: fc.constant('deploy' as const),
    id: foreign,
    service: foreign,
    relation: fc.constantFrom('own' as const, 'dependency' as const),
    version: foreign,
    actor: foreign,
    at,
    url: foreign,
  }),
  { maxLength: 30 },
);
const alertOf = fc.record({
  fingerprint: foreign,
  status: fc.constant('firing' as const),
  labels,
  annotations: labels,
  startsAt: at,
});
const episode = fc.record({
  ...{
    id: fc.constant('a1'),
    source: fc.constant('alertmanager' as const),
    groupKey: foreign,
    name: foreign,
    service: foreign,
  },
  ...{
    severity: fc.constantFrom('page' as const, 'ticket' as const, 'info' as const),
    status: fc.constant('firing' as const),
  },
  ...{
    groupLabels: labels,
    labels,
    annotations: fc.record({ summary: foreign, runbook_url: foreign }),
    alerts: fc.array(alertOf, { maxLength: 3 }),
  },
  ...{
    truncated: fc.nat(),
    startedAt: at,
    flaps: fc.nat(),
    channel: fc.constant('#x'),
    silenceProblem: foreign,
  },
  acknowledged: fc.record({ by: fc.record({ kind: fc.constant('machine' as const), name: foreign }), at }),
});
const group = fc.record({
  ...{ episode: fc.constant('a1'), name: foreign, service: foreign, since: at, resolvedAt: at },
  severity: fc.constantFrom('page' as const, 'ticket' as const, 'info' as const),
  status: fc.constantFrom('firing' as const, 'resolved' as const),
  alerts: fc.nat(),
  acknowledged: fc.boolean(),
});
const deploy = fc.record({
  ...{
    id: fc.constant('d1'),
    service: foreign,
    hints: fc.constant({}),
    version: foreign,
    previousVersion: foreign,
    environment: foreign,
  },
  ...{ status: fc.constant('succeeded' as const), startedAt: at, actor: foreign, url: foreign },
  changes: fc.array(fc.record({ title: foreign, url: foreign, author: foreign }), { maxLength: 200 }),
  parts: fc.array(
    fc.record({ name: foreign, source: foreign, status: fc.constant('succeeded' as const), startedAt: at }),
    { maxLength: 40 },
  ),
});
const question = fc.record({
  request: fc.constant({ ask: 'help' as const }),
  words: foreign,
  by: fc.constant('U0PERSON00'),
  place: fc.constant('C1'),
  direct: fc.boolean(),
});
const range = fc.constant({ from: 0, to: 3_600_000 });
const rows = fc.array(
  fc.record({ measure: fc.constantFrom('rate' as const, 'p99' as const), before: number, after: number }),
  { maxLength: 8 },
);
const amount = fc.double({ min: 0, max: 1e12, noNaN: true });
const budgetLine = fc.record(
  {
    ...{ service: foreign, slo: foreign, policy: foreign, countedTo: at },
    notes: fc.array(foreign, { maxLength: 4 }),
    objective: fc.constantFrom(0.9, 0.999, 0.9999),
    window: fc.constantFrom(
      { kind: 'rolling', length: 30 * 86_400_000 },
      { kind: 'calendar', unit: 'month', count: 1 },
    ),
    isTime: fc.boolean(),
    usage: fc.record({
      window: fc.constant({ from: 0, to: 30 * 86_400_000 }),
      tally: fc.record({ bad: amount, total: amount, lost: amount, observed: amount, assumed: amount }),
      ...{
        counted: amount,
        allowedEvents: amount,
        share: amount,
        allowed: amount,
        used: amount,
        remaining: amount,
      },
      ...{ projected: fc.boolean(), observedShare: fc.double({ min: 0, max: 1, noNaN: true }) },
    }),
    rates: fc.array(fc.record({ over: fc.constantFrom(3_600_000, 259_200_000), rate: amount }), {
      maxLength: 3,
    }),
    state: fc.record({
      data: fc.constantFrom('ok', 'partial', 'tooQuiet', 'noData'),
      burn: fc.constantFrom('none', 'ticket', 'page'),
      budget: fc.constantFrom('healthy', 'atRisk', 'exhausted'),
      colour: fc.constantFrom('red', 'yellow', 'grey', 'green'),
      exhausts: fc.record({ at, rate: amount, over: fc.constant(259_200_000) }),
    }),
    colour: fc.constantFrom('red', 'yellow', 'grey', 'green'),
  },
  {
    requiredKeys: [
      'notes',
      'service',
      'slo',
      'objective',
      'window',
      'isTime',
      'usage',
      'rates',
      'state',
      'colour',
    ],
  },
);
const spender = fc.record({
  kind: fc.constantFrom('deploy', 'background'),
  name: foreign,
  at,
  share: amount,
  used: amount,
});
const answer = fc.oneof(
  fc.record({
    ...{ kind: fc.constant('budgets' as const), at, shown: fc.constant(25) },
    ...{ lines: fc.array(budgetLine, { maxLength: 60 }), without: fc.array(foreign, { maxLength: 30 }) },
  }),
  fc.record({
    ...{ kind: fc.constant('budget' as const), service: foreign, at },
    budgets: fc.array(
      fc
        .tuple(budgetLine, fc.array(spender, { maxLength: 30 }))
        .map(([line, spenders]) => ({ ...line, spenders })),
      { maxLength: 9 },
    ),
  }),
  fc.record({
    ...{ kind: fc.constant('fleet' as const), window: range, shown: fc.constant(25) },
    rows: fc.array(
      fc.record({
        service: foreign,
        health: fc.constantFrom('page' as const, 'healthy' as const, 'noData' as const),
        reading,
        alerts: fc.constant([]),
      }),
      { maxLength: 60 },
    ),
  }),
  fc.record({ kind: fc.constant('help' as const), services: fc.array(foreign) }),
  fc.record({
    kind: fc.constant('problem' as const),
    problem: problems.map(([one]) => one ?? { code: 'words-unclear' as const, what: 'x' }),
    suggestions: fc.array(foreign, { maxLength: 9 }),
  }),
  fc.record({
    kind: fc.constant('unmatched' as const),
    items: fc.array(fc.record({ id: fc.nat(), at, source: foreign, what: foreign, carried: labels }), {
      maxLength: 20,
    }),
  }),
  fc.record({ kind: fc.constant('deploys' as const), deploys: fc.array(deploy, { maxLength: 15 }) }),
  fc.record({
    ...{
      kind: fc.constant('query' as const),
      promql: foreign,
      source: foreign,
      window: range,
      step: fc.constant(1),
      unit: fc.constant('short' as const),
    },
    ...{
      rows: fc.array(fc.record({ labels, last: fc.double(), min: fc.double() }), { maxLength: 8 }),
      omitted: fc.nat(),
      warnings: fc.array(foreign),
    },
  }),
  fc.record({
    ...{
      kind: fc.constant('service' as const),
      service: foreign,
      owner: foreign,
      links: fc.record({ runbook: foreign, dashboard: foreign }),
      window: range,
    },
    ...{
      health: fc.constant('page' as const),
      now: reading,
      yesterday: reading,
      lastWeek: reading,
      version: foreign,
      changes,
      budgets: fc.array(budgetLine, { maxLength: 6 }),
    },
    alerts: fc.array(
      fc.record({
        episode: foreign,
        name: foreign,
        severity: fc.constant('page' as const),
        since: at,
        acknowledged: fc.boolean(),
      }),
      { maxLength: 30 },
    ),
  }),
);

const MESSAGES: Readonly<Record<Message['about'], fc.Arbitrary<unknown>>> = {
  alert: fc.record({
    about: fc.constant('alert'),
    at,
    episode,
    links: fc.record({ runbook: foreign, dashboard: foreign }),
    owner: foreign,
    budget: budgetLine,
  }),
  alertSnapshot: fc.record({
    about: fc.constant('alertSnapshot'),
    at,
    episode: foreign,
    title: foreign,
    picture,
    reading,
    changes,
    budgets: fc.array(budgetLine, { maxLength: 6 }),
    problems,
  }),
  umbrella: fc.record({
    about: fc.constant('umbrella'),
    at,
    umbrella: fc.record({
      ...{ id: fc.constant('u1'), channel: fc.constant('#x') },
      ...{ startedAt: at, lastAt: at, before: fc.array(foreign, { maxLength: 10 }) },
    }),
    groups: fc.nat(),
    firing: fc.nat(),
    pages: fc.nat(),
    unacknowledged: fc.nat(),
    worst: fc.array(group, { maxLength: 12 }),
  }),
  umbrellaList: fc.record({
    about: fc.constant('umbrellaList'),
    at,
    from: fc.nat(),
    groups: fc.array(group, { minLength: 1, maxLength: 30 }),
  }),
  reminder: fc.record(
    { about: fc.constant('reminder'), at, name: foreign, since: at, waiting: fc.nat(), owner: foreign },
    { requiredKeys: ['about', 'at', 'name', 'since', 'waiting'] },
  ),
  deploy: fc.record({
    about: fc.constant('deploy'),
    at,
    deploy,
    links: fc.record({ dashboard: foreign }),
    owner: foreign,
  }),
  baseline: fc.record({ about: fc.constant('baseline'), at, deploy, baseline: reading }),
  deployReport: fc.record({
    ...{ about: fc.constant('deployReport'), at, deploy, rows, picture, problems },
    spent: fc.array(
      fc.record({ slo: foreign, used: amount, allowed: amount, bad: amount, total: amount, rate: amount }),
      {
        maxLength: 30,
      },
    ),
  }),
  budget: fc.record({
    ...{ about: fc.constant('budget'), at, line: budgetLine, since: at, owner: foreign },
    before: fc.constantFrom('red', 'yellow', 'grey', 'green'),
  }),
  working: fc.record({ about: fc.constant('working'), at, question }),
  answer: fc.record({ about: fc.constant('answer'), at, question, answer, picture, problems }),
};

describe.each(Object.entries(MESSAGES))(
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
          const markup = [text];
          JSON.stringify(blocks, (__, value: unknown) => {
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
          for (const words of markup) {
            expect(words).not.toMatch(/<!(?!date\^)/);
            expect(words.replaceAll('<@U0PERSON00>', '')).not.toMatch(/<@/);
            expect(words).not.toMatch(/<https:\/\/evil\.example\|click>/);
          }
        }),
        { numRuns: 60 },
      );
    });
  },
);

describe('what does not fit', () => {
  it('is cut before a date, a link or an escaped letter, never through it', () => {
    const deploys = Array.from({ length: 15 }, (_, i) => ({
      ...{
        id: `d${i}`,
        service: `${'&'.repeat(40 + i)}`,
        hints: {},
        version: 'v'.repeat(80),
        environment: 'production',
      },
      ...{
        status: 'succeeded' as const,
        startedAt: 1_700_000_000_000,
        changes: [],
        parts: [],
        url: `https://ci.example/${'x'.repeat(90 + i)}`,
      },
    }));
    const question = {
      request: { ask: 'deploys' as const },
      words: 'deploys',
      by: 'U1',
      place: 'C1',
      direct: false,
    };
    const { blocks } = render(
      { about: 'answer', at: 0, question, answer: { kind: 'deploys', deploys }, problems: [] },
      undefined,
    );
    const [first] = blocks;
    const text = first?.type === 'section' ? (first.text?.text ?? '') : '';
    expect(text.length).toBeLessThanOrEqual(3000);
    expect(text.endsWith('…')).toBe(true);
    expect(text.replaceAll(/<[^<>]*>/g, '')).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
  });
});
