import fc from 'fast-check';
import type { Reading } from '#domain/reading.ts';

/** What the outside may put into any text: markup, blocks' ends, very long words, other scripts. */
export const foreign = fc.oneof(
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
export const labels = fc.dictionary(foreign, foreign, { maxKeys: 6 });
export const at = fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 });
const number = fc.option(fc.double(), { nil: undefined });
export const reading: fc.Arbitrary<Reading> = fc.record({
  values: fc.record({ rate: fc.double(), errorRatio: fc.double(), p50: fc.double(), p99: fc.double() }),
  problems: fc.array(
    fc.record({
      code: fc.constantFrom('prometheus-timeout' as const, 'query-invalid' as const),
      what: foreign,
    }),
    { maxLength: 5 },
  ),
});
export const problems = reading.map((one) => one.problems);
export const picture = fc.option(
  foreign.map((alt) => ({ snapshot: 's_1', alt })),
  { nil: undefined },
);
/** Where a signal changed, as far from any change as may be. */
export const began = fc.record({
  measure: fc.constantFrom('errorRatio' as const, 'p99' as const, 'rate' as const),
  ...{ at, plusMinus: fc.nat(), higher: fc.boolean(), gain: fc.double() },
});
/** How sure a difference is. */
export const confidence = fc.record(
  {
    word: fc.constantFrom('verySure' as const, 'sure' as const, 'alike' as const, 'cannotTell' as const),
    direction: fc.constantFrom('higher' as const, 'lower' as const),
    ...{ test: foreign, p: fc.double(), n: fc.nat() },
    needs: fc.record({
      ...{ more: fc.nat(), takes: fc.nat() },
      what: fc.constantFrom('requests' as const, 'samples' as const),
    }),
  },
  { requiredKeys: ['word', 'direction', 'test', 'p', 'n'] },
);
const alertOf = fc.record({
  fingerprint: foreign,
  status: fc.constant('firing' as const),
  labels,
  annotations: labels,
  startsAt: at,
});
export const episode = fc.record({
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
  incident: fc.constantFrom(undefined, 'INC-12'),
});
export const group = fc.record({
  ...{ episode: fc.constant('a1'), name: foreign, service: foreign, since: at, resolvedAt: at },
  severity: fc.constantFrom('page' as const, 'ticket' as const, 'info' as const),
  status: fc.constantFrom('firing' as const, 'resolved' as const),
  alerts: fc.nat(),
  acknowledged: fc.boolean(),
});
const by = fc.oneof(
  fc.constant({ kind: 'person' as const, user: 'U0PERSON00' }),
  fc.record({ kind: fc.constant('machine' as const), name: foreign }),
);
const judgedAs = fc.constantFrom('degraded' as const, 'steady' as const);
/** What nobody has to have said or done. */
const maybe = {
  answered: fc.record({ right: fc.boolean(), of: judgedAs, by, at }),
  expected: fc.record({ reason: foreign, of: judgedAs, by, at }),
  incident: fc.constant('INC-12'),
};
const told = {
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
};
export const deploy = fc.record(
  { ...told, ...maybe },
  { requiredKeys: Object.keys(told) as (keyof typeof told)[] },
);
export const question = fc.record({
  request: fc.constant({ ask: 'help' as const }),
  words: foreign,
  by: fc.constant('U0PERSON00'),
  place: fc.constant('C1'),
  direct: fc.boolean(),
});
export const range = fc.constant({ from: 0, to: 3_600_000 });
export const rows = fc.array(
  fc.record({ measure: fc.constantFrom('rate' as const, 'p99' as const), before: number, after: number }),
  { maxLength: 8 },
);
