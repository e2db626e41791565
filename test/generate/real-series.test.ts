import { describe, expect, it } from 'vitest';
import type { Method, Sli, Slo } from '#domain/budget/slo.ts';
import { DAY, MINUTE } from '#domain/time.ts';
import { service } from '../domain/given.ts';
import { hasPrometheus } from '../telemetry/real-prometheus.ts';
import { base, counter, promtool } from './promtool.ts';

const REQUESTS: Sli = {
  kind: 'events',
  counts: 'bad',
  part: counter('reqs_total{code="500"}'),
  total: counter('reqs_total'),
};
const slo = (name: string, method: Method, sli: Sli = REQUESTS): Slo => ({
  ...{ ...base, name, objective: 0.99, window: { kind: 'rolling', length: 30 * DAY }, method, sli },
});
const TIMESLICES: Method = { kind: 'timeslices', slice: MINUTE, target: 0.95 };
const DOWNTIME: Method = { kind: 'downtime', slice: MINUTE };
const OCCURRENCES: Method = { kind: 'occurrences' };

/** Requests a minute by code, `[good, bad]` for so many minutes each, as counters. */
function requests(...stretches: readonly (readonly [number, number, number])[]) {
  const series = (code: string, i: 0 | 1) => {
    let value = 0;
    const values = stretches.flatMap(([good, bad, minutes]) => {
      const from = value;
      const by = i === 0 ? good : bad;
      value += by * minutes;
      return [`${from}+${by}x${minutes - 1}`];
    });
    return { series: `reqs_total{code="${code}"}`, values: values.join(' ') };
  };
  return [series('200', 0), series('500', 1)];
}

type Expected = { expr: string; at: string; is: readonly number[] };

/** Lets promtool compute the rules of an SLO over real series; gives what it says where it is not as expected. */
function computed(
  of: Slo,
  input: readonly { series: string; values: string }[],
  expected: readonly Expected[],
  step = '1m',
) {
  const tests = [
    {
      ...{ interval: '1m', input_series: input },
      promql_expr_test: expected.map(({ expr, at, is }) => ({
        // promtool runs groups in any order, so that a lookback holds a slice more or less.
        ...{ expr: `round(${expr}, 0.01)`, eval_time: at },
        exp_samples: is.map((value) => ({ labels: '{}', value })),
      })),
    },
  ];
  const said = promtool([service('shop', { slos: [of] })], {
    'real.yml': { evaluation_interval: step, tests },
  });
  expect(said.check.said).toContain('SUCCESS');
  return said.testOf('real.yml').said;
}
const recorded = (name: string) => `sum(bellbuoy_slo:${name})`;
const CURRENT = recorded('current_burn_rate:ratio');
const firing = (severity: string) => `count(ALERTS{alertstate="firing",severity="${severity}"})`;

describe.skipIf(!hasPrometheus())('generated rules over real series', () => {
  const steady = requests([98, 2, 240]);

  it('burn nothing for timeslices that all meet their target, at a steady 2 % of errors', () => {
    const said = computed(slo('slices', TIMESLICES), steady, [
      { expr: CURRENT, at: '3h', is: [0] },
      { expr: recorded('sli_error:ratio_rate1h'), at: '3h', is: [0] },
      { expr: recorded('period_burn_rate:ratio'), at: '3h', is: [0] },
      { expr: recorded('period_error_budget_remaining:ratio'), at: '3h', is: [1] },
      { expr: firing('page'), at: '3h', is: [] },
      { expr: firing('ticket'), at: '3h', is: [] },
    ]);
    expect(said).toContain('SUCCESS');
  }, 60_000);

  it('burn a hundred times the budget while every slice is lost, and page', () => {
    const said = computed(slo('slices', TIMESLICES), requests([90, 10, 240]), [
      { expr: CURRENT, at: '3h', is: [100] },
      { expr: firing('page'), at: '3h', is: [1] },
    ]);
    expect(said).toContain('SUCCESS');
  }, 60_000);

  it('burn by the share of slices that were lost, whatever their traffic', () => {
    // Of the last hour, 6 minutes of little traffic failed.
    const said = computed(slo('slices', TIMESLICES), requests([1000, 0, 120], [5, 5, 6], [1000, 0, 60]), [
      { expr: recorded('sli_error:ratio_rate2h'), at: '2h30m', is: [0.05] },
    ]);
    expect(said).toContain('SUCCESS');
  }, 60_000);

  it('burn the bad share of each slice for downtime', () => {
    const said = computed(slo('downtime', DOWNTIME), steady, [
      { expr: CURRENT, at: '3h', is: [2] },
      { expr: recorded('sli_error:ratio_rate1h'), at: '3h', is: [0.02] },
      { expr: recorded('period_burn_rate:ratio'), at: '3h', is: [2] },
    ]);
    expect(said).toContain('SUCCESS');
  }, 60_000);

  it('burn by events where those are counted', () => {
    const said = computed(slo('events', OCCURRENCES), steady, [
      { expr: CURRENT, at: '3h', is: [2] },
      { expr: recorded('period_burn_rate:ratio'), at: '3h', is: [2] },
    ]);
    expect(said).toContain('SUCCESS');
  }, 60_000);

  it.each([
    ['timeslices', TIMESLICES, 0.1],
    ['downtime', DOWNTIME, 0.05],
  ] as const)(
    'lose nothing in slices without events, for %s',
    (_, method, is) => {
      // Half an hour of which three minutes failed by half, and the rest was silent.
      const quiet = requests([100, 0, 60], [50, 50, 3], [0, 0, 40]);
      const said = computed(slo('quiet', method), quiet, [
        { expr: recorded('sli_error:ratio_rate30m'), at: '1h28m', is: [is] },
      ]);
      expect(said).toContain('SUCCESS');
    },
    60_000,
  );

  it('count a restart as a new beginning, not as a loss', () => {
    const [good, bad] = requests([100, 0, 60]);
    const restarted = [
      { series: good?.series ?? '', values: `${good?.values} 10+100x60` },
      { series: bad?.series ?? '', values: `${bad?.values} 0x60` },
    ];
    const said = computed(slo('slices', DOWNTIME), restarted, [
      { expr: recorded('sli_error:ratio_rate1h'), at: '90m', is: [0] },
    ]);
    expect(said).toContain('SUCCESS');
  }, 60_000);

  it('look back no shorter than a slice, so that slices of ten minutes have a burn rate too', () => {
    const long: Method = { kind: 'timeslices', slice: 10 * MINUTE, target: 0.95 };
    const said = computed(
      slo('slices', long),
      requests([90, 10, 240]),
      [
        { expr: recorded('sli_error:ratio_rate5m'), at: '3h', is: [1] },
        { expr: firing('page'), at: '3h', is: [1] },
      ],
      '10m',
    );
    expect(said).toContain('SUCCESS');
  }, 60_000);

  it('take several counters of a total that are not all there, in slices too', () => {
    const several: Sli = {
      ...{ kind: 'events', counts: 'good', part: counter('reqs_total{code="200"}') },
      total: {
        kind: 'counters',
        terms: [...counter('reqs_total').terms, { selector: 'later_total', sign: 1 }],
      },
    };
    const said = computed(slo('several', DOWNTIME, several), requests([90, 10, 60], [0, 0, 60]), [
      { expr: CURRENT, at: '40m', is: [10] },
      { expr: recorded('sli_error:ratio_rate30m'), at: '110m', is: [0] },
    ]);
    expect(said).toContain('SUCCESS');
  }, 60_000);

  describe('of a latency', () => {
    const buckets = (...counts: readonly (readonly [string, number])[]) => [
      ...counts.map(([le, by]) => ({
        series: `d_seconds_bucket{pod="a",le="${le}"}`,
        values: `0+${by}x240`,
      })),
      { series: 'd_seconds_count{pod="a"}', values: '0+100x240' },
    ];
    const latency = (threshold: number): Sli => ({ kind: 'latency', histogram: 'd_seconds', threshold });
    const usual = buckets(['0.1', 50], ['0.25', 90], ['0.5', 97], ['1.0', 99], ['+Inf', 100]);
    const burnOf = (threshold: number, is: readonly number[], method: Method = OCCURRENCES, input = usual) =>
      computed(slo('latency', method, latency(threshold)), input, [{ expr: CURRENT, at: '3h', is }]);

    it('count the bucket that ends at the threshold, however its number is written', () => {
      expect(burnOf(500, [3])).toContain('SUCCESS');
      expect(burnOf(1000, [1])).toContain('SUCCESS');
    }, 60_000);

    it('count the next lower bucket where none ends there', () => {
      expect(burnOf(300, [10])).toContain('SUCCESS');
      expect(burnOf(300, [10], DOWNTIME)).toContain('SUCCESS');
      expect(burnOf(300, [100], TIMESLICES)).toContain('SUCCESS');
    }, 60_000);

    it('take of each series the bucket that it has', () => {
      const other = [
        { series: 'd_seconds_bucket{pod="b",le="0.3"}', values: '0+100x240' },
        { series: 'd_seconds_count{pod="b"}', values: '0+100x240' },
      ];
      expect(burnOf(300, [5], OCCURRENCES, [...usual, ...other])).toContain('SUCCESS');
    }, 60_000);

    it('have no ratio below the lowest bucket, and raise no alarm', () => {
      expect(burnOf(50, [])).toContain('SUCCESS');
    }, 60_000);
  });
});
