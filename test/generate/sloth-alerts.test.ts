import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { importSlos } from '#config/slo/import.ts';
import { ruleGroupsOf } from '#generate/rules.ts';
import { service } from '../domain/given.ts';
import { corpus } from '../ingest/corpora.ts';
import { hasPrometheus } from '../telemetry/real-prometheus.ts';
import { promtool } from './promtool.ts';

type Group = { readonly name: string; readonly rules: readonly { readonly alert?: string }[] };
type Golden = { readonly groups?: readonly Group[]; readonly spec?: { readonly groups: readonly Group[] } };

/**
 * Requests a minute, `[good, bad]` for so many minutes each: calm, an outage, calm, errors that burn slowly, and calm again. No ratio of these is exactly a bound: Sloth
 * writes a budget of 0.001 as 0.0009999999999999432, so that it fires on a tie and ours does not.
 */
const STRETCHES = [
  [600, 0, 130],
  [300, 300, 25],
  [600, 0, 170],
  [593, 7, 160],
  [600, 0, 30],
] as const;
const MINUTES = STRETCHES.reduce((sum, [, , minutes]) => sum + minutes, 0);

/** A counter of good, of bad or of all requests, as promtool writes samples. */
function counted(series: string, of: (good: number, bad: number) => number) {
  let value = 0;
  const values = STRETCHES.map(([good, bad, minutes]) => {
    const [from, by] = [value, of(good, bad)];
    value += by * minutes;
    return `${from}+${by}x${minutes - 1}`;
  });
  return { series, values: values.join(' ') };
}

const good = (a: number) => a;
const bad = (_: number, b: number) => b;
const SERIES = [
  ...['myservice', 'myapp'].flatMap((job) => [
    counted(`http_request_duration_seconds_count{job="${job}",code="200"}`, good),
    counted(`http_request_duration_seconds_count{job="${job}",code="500"}`, bad),
  ]),
  counted('apiserver_request_total{code="200"}', good),
  counted('apiserver_request_total{code="503"}', bad),
  counted('apiserver_request_duration_seconds_count{verb="GET"}', (a, b) => a + b),
  counted('apiserver_request_duration_seconds_bucket{verb="GET",le="0.4"}', good),
  counted('apiserver_request_duration_seconds_bucket{verb="GET",le="5"}', good),
];

/** What promtool says of Sloth’s rules and ours side by side, asked at every minute whether both fire. */
function beside(input: string, expected: string) {
  const theirs = parseAllDocuments(expected).flatMap((document) => {
    const golden: Golden = document.toJS() ?? {};
    return golden.spec?.groups ?? golden.groups ?? [];
  });
  const { slos } = importSlos([{ file: 'input', text: input }]);
  const services = [...Map.groupBy(slos, ({ service: name }) => name)].map(([name, some]) =>
    service(name, { slos: some.map(({ slo }) => slo) }),
  );
  const alerts = services.flatMap(({ name, slos: own }) =>
    own.flatMap((slo) =>
      (['page', 'ticket'] as const)
        .filter((severity) => slo.alerting[severity])
        .map((severity) => {
          const alertname = `alertname="${slo.alerting.name}",alertstate="firing"`;
          return {
            severity,
            sloth: `ALERTS{${alertname},sloth_severity="${severity}",sloth_service="${name}",sloth_slo="${slo.name}"}`,
            ours: `ALERTS{${alertname},sloth_severity="",severity="${severity}",service="${name}",slo="${slo.name}"}`,
          };
        }),
    ),
  );
  const is = (expr: string, minute: number, value: number) => ({
    ...{ expr, eval_time: `${minute}m`, exp_samples: [{ labels: '{}', value }] },
  });
  const count = (of: string) => `(count(${of}) or vector(0))`;
  const tests = [
    {
      ...{ interval: '1m', input_series: SERIES },
      promql_expr_test: alerts.flatMap(({ sloth, ours }) => [
        ...Array.from({ length: MINUTES }, (_, minute) => is(`${count(sloth)} - ${count(ours)}`, minute, 0)),
        // Neither silent nor firing all the time: between ten minutes and all but an hour.
        ...[10, MINUTES - 60].map((minutes, i) =>
          is(`sum(count_over_time(${sloth}[${MINUTES}m])) > bool ${minutes}`, MINUTES - 1, 1 - i),
        ),
      ]),
    },
  ];
  // Each group of records before those that alert on them, as Prometheus’ own evaluation settles to.
  const named = [...theirs, ...ruleGroupsOf(services)].map(({ name }) => name);
  const ordered = named.toSorted((a, b) => Number(a.includes('-alerts-')) - Number(b.includes('-alerts-')));
  const said = promtool(services, {
    'sloth.rules.yml': { groups: theirs },
    'both.yml': {
      rule_files: ['bellbuoy-slos.rules.yml', 'sloth.rules.yml'],
      ...{ evaluation_interval: '1m', group_eval_order: ordered, tests },
    },
  });
  return { alerts, said: said.testOf('both.yml') };
}

const files = corpus('slo-specs');

describe.skipIf(!hasPrometheus() || !files.here)(
  `generated alerts beside Sloth’s, by promtool test rules${files.note}`,
  () => {
    const texts = new Map(files.files(/^sloth\/examples\/.*\.yml$/));
    // What cannot be loaded by Prometheus 2.42 (MetricsQL), what needs Sloth’s plugins, and what has no alerts, is not there to be compared.
    const comparable = [...texts.keys()].filter(
      (name) =>
        name.endsWith('.input.yml') &&
        importSlos([{ file: name, text: texts.get(name) ?? '' }]).problems.length === 0 &&
        /alert:/.test(texts.get(name.replace('.input.', '.expected.')) ?? ''),
    );

    it('are there to be compared', () => {
      expect(comparable.length).toBeGreaterThanOrEqual(4);
    });

    it.each(comparable)(
      '%s fires at the same minutes',
      (name) => {
        const { alerts, said } = beside(
          texts.get(name) ?? '',
          texts.get(name.replace('.input.', '.expected.')) ?? '',
        );
        expect(alerts.length).toBeGreaterThan(0);
        expect(said.said.slice(0, 2000)).toContain('SUCCESS');
        expect(said.status).toBe(0);
      },
      120_000,
    );
  },
);
