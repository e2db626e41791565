import { describe, expect, it } from 'vitest';
import { catalogOf } from '#config/catalog.ts';
import { readConfig } from '#config/load.ts';
import { importSlos } from '#config/slo/import.ts';
import type { Counted } from '#domain/budget/slo.ts';

const told = (counted: Counted | undefined) =>
  counted?.kind === 'counters'
    ? counted.terms.map(({ selector, sign }) => `${sign === 1 ? '+' : '-'}${selector}`).join(' ')
    : `${counted?.gives}: ${counted?.promql}`;

describe('events in bellbuoy.yaml', () => {
  const load = (sli: string, window = '{ rolling: 30d }') =>
    readConfig(
      `prometheus: { default: { url: "http://127.0.0.1:9090" } }
slack: { botToken: x, appToken: y }
services:
  shop:
    slos:
      - name: a
        objective: 0.99
        window: ${window}
        sli: ${sli}
`,
      {},
    );
  const sloOf = (sli: string) => {
    const loaded = load(sli);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    return catalogOf(loaded.config).services[0]?.slos[0];
  };
  const sliOf = (sli: string) => sloOf(sli)?.sli;
  const problemsOf = (...given: Parameters<typeof load>) => {
    const loaded = load(...given);
    return loaded.ok
      ? []
      : loaded.problems.map(({ line, column, path, what }) => `${line}:${column} ${path}: ${what}`);
  };

  it.each([
    ['http_requests_total', '+http_requests_total'],
    ['(http_requests_total{job="a"})', '+http_requests_total{job="a"}'],
    ['{__name__="a",job="b"}', '+{__name__="a",job="b"}'],
    ['sum(http_requests_total)', '+http_requests_total'],
    ['sum(a) - sum by (x) (b)', '+a -b'],
    ['sum(rate(a[$window]))', '+a'],
    ['sum(increase(a[30d])) or vector(0)', '+a'],
    ['sum(rate({__name__=~"a|b"}[5m]))', 'rate: sum(rate({__name__=~"a|b"}[$window]))'],
    ['sum(job:requests:rate5m)', 'rate: sum(job:requests:rate5m)'],
    ['job:requests:rate5m', 'rate: job:requests:rate5m'],
    ['sum(a * on (x) b{y="$window"})', 'rate: sum(a * on (x) b{y="$window"})'],
  ])('%s are counted by %s', (total, expected) => {
    const sli = sliOf(`{ events: { bad: e, total: '${total}' } }`);
    expect(sli?.kind === 'events' && told(sli.total)).toBe(expected);
  });

  it.each([
    [
      `{ events: { bad: 'sum(e) * 2', total: t } }`,
      '9:31 services.shop.slos.0.sli.events.bad: the query does not say how many events there were: expected a counter’s selector, sums of such, or rate(…), increase(…) or the like of it',
    ],
    [
      `{ events: { bad: e, total: 'a + b' } }`,
      expect.stringMatching(/^9:41 .*events.total: the query does not say how many events there were/),
    ],
    [
      `{ events: { bad: e, total: 'sum(last_over_time(a[5m]))' } }`,
      expect.stringMatching(/^9:41 .*events.total: the query does not say how many events there were/),
    ],
    [
      `{ events: { good: '{__name__=~"a|b"}', total: t } }`,
      '9:32 services.shop.slos.0.sli.events.good: the selector does not name one metric; write out what is counted, such as sum(rate({__name__=~"a|b"}[5m]))',
    ],
    [
      `{ events: { good: '{job="a"}', total: t } }`,
      expect.stringMatching(/^9:32 .*the selector does not name one metric/),
    ],
    [
      `{ latency: { histogram: 'rate(x[5m])', threshold: 1s } }`,
      '9:38 services.shop.slos.0.sli.latency.histogram: expected the selector of one histogram, such as http_request_duration_seconds{job="api"}',
    ],
  ])('that cannot be told are refused with their place (%#)', (sli, expected) => {
    expect(problemsOf(sli)).toEqual([expected]);
  });

  it.each([
    ['avg_over_time(x[$window])', 'avg((avg_over_time(x[$window])) >= -Inf)'],
    ['avg(x:bad$window)', 'avg(x:bad$window)'],
    ['x # now', 'avg(avg_over_time(((x) >= -Inf)[$window:1m]))'],
    [
      '(rate(a[1m]) / rate(b{c=~"d"}[1m])) > bool 0.1',
      'avg(avg_over_time((((rate(a[1m]) / rate(b{c=~"d"}[1m])) > bool 0.1) >= -Inf)[$window:1m]))',
    ],
    ['avg(rate(a[1m])) / avg(rate(b[1m]))', 'avg((avg(rate(a[$window])) / avg(rate(b[$window]))) >= -Inf)'],
  ])('the share %s is one over all series and the whole window', (ratio, promql) => {
    expect(sliOf(`{ ratio: '${ratio}' }`)).toEqual({ kind: 'ratio', of: 'bad', promql });
  });

  it.each([
    [
      '(sum(rate(a[$window])) / sum(rate(b[$window]))) or vector(0)',
      'good',
      { kind: 'events', counts: 'bad' },
    ],
    ['sum(rate(a[$window])) / sum(rate(b[$window])) or on() vector(1)', 'bad', { kind: 'events' }],
    ['1 - ((sum(rate(a[5m])) / sum(rate(b[5m]))) or vector(1))', 'good', { counts: 'good' }],
    ['1 - (avg_over_time(x[$window]) or vector(0))', 'bad', { kind: 'ratio', of: 'good' }],
    ['avg_over_time(x[$window]) or vector(0) or vector(1)', 'good', { kind: 'ratio', of: 'bad' }],
    ['avg_over_time(x[$window]) or vector(0.5)', 'unknown', { kind: 'ratio', of: 'bad' }],
  ])('what stands in for the share in %s says what silence means: %s', (ratio, absent, sli) => {
    expect(sloOf(`{ ratio: '${ratio}' }`)).toMatchObject({ absent, sli });
  });

  it('what stands in for a total that cannot be told by counters is left out: nobody divides by its zero', () => {
    const sli = sliOf(`{ events: { bad: e, total: 'sum(irate(t[5m])) or vector(0)' } }`);
    expect(sli?.kind === 'events' && told(sli.total)).toBe('rate: sum(irate(t[5m]))');
  });

  it('an expression that is up or down is neither where it measures nothing', () => {
    expect(sliOf(`{ up: 'min by (job) (up)' }`)).toEqual({
      ...{ kind: 'ratio', of: 'good' },
      promql: 'avg(avg_over_time((((min by (job) (up)) >= -Inf) > bool 0)[$window:1m]))',
    });
    expect(sliOf(`{ up: '({job="a"})' }`)).toMatchObject({
      part: { promql: 'sum(sum_over_time({job="a"}[$window]))' },
    });
  });

  it.each(['2026-02-30', '2026-13-01', '2026-01-01T24:30:00'])(
    'a period from %s is refused: there is none',
    (from) => {
      expect(problemsOf('{ up: up }', `{ calendar: month, from: ${from} }`)).toEqual([
        '8:42 services.shop.slos.0.window.from: there is no such day or time',
      ]);
    },
  );
});

describe('events in OpenSLO’s files', () => {
  const query = (promql: string) => `{ metricSource: { type: Prometheus, spec: { query: '${promql}' } } }`;
  const read = (good: string, total: string, counter = true) =>
    importSlos([
      {
        file: 'a.yaml',
        text: `apiVersion: openslo/v1
kind: SLO
metadata: { name: web }
spec:
  service: web
  budgetingMethod: Occurrences
  timeWindow: [{ duration: 28d, isRolling: true }]
  objectives: [{ target: 0.99 }]
  indicator:
    spec:
      ratioMetric:
        counter: ${counter}
        good: ${query(good)}
        total: ${query(total)}
`,
      },
    ]);
  const counts = (...given: Parameters<typeof read>) => {
    const { slos, problems } = read(...given);
    const [{ slo } = { slo: undefined }] = slos;
    if (slo?.sli.kind !== 'events') throw new Error(JSON.stringify(problems));
    return [told(slo.sli.part), told(slo.sli.total)];
  };
  const refusals = (...given: Parameters<typeof read>) =>
    read(...given).problems.map(
      ({ line, column, path, what }) => `${line}:${column} ${path.split('.').slice(3).join('.')}: ${what}`,
    );

  it.each([
    ['sum(a) + sum(b)', 'sum by (x) (c)', ['+a +b', '+c']],
    ['sum(rate(a[5m]))', 'c', ['+a', '+c']],
    ['sum(rate(a[5m])) or vector(0)', '{__name__="c"}', ['+a', '+{__name__="c"}']],
    ['irate(a[5m])', 'irate(c[5m])', ['rate: irate(a[5m])', 'rate: irate(c[5m])']],
    [
      'sum(sum_over_time(a[30d]))',
      'sum(count_over_time(a[30d]))',
      ['increase: sum(sum_over_time(a[$window]))', 'increase: sum(count_over_time(a[$window]))'],
    ],
  ])('of the counters %s and %s are counted', (good, total, expected) => {
    expect(counts(good, total)).toEqual(expected);
  });

  it.each([
    [
      'a',
      'sum(a) + sum(b)',
      [
        'increase: sum(sum_over_time(a[$window]))',
        'increase: sum(sum_over_time(a[$window])) + sum(sum_over_time(b[$window]))',
      ],
    ],
    ['sum(rate(a[5m]))', 'sum(rate(b[5m]))', ['+a', '+b']],
  ])('of the gauges %s and %s are added up over time, both alike', (good, total, expected) => {
    expect(counts(good, total, false)).toEqual(expected);
  });

  it.each([
    ['count(a == 1)', 'count(a)'],
    ['a', 'sum(a) * 2'],
  ])(
    'of the gauges %s and %s the share is taken each minute, none of several being a zero',
    (good, total) => {
      expect(read(good, total, false).slos[0]?.slo.sli).toEqual({
        ...{ kind: 'ratio', of: 'good' },
        promql: `avg(avg_over_time((((sum(${good}) or vector(0)) / sum(${total})) >= -Inf)[$window:1m]))`,
      });
    },
  );

  it('are refused where they cannot be told, with line and column', () => {
    expect(refusals('sum(a) * 2', '{__name__=~"a|b"}')).toEqual([
      expect.stringMatching(
        /^13:66 ratioMetric.good.metricSource.spec.query: the query does not say how many/,
      ),
      expect.stringMatching(
        /^14:67 ratioMetric.total.metricSource.spec.query: the selector does not name one metric/,
      ),
    ]);
    expect(refusals('sum(rate(a[5m]))', 'sum(b)', false)).toEqual([
      expect.stringMatching(
        /^14:67 ratioMetric.total.metricSource.spec.query: the other query says how many events there were/,
      ),
    ]);
  });
});
