import { describe, expect, it } from 'vitest';
import { catalogOf } from '#config/catalog.ts';
import { readConfig } from '#config/load.ts';
import { importSlos } from '#config/slo/import.ts';
import { writeSlos } from '#config/slo/write.ts';
import type { Slo } from '#domain/budget/slo.ts';
import { DAY } from '#domain/time.ts';

const HEAD = `prometheus: { default: { url: "http://127.0.0.1:9090" } }
slack: { botToken: x, appToken: y }
`;
const read = (text: string) => importSlos([{ file: 'slo.yaml', text }]);

const sloth = (error: string, total: string, more = '') => `version: prometheus/v1
service: shop
labels: { team: a }
slos:
  - name: availability
    objective: 99.9
    description: People can buy.
    sli: { events: { error_query: '${error}', total_query: '${total}' } }
    alerting: { name: ShopErrors, ${more} page_alert: { labels: { severity: page } }, ticket_alert: { disable: true } }
`;
const RATES = ['sum(rate(e[{{.window}}]))', 'sum(rate(t[{{.window}}]))'] as const;
const raw = (query: string) =>
  sloth(...RATES).replace(/events: .*(?= \}\n)/, `raw: { error_ratio_query: '${query}' }`);
const openslo = (indicator: string, objective: string, method = 'Occurrences') => `apiVersion: openslo/v1
kind: SLO
metadata: { name: web }
spec:
  service: web
  indicator: { metadata: { name: i }, spec: ${indicator} }
  timeWindow: [{ duration: 1M, isRolling: false, calendar: { startTime: 2026-01-01 00:00:00, timeZone: Europe/Berlin } }]
  budgetingMethod: ${method}
  objectives: [${objective}]
`;
const metric = (query: string) => `{ metricSource: { type: Prometheus, spec: { query: '${query}' } } }`;
const pyrra = (indicator: string) => `apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: { name: api, labels: { pyrra.dev/team: a }, annotations: { pyrra.dev/runbook: "https://r" } }
spec: { target: "99.5", window: 2w, indicator: ${indicator}, alerting: { severities: { fastBurn: p1, slowBurn: p3 } } }
`;

describe('SLOs written as bellbuoy.yaml', () => {
  it.each([
    sloth(...RATES, 'labels: { a: "1" }, annotations: { summary: "{{ $labels.x }}" },'),
    sloth(
      'sum(rate({__name__=~"a|b"}[{{.window}}]))',
      'sum(rate(a[{{.window}}])) - sum(rate(b[{{.window}}]))',
    ),
    sloth(
      'sum(sum_over_time((rate(a[1m]) > bool 5)[{{.window}}:1m]))',
      'sum(count_over_time(a[{{.window}}]))',
    ),
    sloth('sum(x:errors:rate{{.window}})', 'sum(x:requests:rate{{.window}})'),
    raw('avg_over_time(x[{{.window}}]) # of time'),
    raw('1 - avg(avg_over_time(x[{{.window}}]))'),
    openslo(
      `{ ratioMetric: { counter: true, bad: ${metric('sum(a)')}, total: ${metric('sum(a) + sum by (x) (b)')} } }`,
      '{ target: 0.99 }',
    ),
    openslo(
      `{ ratioMetric: { counter: false, good: ${metric('a')}, total: ${metric('sum(a) + sum(b)')} } }`,
      '{ target: 0.99 }',
    ),
    openslo(
      `{ thresholdMetric: ${metric('histogram_quantile(0.9, sum by (le) (rate(b[5m])))')} }`,
      '{ op: lt, value: 0.3, target: 0.99, timeSliceTarget: 0.9, timeSliceWindow: 1m }',
      'Timeslices',
    ),
    openslo(`{ ratioMetric: { raw: ${metric('avg(x)')}, rawType: success } }`, '{ target: 0.9 }'),
    openslo(`{ ratioMetric: { raw: ${metric('x > bool 5')}, rawType: failure } }`, '{ target: 0.9 }'),
    pyrra('{ ratio: { errors: { metric: \'(e{a="b"})\' }, total: { metric: \'{__name__="t"}\' } } }'),
    pyrra('{ bool_gauge: { metric: up } }'),
    pyrra('{ latencyNative: { latency: 250ms, total: { metric: rpc_seconds } } }'),
  ])('mean the same when they are read again, alerts and all (%#)', (text) => {
    const { slos, problems } = read(text);
    expect(problems).toEqual([]);
    expect(slos.length).toBeGreaterThan(0);
    const again = readConfig(`${HEAD}${writeSlos(slos)}`, {});
    if (!again.ok) throw new Error(JSON.stringify(again.problems));
    const meaning = ({ origin: _, ...slo }: Slo) => slo;
    expect(catalogOf(again.config).services.flatMap((service) => service.slos.map(meaning))).toEqual(
      slos.map(({ slo }) => meaning(slo)),
    );
  });

  it('show a share as its owner wrote it, and say what is read only from the file', () => {
    const text = writeSlos(read(raw('avg_over_time(x[{{.window}}])')).slos);
    expect(text).toContain('ratio: avg_over_time(x[$window])\n');
    expect(text).toContain('# What the rules of an installed Sloth or Pyrra record');
    expect(text).toContain('file: slo.yaml');
    const own = openslo(`{ ratioMetric: { raw: ${metric('avg(x)')}, rawType: failure } }`, '{ target: 0.9 }');
    expect(writeSlos(read(own).slos)).not.toContain('#');
  });
});

describe('SLO files that bellbuoy.yaml names', () => {
  const yaml = `${HEAD}services:
  checkout:
    slos: [{ file: slo/a.yaml, window: { rolling: 28d } }, { file: slo/b.yaml }]
`;
  const SLIS = `apiVersion: openslo/v1
kind: SLI
metadata: { name: ok, labels: { team: [a] } }
spec: { ratioMetric: { counter: true, good: ${metric('ok')}, total: ${metric('all')} } }
`;
  const SLO = `apiVersion: openslo/v1
kind: SLO
metadata: { name: web }
spec: { service: web, indicatorRef: ok, budgetingMethod: Occurrences, objectives: [{ target: 0.9 }] }
`;
  const load = (a: string, b: string, text = yaml) =>
    readConfig(text, {}, (path) => (path === 'slo/a.yaml' ? a : b));

  it('belong to the service that names them, with their period', () => {
    const loaded = load(
      sloth(...RATES),
      SLO.replace('name: web', 'name: other') + SLIS.replace('api', '---\napi'),
    );
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    expect(catalogOf(loaded.config).services[0]?.slos).toMatchObject([
      { name: 'availability', window: { length: 28 * DAY }, origin: { format: 'sloth', file: 'slo/a.yaml' } },
      { name: 'other', window: { length: 30 * DAY }, origin: { format: 'openslo', file: 'slo/b.yaml' } },
    ]);
  });

  it('may refer to each other', () => {
    const loaded = load(SLO, SLIS);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    expect(catalogOf(loaded.config).services[0]?.slos).toMatchObject([
      { name: 'web', window: { length: 28 * DAY }, sli: { kind: 'events' } },
    ]);
  });

  it('tell which of their fields are not honoured', () => {
    const loaded = load(SLO, SLIS);
    expect(loaded.ok && loaded.config.notices).toEqual([
      'slo/a.yaml:4:7 spec: the SLO has no timeWindow; the usual one is taken',
      'slo/b.yaml:3:31 metadata.labels: not honoured: labels of the object are not those of its alerts',
    ]);
  });

  it('refuse the configuration for their mistakes, naming the place in both', () => {
    const loaded = load(sloth(...RATES).replace('99.9', '120'), SLIS);
    expect(loaded.ok ? [] : loaded.problems).toMatchObject([
      {
        line: 5,
        column: 20,
        path: 'services.checkout.slos.0.file',
        what: expect.stringContaining('slo/a.yaml:6:16 slos.0.objective'),
      },
    ]);
  });

  it('are refused when two of them, or one twice, define the same SLO', () => {
    const both = load(SLO, `${SLIS}---\n${SLO}`);
    expect(both.ok ? [] : both.problems).toMatchObject([
      {
        path: 'services.checkout.slos.1.file',
        what: expect.stringMatching(/b.yaml:8:19 .*another SLO web, in slo\/a.yaml:3/),
      },
    ]);
    const twice = load(sloth(...RATES), '', yaml.replace('slo/b.yaml', 'slo/a.yaml'));
    expect(twice.ok ? [] : twice.problems).toMatchObject([
      { path: 'services.checkout.slos.1.file', what: 'checkout names the file slo/a.yaml already' },
    ]);
    const own = `{ name: availability, objective: 0.9, window: { rolling: 7d }, sli: { up: up } }`;
    const beside = load(sloth(...RATES), '', yaml.replace('{ file: slo/b.yaml }', own));
    expect(beside.ok ? [] : beside.problems).toMatchObject([
      { path: 'services.checkout.slos.0.file', what: 'checkout has an SLO availability already' },
    ]);
  });
});
