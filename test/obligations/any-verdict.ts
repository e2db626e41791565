import fc from 'fast-check';
import { amount } from './any-budget.ts';
import { at, foreign, reading } from './any-text.ts';

const word = fc.constantFrom('degraded', 'improved', 'steady', 'inconclusive');
const rank = fc.record({ n: fc.nat(), effective: fc.nat(), rank: fc.nat(), p: amount });
const onset = fc.record({ at, plusMinus: fc.nat() });
const needs = fc.record({
  more: fc.nat(),
  what: fc.constantFrom('requests', 'samples'),
  takes: fc.nat(),
});

const signal = fc.record(
  {
    ...{ measure: fc.constantFrom('errorRatio', 'p50', 'p99', 'rate', 'cpu', 'memory'), verdict: word },
    effect: fc.record({ before: amount, after: amount, absolute: amount, relative: amount }),
    significance: fc.record({ test: foreign, p: amount, n: fc.nat() }),
    ...{ placebo: rank, onset, looks: fc.nat(), decidedAt: at, needs },
    ...{
      reasons: fc.array(foreign, { maxLength: 3 }),
      floor: fc.record({ relative: amount, absolute: amount }),
    },
  },
  { requiredKeys: ['measure', 'verdict', 'looks', 'reasons', 'floor'] },
);

const verdict = fc.record(
  {
    ...{
      verdict: word,
      signals: fc.array(signal, { maxLength: 8 }),
      decidedAt: at,
      onset,
      placebo: rank,
      needs,
    },
    reasons: fc.array(foreign, { maxLength: 4 }),
  },
  { requiredKeys: ['verdict', 'signals', 'reasons'] },
);

/** A watch in any state, judged or not. */
export const watch = fc.record(
  {
    state: fc.constantFrom('waiting', 'watching', 'done', 'superseded', 'cancelled'),
    baseline: fc.constant({ from: 0, to: 1_800_000 }),
    window: fc.constant({ from: 1_860_000, to: 2_760_000 }),
    looks: fc.integer({ min: 0, max: 15 }),
    looksPlanned: fc.constant(15),
    supersededBy: foreign,
    latest: fc.record({ at, before: reading, after: reading }),
    verdict,
    queries: fc.array(fc.record({ source: foreign, promql: foreign, line: foreign }), { maxLength: 9 }),
  },
  { requiredKeys: ['state', 'baseline', 'window', 'looks', 'looksPlanned'] },
);
