import { describe, expect, it } from 'vitest';
import { importSlos } from '#config/slo/import.ts';
import { DAY, MINUTE } from '#domain/time.ts';

const read = (text: string, file = 'slo.yaml') => importSlos([{ file, text }]);
const refusals = (text: string) =>
  read(text).problems.map(({ line, column, path, what }) => `${line}:${column} ${path}: ${what}`);

const SLOTH = `version: prometheus/v1
service: shop
slos:
  - name: availability
    objective: 99.9
    sli:
      events:
        error_query: sum(rate(http_requests_total{code=~"5.."}[{{.window}}]))
        total_query: sum(rate(http_requests_total[{{ .window }}]))
    alerting: { name: ShopErrors, page_alert: { labels: { severity: page } }, ticket_alert: { disable: true } }
`;

describe('Sloth’s files', () => {
  it('become counters, with the objective as a share and their own alert names', () => {
    const [imported] = read(SLOTH).slos;
    expect(imported).toMatchObject({
      service: 'shop',
      slo: {
        name: 'availability',
        objective: 0.999,
        window: { kind: 'rolling', length: 30 * DAY },
        sli: {
          counts: 'bad',
          part: { kind: 'counters', terms: [{ selector: 'http_requests_total{code=~"5.."}', sign: 1 }] },
          total: { kind: 'counters', terms: [{ selector: 'http_requests_total', sign: 1 }] },
        },
        alerting: { name: 'ShopErrors', page: true, ticket: false, pageLabels: { severity: 'page' } },
      },
    });
  });

  it('of a raw ratio that divides counters are counted by traffic, also turned around', () => {
    const raw = (query: string) =>
      read(SLOTH.replace(/events:[\s\S]*?(?=\n {4}alerting)/, `raw: { error_ratio_query: '${query}' }`))
        .slos[0]?.slo.sli;
    expect(raw('sum(rate(a[{{.window}}])) / sum(rate(b[{{.window}}]))')).toMatchObject({
      kind: 'events',
      counts: 'bad',
    });
    expect(
      raw('1 - (sum(rate(a[{{.window}}])) / (sum(rate(b[{{.window}}])) - sum(rate(c[{{.window}}]))))'),
    ).toMatchObject({
      ...{ kind: 'events', counts: 'good' },
      total: {
        terms: [
          { selector: 'b', sign: 1 },
          { selector: 'c', sign: -1 },
        ],
      },
    });
    expect(raw('avg_over_time(x[{{.window}}])')).toMatchObject({ kind: 'ratio', of: 'bad' });
  });

  it.each([
    [SLOTH.replace('99.9', '100'), '5:16 slos.0.objective: expected a percentage below 100, such as 99.9'],
    [
      SLOTH.replaceAll(/\[\{\{ \.window \}\}\]/g, '[5m]'),
      '9:22 slos.0.sli.events.total_query: the query needs {{.window}} in the place of its range',
    ],
    [
      SLOTH.replace('name: ShopErrors, ', ''),
      '10:15 slos.0.alerting.name: alerts that are not disabled need a name',
    ],
    [
      SLOTH.replace('service: shop', 'service: "a shop"'),
      '2:10 service: expected letters, digits, dots, dashes or underscores, with a letter or digit at both ends',
    ],
    [SLOTH.replace('  - name: availability', '  - description: x'), '4:5 slos.0.name: this key is required'],
    [
      SLOTH.replace(/events:[\s\S]*?(?=\n {4}alerting)/, 'plugin: { id: x }'),
      '7:15 slos.0.sli.plugin: SLI plugins are Go code that only Sloth runs; write the queries that it makes',
    ],
    [
      SLOTH.replace('sum(rate(http_requests_total{code', 'sum(rate(http_requests_total{{code'),
      /error_query: The expression does not fit/,
    ],
  ])('are refused with line and column (%#)', (text, expected) => {
    const [first, ...more] = refusals(text);
    expect(more).toEqual([]);
    if (typeof expected === 'string') expect(first).toBe(expected);
    else expect(first).toMatch(expected);
  });

  it('name what is not honoured', () => {
    const { notices, slos } = read(
      SLOTH.replace('service: shop', 'service: shop\nslo_plugins: { chain: [] }\nmystery: 1'),
    );
    expect(slos).toHaveLength(1);
    expect(notices.map(({ line, path }) => `${line} ${path}`).toSorted()).toEqual([
      '3 slo_plugins',
      '4 mystery',
    ]);
  });

  it('wrong only together are refused, naming where the first stands', () => {
    const { problems, slos } = importSlos([
      { file: 'a.yaml', text: SLOTH },
      { file: 'b.yaml', text: SLOTH },
    ]);
    expect(slos).toEqual([]);
    expect(problems).toMatchObject([
      { file: 'b.yaml', line: 4, what: 'shop has an SLO availability already, in a.yaml:4' },
    ]);
  });
});

const OPENSLO = `apiVersion: openslo/v1
kind: DataSource
metadata: { name: prom }
spec: { type: Prometheus, connectionDetails: {} }
---
apiVersion: openslo/v1
kind: SLI
metadata: { name: good-ones }
spec:
  ratioMetric:
    counter: true
    good: { metricSource: { metricSourceRef: prom, spec: { query: 'sum(http_requests_total{code!~"5.."})' } } }
    total: { metricSource: { metricSourceRef: prom, spec: { query: http_requests_total } } }
---
apiVersion: openslo/v1
kind: SLO
metadata: { name: web }
spec:
  service: web
  indicatorRef: good-ones
  timeWindow: [{ duration: 1M, isRolling: false, calendar: { startTime: 2026-01-01 00:00:00, timeZone: Europe/Berlin } }]
  budgetingMethod: Timeslices
  objectives:
    - { displayName: Good, targetPercent: 99.5, timeSliceTarget: 0.95, timeSliceWindow: 1m }
    - { displayName: Very good, target: 0.9, timeSliceTarget: 0.99, timeSliceWindow: 1m }
`;

describe('OpenSLO’s files', () => {
  it('are read across documents, with references, timeslices and calendar windows; each objective is an SLO', () => {
    const { slos, problems } = read(OPENSLO);
    expect(problems).toEqual([]);
    expect(slos.map(({ slo }) => [slo.name, slo.objective])).toEqual([
      ['web-good', 0.995],
      ['web-very-good', 0.9],
    ]);
    expect(slos[0]?.slo).toMatchObject({
      window: {
        kind: 'calendar',
        unit: 'month',
        count: 1,
        zone: 'Europe/Berlin',
        from: '2026-01-01T00:00:00',
      },
      method: { kind: 'timeslices', slice: MINUTE, target: 0.95 },
      sli: {
        kind: 'events',
        counts: 'good',
        part: { terms: [{ selector: 'http_requests_total{code!~"5.."}' }] },
      },
    });
  });

  it.each([
    ['sum(rate(ok[5m]))', { kind: 'counters', terms: [{ selector: 'ok', sign: 1 }] }],
    ['sum(increase(ok{a="b"}[30d]))', { kind: 'counters', terms: [{ selector: 'ok{a="b"}', sign: 1 }] }],
    ['2 * sum(rate(ok[1h]))', { kind: 'expression', promql: '2 * sum(rate(ok[$window]))', gives: 'rate' }],
  ])('count the events of %s, however far it looks back', (query, part) => {
    const { slos } = read(OPENSLO.replace('sum(http_requests_total{code!~"5.."})', query));
    expect(slos[0]?.slo.sli).toMatchObject({ kind: 'events', part });
  });

  it('of a threshold metric hold it against the objective’s value', () => {
    const { slos } = read(
      OPENSLO.replace(
        /ratioMetric:[\s\S]*?---/,
        'thresholdMetric: { metricSource: { type: Prometheus, spec: { query: lag } } }\n---',
      )
        .replace('targetPercent: 99.5', 'op: lte, value: 3, targetPercent: 99.5')
        .replace(/\n {4}- \{ displayName: Very.*/, ''),
    );
    expect(slos[0]?.slo.sli).toEqual({
      kind: 'ratio',
      of: 'good',
      promql: 'avg(avg_over_time((((lag) >= -Inf) <= bool 3)[$window:1m]))',
    });
  });

  it.each([
    [
      OPENSLO.replace('indicatorRef: good-ones', 'indicatorRef: bad-ones'),
      /20:17 spec.indicatorRef: there is no SLI bad-ones/,
    ],
    [OPENSLO.replace('type: Prometheus', 'type: Datadog'), /metricSourceRef: Datadog is not supported/],
    [
      OPENSLO.replace('duration: 1M', 'duration: 1m'),
      /21:28 spec.timeWindow.0.duration: a calendar period of 1m begins nowhere/,
    ],
    [
      OPENSLO.replace('targetPercent: 99.5', 'target: 0.9, targetPercent: 99.5'),
      /24:7 spec.objectives.0: expected exactly one of target and targetPercent/,
    ],
    [OPENSLO.replace('Europe/Berlin', 'Berlin'), /timeZone: expected an IANA time zone/],
    [
      OPENSLO.replace('timeSliceTarget: 0.95, ', ''),
      /24:7 spec.objectives.0.timeSliceTarget: Timeslices needs/,
    ],
    [OPENSLO.replace('kind: SLI', 'kind: Sli'), /7:7 kind: expected one of: SLO, SLI/],
    [
      OPENSLO.replace('target: 0.9,', 'target: 1,'),
      /25:41 spec.objectives.1.target: expected a share below 1/,
    ],
    ['apiVersion: v1\nkind: Pod\n', /1:13 apiVersion: not an SLO file of OpenSLO/],
    ['a: [1', /flow/i],
  ])('are refused with line and column (%#)', (text, expected) => {
    expect(
      refusals(text).some((line) => expected.test(line)),
      refusals(text).join('\n'),
    ).toBe(true);
  });
});

const PYRRA = `apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: { name: api-latency, labels: { pyrra.dev/service: api } }
spec:
  target: "99.5"
  window: 2w
  indicator:
    latency:
      success: { metric: 'http_request_duration_seconds_bucket{job="api",le="1"}' }
      total: { metric: 'http_request_duration_seconds_count{job="api"}' }
      grouping: [handler]
`;

describe('Pyrra’s files', () => {
  it('become counters of good requests', () => {
    const { slos, notices } = read(PYRRA);
    expect(slos[0]).toMatchObject({
      service: 'api',
      slo: { objective: 0.995, window: { length: 14 * DAY }, sli: { kind: 'events', counts: 'good' } },
    });
    expect(notices).toMatchObject([{ line: 11, path: 'spec.indicator.latency.grouping' }]);
  });

  it.each([
    [PYRRA.replace(',le="1"', ''), /success.metric: expected the bucket of the threshold/],
    [PYRRA.replace('"99.5"', '"100"'), /5:11 spec.target: expected a percentage/],
    [PYRRA.replace('2w', 'two weeks'), /6:11 spec.window: expected a duration/],
    [PYRRA.replace('_count{job="api"}', '_count[5m]'), /total.metric: expected a selector/],
  ])('are refused with line and column (%#)', (text, expected) => {
    expect(refusals(text).join('\n')).toMatch(expected);
  });
});
