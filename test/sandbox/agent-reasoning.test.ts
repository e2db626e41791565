import { describe, expect, it } from 'vitest';
import { changePoint } from '#sandbox/agent/change-point.ts';
import { type Change, clearest, rank, type Shift } from '#sandbox/agent/ranking.ts';

const NOON = Date.UTC(2026, 10, 24, 12);
const second = (n: number) => NOON + n * 1000;

/** A point each 5 s. */
function line(values: readonly number[]) {
  return values.map((value, i) => ({ at: second(i * 5), value }));
}

const BAD: Change = {
  kind: 'deploy',
  id: 'd2',
  service: 'checkout',
  what: 'checkout v1.4.2',
  at: second(-15),
};
const EARLIER: Change = {
  kind: 'flag',
  id: 'f1',
  service: 'storefront',
  what: 'new-checkout',
  at: second(-240),
};
const OTHER: Change = { kind: 'deploy', id: 'd1', service: 'ledger', what: 'ledger v3', at: second(-20) };
const LATER: Change = { ...BAD, id: 'd3', what: 'checkout v1.4.1', at: second(60) };
const ERRORS: Shift = {
  ...{ service: 'checkout', signal: 'errors', before: 0.001, after: 0.03 },
  onset: { at: NOON, plusMinus: 5000 },
};

describe('the sandbox’s agent', () => {
  it('finds the moment at which a line changes its level', () => {
    const found = changePoint(line([1, 1.1, 0.9, 1, 1.05, 5, 5.2, 4.9, 5.1]));
    expect(found?.at).toBe(second(22.5));
    expect(found?.after).toBeCloseTo(5.05);
  });

  it.each([
    ['flat', [1, 1, 1, 1, 1, 1, 1, 1]],
    ['restless', [1, 5, 2, 4, 1, 5, 2, 4, 1, 5]],
    ['too short', [1, 1, 9, 9]],
    ['without values', []],
  ])('finds none in a line that is %s', (_, values) => {
    expect(changePoint(line(values))).toBeUndefined();
  });

  it('suspects the change right before the onset, not one long before or one that came after', () => {
    const [first, second, third] = rank([EARLIER, LATER, BAD], ERRORS, []);
    expect(first?.change.id).toBe('d2');
    expect(first?.confidence).toBeGreaterThan(0.8);
    expect(second?.confidence).toBeLessThan(0.1);
    expect(third).toMatchObject({ change: { id: 'd3' }, confidence: 0 });
  });

  it('suspects a neighbour’s change only where the neighbour changed too', () => {
    const still = rank([OTHER], ERRORS, []);
    const moved = rank([OTHER], ERRORS, [
      {
        ...{ service: 'ledger', signal: 'p99', before: 0.1, after: 0.9 },
        onset: { at: second(-5), plusMinus: 5000 },
      },
    ]);
    expect(still[0]?.confidence).toBeLessThan(0.6);
    expect(moved[0]?.confidence).toBeGreaterThan(0.8);
  });

  it('goes by the signal that changed most, of those of which it is known when', () => {
    const slow: Shift = { ...ERRORS, signal: 'p99', before: 0.2, after: 0.5 };
    const { onset: _, ...whenever } = ERRORS;
    expect(clearest([slow, ERRORS])?.signal).toBe('errors');
    expect(clearest([slow, whenever])?.signal).toBe('p99');
    expect(clearest([whenever])).toBeUndefined();
  });
});
