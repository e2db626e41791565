import { describe, expect, it } from 'vitest';
import { importSlos } from '#config/slo/import.ts';

const read = (...texts: readonly string[]) =>
  importSlos(texts.map((text, i) => ({ file: `${'abc'[i]}.yaml`, text })));
const lines = (said: ReturnType<typeof read>['notices']) =>
  said.map(({ line, path, what }) => `${line} ${path}: ${what}`);
const alerting = (text: string) => read(text).slos[0]?.slo.alerting;

describe('Sloth’s fields', () => {
  const file = `version: prometheus/v1
service: shop
labels: { owner: shop, tier: 2 }
slos:
  - name: availability
    objective: 99.9
    labels: { tier: 1, category: errors }
    sli: { events: { error_query: 'sum(rate(e[{{.window}}]))', total_query: 'sum(rate(t[{{.window}}]))' } }
    alerting:
      name: ShopErrors
      labels: { category: availability }
      annotations: { summary: both }
      page_alert: { labels: { severity: page }, annotations: { runbook: "https://r/page" } }
      ticket_alert: { labels: { severity: ticket }, annotations: { runbook: "https://r/ticket" } }
`;

  it('labels of the file and of the SLO are on its alerts, which Sloth’s get from the series that they look at', () => {
    expect(alerting(file)).toEqual({
      ...{ name: 'ShopErrors', page: true, ticket: true },
      labels: { owner: 'shop', tier: '1', category: 'availability' },
      annotations: { summary: 'both' },
      pageLabels: { severity: 'page' },
      ticketLabels: { severity: 'ticket' },
      pageAnnotations: { runbook: 'https://r/page' },
      ticketAnnotations: { runbook: 'https://r/ticket' },
    });
    expect(read(file).notices).toEqual([]);
  });

  it('of the Kubernetes resource are read alike; what Kubernetes keeps of it is not spoken of', () => {
    const spec = file
      .slice(file.indexOf('\n') + 1)
      .replaceAll(/\w+_(query|alert)/g, (key) => key.replace(/_(.)/, (_, letter) => letter.toUpperCase()))
      .replaceAll(/^/gm, '  ');
    const resource = `apiVersion: sloth.slok.dev/v1
kind: PrometheusServiceLevel
metadata: { name: shop, namespace: monitoring, uid: x, labels: { release: prometheus } }
status: { processed: true }
spec:
${spec}`;
    expect(alerting(resource)).toEqual(alerting(file));
    expect(lines(read(resource).notices)).toEqual([
      '3 metadata.labels: not honoured: labels of the object are not those of its alerts',
    ]);
    const list = `apiVersion: v1\nkind: List\nitems:\n  - ${resource.trim().replaceAll('\n', '\n    ')}\n`;
    expect(alerting(list)).toEqual(alerting(file));
    expect(lines(read(resource.replace('name: shop', 'name: The Shop')).problems)).toEqual([
      '3 metadata.name: expected a name of Kubernetes: small letters, digits, dashes and dots, a letter or digit at both ends',
    ]);
  });
});

describe('Pyrra’s fields', () => {
  const file = `apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata:
  name: api-errors
  labels: { pyrra.dev/team: core, pyrra.dev/service: api, role: alert-rules }
  annotations: { pyrra.dev/runbook: "https://r", checksum: x, kubectl.kubernetes.io/last-applied-configuration: "{}" }
spec:
  target: "99"
  window: 4w
  indicator: { ratio: { errors: { metric: e }, total: { metric: t } } }
  alerting: { name: ApiErrors, absentName: ApiGone }
`;

  it('that begin with pyrra.dev/ are on the alerts, as Pyrra does it; others are told', () => {
    expect(alerting(file)).toEqual({
      ...{ name: 'ApiErrors', page: true, ticket: true },
      ...{ labels: { team: 'core' }, annotations: { runbook: 'https://r' } },
    });
    expect(lines(read(file).notices)).toEqual([
      '5 metadata.labels.role: not honoured: alerts carry labels that begin with pyrra.dev/ only',
      '6 metadata.annotations.checksum: not honoured: alerts carry annotations that begin with pyrra.dev/ only',
      '11 spec.alerting.absentName: not honoured: silence has no alert of its own',
    ]);
  });

  it('that no label of Prometheus can be called are called otherwise, and that is said', () => {
    const odd = file.replace(
      'pyrra.dev/team: core',
      'pyrra.dev/1team: a, pyrra.dev/on-call: b, pyrra.dev/on_call: c',
    );
    expect(alerting(odd)?.labels).toEqual({ _1team: 'a', on_call: 'b' });
    expect(lines(read(odd).notices).slice(0, 3)).toEqual([
      '5 metadata.labels.pyrra.dev/1team: it is called _1team, because Prometheus knows no 1team',
      '5 metadata.labels.pyrra.dev/on-call: it is called on_call, because Prometheus knows no on-call',
      '5 metadata.labels.pyrra.dev/on_call: not honoured: there is a on_call already',
    ]);
  });

  it('of severities are on the alerts, as far as there are two of them', () => {
    const severe = file.replace(
      'absentName: ApiGone',
      'severities: { fastBurn: p1, mediumBurn: p2, slowBurn: p3, absent: p4 }',
    );
    expect(alerting(severe)).toMatchObject({
      pageLabels: { severity: 'p1' },
      ticketLabels: { severity: 'p3' },
    });
    expect(lines(read(severe).notices).slice(2)).toEqual([
      '11 spec.alerting.severities.mediumBurn: not honoured: one alert stands for fastBurn and mediumBurn, with p1',
      '11 spec.alerting.severities.absent: not honoured: silence has no alert of its own',
    ]);
  });

  it.each(['API', 'api_errors', '-api', 'api.', 'a b'])(
    'of the name %s are refused, as Kubernetes does',
    (name) => {
      expect(lines(read(file.replace('api-errors', name)).problems)).toEqual([
        '4 metadata.name: expected a name of Kubernetes: small letters, digits, dashes and dots, a letter or digit at both ends',
      ]);
    },
  );

  it('with a service that can have no such name are refused', () => {
    expect(lines(read(file.replace('service: api', 'service: "the api"')).problems)).toEqual([
      '5 metadata.labels.pyrra.dev/service: expected a service’s name of letters, digits, dots and dashes',
    ]);
  });
});

const query = (promql: string) => `{ metricSource: { type: Prometheus, spec: { query: '${promql}' } } }`;
const openslo = (spec: string, more = '') =>
  `apiVersion: openslo/v1
kind: SLO
metadata: { name: web${more} }
spec:
  service: web
  budgetingMethod: Occurrences
  timeWindow: [{ duration: 28d, isRolling: true }]
  objectives: [{ target: 0.99 }]
  indicator: { spec: { ratioMetric: { counter: true, good: ${query('g')}, total: ${query('t')} } } }
`.replace(/^.*$/gm, (line) => (line.trim().startsWith(`${spec.split(':')[0]}:`) ? `  ${spec}` : line));

describe('OpenSLO’s fields', () => {
  it.each([
    [
      openslo('objectives: [{ target: 0.99, op: gte, value: 1, timeSliceTarget: 0.9, timeSliceWindow: 1m }]'),
      [
        '8 spec.objectives.0.op: not honoured: a ratio is held against its target alone',
        '8 spec.objectives.0.value: not honoured: a ratio is held against its target alone',
        '8 spec.objectives.0.timeSliceTarget: not honoured: the method Occurrences does not use it',
        '8 spec.objectives.0.timeSliceWindow: not honoured: the method Occurrences does not use it',
      ],
    ],
    [
      openslo('timeWindow: [{ duration: 28d, isRolling: true, calendar: { startTime: x, timeZone: UTC } }]'),
      ['7 spec.timeWindow.0.calendar: not honoured: the window is rolling'],
    ],
    [
      openslo('', ', displayName: Web, labels: { team: [a] }, annotations: { b: c }').replace(
        'service:',
        'description: d\n  service:',
      ),
      [
        '3 metadata.displayName: not honoured: an SLO is shown by its name and its description',
        '3 metadata.labels: not honoured: labels of the object are not those of its alerts',
        '3 metadata.annotations: not honoured: annotations of the object are not those of its alerts',
      ],
    ],
    [
      openslo('objectives: [{ target: 0.99, displayName: Gold, compositeWeight: 2 }]'),
      [
        '8 spec.objectives.0.displayName: not honoured: the only objective goes by the name of the SLO',
        '8 spec.objectives.0.compositeWeight: composites are not made; each objective is an SLO',
      ],
    ],
    [
      openslo(
        `indicator: { metadata: { name: i, displayName: I }, spec: { description: d, ratioMetric: { raw: ${query('a')}, rawType: failure, counter: true } } }`,
      ),
      [
        '9 spec.indicator.metadata.displayName: not honoured: an SLO is shown by its name and its description',
        '9 spec.indicator.spec.description: not honoured: only the description of an SLO is shown',
        '9 spec.indicator.spec.ratioMetric.counter: not honoured: a raw ratio is no counter',
      ],
    ],
  ])('that have no place in an SLO are told (%#)', (text, expected) => {
    const { slos, problems, notices } = read(text);
    expect(problems).toEqual([]);
    expect(slos).toHaveLength(1);
    expect(lines(notices)).toEqual(expected);
  });

  it('a display name is the description where there is none', () => {
    const { slos, notices } = read(openslo('', ', displayName: The shop'));
    expect(slos[0]?.slo.description).toBe('The shop');
    expect(notices).toEqual([]);
  });

  const calendar = (startTime: string) =>
    `timeWindow: [{ duration: 1M, isRolling: false, calendar: { startTime: ${startTime}, timeZone: UTC } }]`;

  it.each([
    [
      openslo(calendar('"2026-13-45 00:00:00"')),
      '7 spec.timeWindow.0.calendar.startTime: there is no such time as 2026-13-45 00:00:00',
    ],
    [
      openslo(calendar('2026-02-30 00:00:00')),
      '7 spec.timeWindow.0.calendar.startTime: there is no such time as 2026-02-30 00:00:00',
    ],
    [
      openslo(calendar('2026-02-01 25:00:00')),
      '7 spec.timeWindow.0.calendar.startTime: there is no such time as 2026-02-01 25:00:00',
    ],
    [
      openslo('service: the web'),
      '5 spec.service: expected a name of letters, digits and dashes, without spaces',
    ],
    [
      openslo('').replace('  indicator:', '  indicatorRef: ok\n  indicator:'),
      '9 spec.indicatorRef: expected one of indicator and indicatorRef, not both',
    ],
  ])('that cannot be are refused (%#)', (text, expected) => {
    expect(lines(read(text).problems)).toEqual([expected]);
    expect(read(text).slos).toEqual([]);
  });

  it.each(['SLI', 'DataSource'])(
    'two objects of the kind %s and one name are refused, and what refers to them',
    (kind) => {
      const object = (more: string) => `apiVersion: openslo/v1
kind: ${kind}
metadata: { name: one }
spec: ${kind === 'SLI' ? `{ ratioMetric: { good: ${query(more)}, total: ${query('t')} } }` : `{ type: ${more} }`}
`;
      const slo = openslo('').replace(/ {2}indicator: .*/, '  indicatorRef: one');
      const { slos, problems } = read(object('a'), `${object('b')}---\n${kind === 'SLI' ? slo : ''}`);
      expect(slos).toEqual([]);
      expect(problems.map(({ file, line, what }) => `${file}:${line} ${what}`)).toEqual([
        `b.yaml:3 there is another ${kind} one, in a.yaml:3`,
        ...(kind === 'SLI' ? ['b.yaml:14 there are several SLIs one in these files'] : []),
      ]);
    },
  );

  it('two SLOs of one name are refused, also of different services', () => {
    const { slos, problems } = read(openslo(''), openslo('service: shop'));
    expect(slos).toEqual([]);
    expect(problems).toMatchObject([
      { file: 'b.yaml', line: 3, what: 'there is another SLO web, in a.yaml:3' },
    ]);
  });

  it('two SLOs of one name and different services are two in Sloth’s dialect, as Sloth tells them', () => {
    const alpha = (service: string) => `apiVersion: openslo/v1alpha
kind: SLO
metadata: { name: web }
spec:
  service: ${service}
  objectives: [{ target: 0.9, ratioMetrics: { good: { query: 'sum(rate(g[{{.window}}]))' }, total: { query: 'sum(rate(t[{{.window}}]))' } } }]
`;
    const { slos, problems } = read(alpha('a'), alpha('b'));
    expect(problems).toEqual([]);
    expect(slos.map(({ service, slo }) => `${service} ${slo.name}`)).toEqual(['a web-0', 'b web-0']);
    expect(read(alpha('a'), alpha('a')).problems).toMatchObject([
      { what: 'there is another SLO web, in a.yaml:3' },
    ]);
    const metrics = alpha('a')
      .replace('good: {', 'good: { source: datadog,')
      .replace('total: {', 'total: { queryType: sql,');
    expect(lines(read(metrics).problems)).toEqual([
      expect.stringMatching(/^6 spec.objectives.0.ratioMetrics.good.source: datadog is not supported/),
      expect.stringMatching(/^6 spec.objectives.0.ratioMetrics.total.queryType: sql is not supported/),
    ]);
  });

  it('the same mistake of an SLI that several objectives share is told once, in the order of lines', () => {
    const { problems } = read(
      openslo('objectives: [{ displayName: a, target: 0.9 }, { displayName: b, target: 0.8 }]')
        .replace('type: Prometheus', 'type: Datadog')
        .replace('28d', '28x'),
    );
    expect(lines(problems)).toEqual([
      '7 spec.timeWindow.0.duration: expected a duration such as 28d, 4w or 1M',
      expect.stringMatching(/^9 .*good.metricSource.type: Datadog is not supported/),
    ]);
  });
});
