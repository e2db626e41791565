import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { importSlos } from '#config/slo/import.ts';
import { burnRateOf } from '#domain/budget/usage.ts';
import { DAY, formatDuration, HOUR, MINUTE, parseDuration } from '#domain/time.ts';
import { errorRatio } from '#generate/ratios.ts';
import { createSliCounter } from '#telemetry/increments.ts';
import { corpus } from '../ingest/corpora.ts';
import { merged, openMetricsOfCounters, rhythm, seeded } from '../telemetry/counters.ts';
import { type AskedPrometheus, askPrometheusWith, hasPrometheus } from '../telemetry/real-prometheus.ts';

const END = Date.UTC(2026, 10, 17, 12);
const START = END - 4 * DAY;
const WINDOWS = [5 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 6 * HOUR, DAY, 3 * DAY];

/**
 * Sloth’s goldens that are compared. Left out: victoria-metrics (MetricsQL, which Prometheus 2.42 cannot load), and base-k8s (its labels have
 * names with hyphens, which it cannot load either).
 */
const GOLDENS = [
  'getting-started',
  'no-alerts',
  'k8s-getting-started',
  'slo-plugin-getting-started',
  'slo-plugin-k8s-getting-started',
  'openslo-kubernetes-apiserver',
];

describe.skipIf(!hasPrometheus() || !corpus('slo-specs').here)(
  `beside Sloth’s rules${corpus('slo-specs').note}`,
  () => {
    let prometheus: AskedPrometheus;
    beforeAll(async () => {
      const random = seeded(11);
      const burst = Float64Array.from({ length: 4000 }, (_, i) => END - 5 * HOUR + i * 900);
      const small = rhythm(START, END, 0.0003, random);
      const many = rhythm(START, END, 0.5, random);
      const made = (series: string, events: Float64Array) => ({
        series,
        every: 60_000,
        from: START,
        to: END + 1,
        resets: [START + DAY],
        events,
      });
      prometheus = await askPrometheusWith(
        openMetricsOfCounters([
          ...['myservice', 'myapp'].flatMap((job) => [
            made(`http_request_duration_seconds_count{job="${job}",code="200"}`, many),
            made(`http_request_duration_seconds_count{job="${job}",code="500"}`, merged(small, burst)),
            made(`http_request_duration_seconds_count{job="${job}",code="429"}`, small),
          ]),
          made('apiserver_request_total{job="apiserver",verb="POST",code="200"}', many),
          made('apiserver_request_total{job="apiserver",verb="POST",code="500"}', merged(small, burst)),
          made(
            'http_request_duration_seconds_bucket{job="metrics-service-thanos-receive-default",code="200",le="1"}',
            many,
          ),
          made(
            'http_request_duration_seconds_count{job="metrics-service-thanos-receive-default",code="200"}',
            merged(many, burst),
          ),
          { ...made('up{job="a"}', new Float64Array([START + 1])), resets: [] },
          made('up{job="b"}', new Float64Array()),
          made('apiserver_request_total{code="200"}', many),
          made('apiserver_request_total{code="503"}', merged(small, burst)),
          made('apiserver_request_duration_seconds_count{verb="GET"}', merged(many, burst)),
          made('apiserver_request_duration_seconds_bucket{verb="GET",le="0.4"}', many),
          made('apiserver_request_duration_seconds_bucket{verb="GET",le="5"}', merged(many, small)),
        ]),
      );
    }, 60_000);
    afterAll(() => prometheus?.close());

    type Golden = {
      groups: {
        rules: { record?: string; alert?: string; expr: string; labels?: Record<string, string> }[];
      }[];
    };
    const read = (name: string) => {
      const root = join(import.meta.dirname, '../../../shared/corpora/slo-specs/sloth/examples');
      const input = readFileSync(join(root, `${name}.input.yml`), 'utf8');
      const text = readFileSync(join(root, `${name}.expected.yml`), 'utf8');
      const documents = parseAllDocuments(text).map(
        (document) => document.toJS() as Golden & { spec?: Golden },
      );
      const rules = documents.flatMap((golden) =>
        (golden.spec ?? golden).groups.flatMap((group) => group.rules),
      );
      return { slos: importSlos([{ file: name, text: input }]).slos, rules };
    };
    const valuesOf = async (
      promql: string,
      range = { from: END - 6 * HOUR, to: END },
      step = 10 * MINUTE,
    ) => {
      const answer = await prometheus.client.range(promql, range, step);
      if (!answer.ok) throw new Error(JSON.stringify(answer.problem));
      return answer.value.series.flatMap(({ samples }) => samples);
    };

    it.each(GOLDENS)(
      '%s has the same error ratios over 5m to 3d, within 1e-9',
      async (name) => {
        const { slos, rules } = read(name);
        expect(slos.length).toBeGreaterThan(0);
        for (const { service: of, slo } of slos) {
          for (const window of WINDOWS) {
            const record = `slo:sli_error:ratio_rate${formatDuration(window)}`;
            const golden = rules.find(
              (rule) => rule.record === record && rule.labels?.sloth_slo === slo.name,
            );
            if (golden === undefined) throw new Error(`${of} ${slo.name} ${record}`);
            const [theirs, ours] = [await valuesOf(golden.expr), await valuesOf(errorRatio(slo.sli, window))];
            expect(theirs.length).toBeGreaterThan(30);
            expect(ours.map(({ at }) => at)).toEqual(theirs.map(({ at }) => at));
            for (const [i, { value }] of theirs.entries())
              expect(Math.abs((ours[i]?.value ?? 9) - value)).toBeLessThan(1e-9);
          }
        }
      },
      60_000,
    );

    it('its period figure is weighted by traffic, as the true one; Sloth’s is an average over time', async () => {
      const { slos, rules } = read('getting-started');
      const [{ slo } = { slo: undefined }] = slos;
      if (slo === undefined) throw new Error('no SLO');
      const counter = createSliCounter([{ source: prometheus.source, client: prometheus.client }]);
      const counted = await counter.count([{ key: 'k', source: 'default', slo }], {
        from: END - 3 * DAY,
        to: END,
      });
      const steps = counted.get('k')?.steps ?? [];
      const sum = (of: 'bad' | 'total') => steps.reduce((all, step) => all + step[of], 0);
      const exact = sum('bad') / sum('total');
      const [ours] = await valuesOf(errorRatio(slo.sli, 3 * DAY), { from: END, to: END }, MINUTE);
      expect(Math.abs((ours?.value ?? 0) - exact) / exact).toBeLessThan(0.005);
      expect(
        burnRateOf(slo, { bad: sum('bad'), total: sum('total'), lost: 0, observed: 0, assumed: 0 }),
      ).toBeCloseTo(exact / 0.001, 6);
      const five = rules.find(({ record }) => record === 'slo:sli_error:ratio_rate5m')?.expr ?? '';
      const [average] = await valuesOf(`avg_over_time((${five})[3d:5m])`, { from: END, to: END }, MINUTE);
      expect(Math.abs((average?.value ?? 0) - exact) / exact).toBeGreaterThan(0.05);
    });

    it.each(['http-latency', 'apiserver-write-response-errors', 'prometheus-up-targets'])(
      'and Pyrra’s: %s has the same burn rates, within 1e-9',
      async (name) => {
        const root = join(import.meta.dirname, '../../../shared/corpora/slo-specs/pyrra/tests');
        const { slos } = importSlos([
          { file: name, text: readFileSync(join(root, `${name}.slo.yaml`), 'utf8') },
        ]);
        const [{ slo } = { slo: undefined }] = slos;
        if (slo === undefined) throw new Error(name);
        const golden: { rules: { group: { rules: { record?: string; expr: string }[] } }[] } = JSON.parse(
          readFileSync(join(root, `${name}.expected.json`), 'utf8'),
        );
        const recorded = golden.rules
          .flatMap(({ group }) => group.rules)
          .flatMap(({ record, expr }) => {
            const length = parseDuration(/:burnrate(\w+)$/.exec(record ?? '')?.[1] ?? '');
            return length === undefined || length > 3 * DAY ? [] : [{ length, expr }];
          });
        expect(recorded.length).toBeGreaterThanOrEqual(5);
        for (const { length, expr } of recorded) {
          const [theirs, ours] = [await valuesOf(expr), await valuesOf(errorRatio(slo.sli, length))];
          expect(theirs.length, expr).toBeGreaterThan(30);
          for (const [i, { value }] of theirs.entries())
            expect(Math.abs((ours[i]?.value ?? 9) - value), expr).toBeLessThan(1e-9);
        }
      },
      60_000,
    );
  },
);
