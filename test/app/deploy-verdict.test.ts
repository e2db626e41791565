import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { judgeWatch } from '#app/deploy-verdict.ts';
import type { Deploy, Watch } from '#domain/deploy.ts';
import type { Problem } from '#domain/problem.ts';
import { HOUR, MINUTE, type Range } from '#domain/time.ts';
import { systemClock } from '#runtime/clock.ts';
import { createObserver } from '#telemetry/observer.ts';
import { createPrometheus } from '#telemetry/prometheus.ts';
import { CATALOG } from '../domain/given.ts';
import { freshDatabase } from '../store/database.ts';
import { type MadeCounter, openMetricsOfCounters, rhythm, seeded } from '../telemetry/counters.ts';
import { under } from '../telemetry/observed-services.ts';
import {
  type AskedPrometheus,
  askPrometheusWith,
  hasPrometheus,
  MUTE,
} from '../telemetry/real-prometheus.ts';

const ROLLOUT = Date.UTC(2026, 10, 17, 12, 0, 20);
const START = ROLLOUT - 8 * HOUR;
const END = ROLLOUT + 19 * MINUTE;

const made: MadeCounter[] = [];
const random = seeded(5);

/** Requests to a service by pod: `errors` tells how many fail a second in a stretch, on top of 0.1 that always do, of ten. */
function serve(
  service: string,
  {
    errors = [],
    pod = 'a',
    ...more
  }: { errors?: readonly (Range & { perSecond: number })[]; pod?: string } & Partial<MadeCounter> = {},
): void {
  const of = (code: string, events: Float64Array): MadeCounter => ({
    series: `http_server_request_duration_seconds_count{service_name="${service}",http_response_status_code="${code}",pod="${pod}"}`,
    ...{ every: 15_000, from: START, to: END, resets: [], events },
    ...more,
  });
  const failed = [
    ...rhythm(START, END, 0.1, random),
    ...errors.flatMap(({ from, to, perSecond }) => [...rhythm(from, to, perSecond, random)]),
  ];
  made.push(of('200', rhythm(START, END, 10, random)), of('500', Float64Array.from(failed).sort()));
}

const since = (minute: number, perSecond = 2) => [{ from: ROLLOUT + minute * MINUTE, to: END, perSecond }];

serve('healthy');
serve('bad', { errors: since(0) });
serve('restarted', { resets: [ROLLOUT + 4 * MINUTE + 3000] });
serve('replaced', { pod: 'old', to: ROLLOUT });
serve('replaced', { pod: 'new', from: ROLLOUT - 20_000 });
serve('young', { from: ROLLOUT - 5000 });
serve('gone', { to: ROLLOUT + 30_000 });
serve('incident', { errors: since(-25) });
serve('earlier', { errors: since(-6) });
serve('second', { errors: since(-1) });
serve('rolled-back', { errors: [{ from: ROLLOUT - 20 * MINUTE, to: ROLLOUT, perSecond: 2 }] });
serve('gap');
serve('half');
serve('recovered', { errors: [{ from: ROLLOUT - 28 * MINUTE, to: ROLLOUT - 6 * MINUTE, perSecond: 1 }] });

/** Without what was to be scraped of a service in such moments. */
const unscraped = (text: string, service: string, isMissing: (at: number) => boolean) =>
  text
    .split('\n')
    .filter((line) => !line.includes(`"${service}"`) || !isMissing(Number(line.split(' ').at(-1)) * 1000))
    .join('\n');

const METRICS = unscraped(
  unscraped(
    openMetricsOfCounters(made),
    'gap',
    (at) => at > ROLLOUT + 4 * MINUTE && at < ROLLOUT + 9 * MINUTE,
  ),
  'half',
  (at) => at > ROLLOUT - 40 * MINUTE && Math.floor(at / 30_000) % 2 === 0,
);

describe.skipIf(!hasPrometheus())('a deploy, judged by a real Prometheus', () => {
  let prometheus: AskedPrometheus;
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  beforeAll(async () => {
    prometheus = await askPrometheusWith(METRICS);
  }, 60_000);
  afterAll(() => prometheus?.close());
  beforeEach(async () => {
    database = await freshDatabase();
  });
  afterEach(() => database.close());

  const deployOf = (name: string, more: Partial<Deploy> = {}): Deploy & { watch: Watch } => ({
    ...{ id: 'd1', service: name, hints: {}, version: 'v2', environment: 'production', status: 'succeeded' },
    ...{ startedAt: ROLLOUT, finishedAt: ROLLOUT, changes: [], parts: [] },
    watch: {
      state: 'watching',
      baseline: { from: ROLLOUT - 30 * MINUTE, to: ROLLOUT },
      window: { from: ROLLOUT + MINUTE, to: ROLLOUT + 16 * MINUTE },
      ...{ looks: 0, looksPlanned: 15, lag: 15_000 },
    },
    ...more,
  });
  const judged = (
    name: string,
    now = END,
    asked: Pick<AskedPrometheus, 'source' | 'client'> = prometheus,
  ) => {
    const deploy = deployOf(name);
    const observer = createObserver([asked], { clock: systemClock });
    return judgeWatch(deploy, deploy.watch, under('otel-http', name), now, {
      observer,
      store: database.store(),
      catalog: { current: () => CATALOG },
    });
  };

  it.each([
    ['that does no harm is steady', 'healthy', 'steady'],
    ['that makes a fifth of all requests fail is degraded', 'bad', 'degraded'],
    ['after which counters were reset is steady', 'restarted', 'steady'],
    ['that replaces the pods is steady', 'replaced', 'steady'],
    ['of a new service is inconclusive', 'young', 'inconclusive'],
    ['after which nothing is scraped any more is inconclusive', 'gone', 'inconclusive'],
    ['whose service was not scraped for five minutes is steady', 'gap', 'steady'],
    ['of whose service half the scrapes are missing is steady', 'half', 'steady'],
    ['six minutes after something had begun is not degraded', 'earlier', 'inconclusive'],
    ['that ends what was wrong is improved', 'rolled-back', 'improved'],
    ['in the middle of an incident is inconclusive', 'incident', 'inconclusive'],
  ])('%s', async (_, service, verdict) => {
    const found = await judged(service);
    expect(found.verdict.verdict).toBe(verdict);
  });

  it('is told early, with its beginning to the minute, and the same at its end', async () => {
    const early = await judged('bad', ROLLOUT + 5 * MINUTE);
    const late = await judged('bad');
    expect(early.verdict.verdict).toBe('degraded');
    expect(early.verdict.decidedAt).toBe(late.verdict.decidedAt);
    expect(Math.abs((late.verdict.onset?.at ?? 0) - ROLLOUT)).toBeLessThanOrEqual(MINUTE);
  });

  it('says that another deploy was near, and that a page was firing before', async () => {
    const { deploys, alerts } = database.store();
    await deploys.save({ ...deployOf('second'), id: 'd0', version: 'v1', startedAt: ROLLOUT - MINUTE });
    const began = ROLLOUT - 24 * MINUTE;
    await alerts.save({
      ...{ id: 'a1', source: 'alertmanager', groupKey: 'g', name: 'TooManyErrors', status: 'firing' },
      ...{ severity: 'page', service: 'incident', channel: '#x', alerts: [], flaps: 0, truncated: 0 },
      ...{ startedAt: began, begunAt: began, heardAt: ROLLOUT, groupLabels: {}, labels: {}, annotations: {} },
    });
    const second = (await judged('second')).verdict;
    // What began with either is theirs.
    expect(second.verdict).toBe('degraded');
    expect(second.reasons.join()).toMatch(/v1 was deployed 1 min before/);
    expect((await judged('incident')).verdict.reasons.join()).toMatch(/TooManyErrors was firing before/);
  });

  /** The same Prometheus, whose every answer lacks something, or that leaves a part of the questions unanswered. */
  const observing = (name: string, code: Problem['code'], watch: Partial<Watch> = {}) => {
    const observer = createObserver([prometheus], { clock: systemClock });
    const asked: Range[] = [];
    const deploy = deployOf(name);
    const judging = judgeWatch(deploy, { ...deploy.watch, ...watch }, under('otel-http', name), END, {
      observer: {
        async observe(service, range, ...rest) {
          asked.push(range);
          const seen = await observer.observe(service, range, ...rest);
          return { ...seen, problems: [...seen.problems, { code, what: 'One store is down.' }] };
        },
      },
      store: database.store(),
      catalog: { current: () => CATALOG },
    });
    return judging.then((found) => ({ ...found, asked }));
  };

  it.each(['prometheus-partial', 'prometheus-timeout'] as const)(
    'is judged against its history though a part of the answers is missing (%s)',
    async (code) => {
      const { unsettled, verdict, asked, observed } = await observing('bad', code);
      expect(unsettled).toBeUndefined();
      expect(verdict.verdict).toBe('degraded');
      expect(asked).toHaveLength(2);
      expect(observed.problems.map((problem) => problem.code)).toEqual([code]);
    },
  );

  it('is seen whole though its steps are shorter than the scrapes of its source', async () => {
    const window = { from: ROLLOUT + MINUTE, to: ROLLOUT + MINUTE + 50_000 };
    const { unsettled, observed } = await observing('healthy', 'prometheus-partial', {
      ...{ window, looksPlanned: 5 },
    });
    expect(unsettled).toBeUndefined();
    expect(observed.step).toBe(15_000);
  });

  it('names what it depends on that got worse as well, and not what got better', async () => {
    const observer = createObserver([prometheus], { clock: systemClock });
    const services = ['bad', 'earlier', 'recovered'].map((name) => under('otel-http', name));
    const found = await judgeWatch(
      deployOf('bad'),
      deployOf('bad').watch,
      under('otel-http', 'bad', { dependsOn: ['earlier', 'recovered'] }),
      END,
      { observer, store: database.store(), catalog: { current: () => ({ ...CATALOG, services }) } },
    );
    const reasons = found.verdict.reasons.join();
    expect(reasons).toMatch(/earlier, which it depends on, got worse/);
    expect(reasons).not.toMatch(/recovered/);
  });

  it('whose Prometheus is away is not settled, and says why', async () => {
    const source = { ...prometheus.source, url: 'http://127.0.0.1:9', timeout: 500 };
    const client = createPrometheus(source, { clock: systemClock, meter: MUTE });
    const found = await judged('healthy', END, { source, client });
    await client.close();
    expect(found.unsettled).toBe('away');
    expect(found.verdict.verdict).toBe('inconclusive');
    expect((await judged('healthy')).unsettled).toBeUndefined();
    expect((await judged('gone')).unsettled).toBe('late');
    expect((await judged('healthy', ROLLOUT + 10 * MINUTE)).unsettled).toBe('late');
  });
});
