import { describe, expect, it } from 'vitest';
import { comparisonOf } from '#promql/comparison.ts';

describe('an alerting expression taken apart', () => {
  it.each([
    ['up == 0', { measured: 'up', op: '==', bound: 0, isDivision: false }],
    [
      'sum(rate(a{code=~"5.."}[5m])) / sum(rate(a[5m])) > 0.01',
      {
        measured: 'sum(rate(a{code=~"5.."}[5m])) / sum(rate(a[5m]))',
        op: '>',
        bound: 0.01,
        isDivision: true,
      },
    ],
    ['(a / b) >= bool 1e-3', { measured: '(a / b)', op: '>=', bound: 0.001, isDivision: true }],
    ['(queue > 100)', { measured: 'queue', op: '>', bound: 100, isDivision: false }],
    ['0.5 > free / size', { measured: 'free / size', op: '<', bound: 0.5, isDivision: true }],
    ['a > 1 and on(job) b > 2', { measured: 'a', op: '>', bound: 1, isDivision: false }],
    ['errors > on(job) 2 * baseline', { measured: 'errors', isDivision: false }],
    ['absent(up{job="x"})', { measured: 'absent(up{job="x"})', isDivision: false }],
    ['temperature > -5', { measured: 'temperature', op: '>', bound: -5, isDivision: false }],
  ])('measures one side of %s', (promql, expected) => {
    expect(comparisonOf(promql)).toEqual(expected);
  });

  it('measures an expression whole that it cannot read', () => {
    expect(comparisonOf('sum(').measured).toBe('sum(');
  });
});
