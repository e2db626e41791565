import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BudgetList } from '#api/contract/budgets.ts';
import { Comparison } from '#api/contract/compare.ts';
import { QueryResult } from '#api/contract/query.ts';
import { Readiness } from '#api/contract/readiness.ts';
import { FleetStatus } from '#api/contract/status.ts';
import { HOUR, MINUTE, SECOND } from '#domain/time.ts';
import { formatValue } from '#domain/units.ts';
import { openMetricsOfCounters, seeded } from '../telemetry/counters.ts';
import { hasPrometheus, type RealPrometheus, startPrometheusWith } from '../telemetry/real-prometheus.ts';
import { AGENT_TOKEN, type House, notification, soon, startHouse, wordsOf } from './house.ts';

const NOW = Date.now();
const BEFORE = NOW - 3 * HOUR;
const DEPLOYED = NOW - 12 * MINUTE - 10 * SECOND;
const BEGAN = DEPLOYED + 20 * SECOND;
const random = seeded(4);

/** Moments of events from one on, so many a second by chance. */
function events(perSecond: number, from: number): Float64Array {
  const moments: number[] = [];
  for (let at = from; at < NOW + HOUR; at += (-Math.log(1 - random()) / perSecond) * SECOND) moments.push(at);
  return Float64Array.from(moments);
}
const counted = (service: string, code: string, moments: Float64Array) => ({
  series: `http_server_request_duration_seconds_count{service_name="${service}",http_response_status_code="${code}"}`,
  ...{ every: 5000, from: BEFORE, to: NOW + HOUR, resets: [], events: moments },
});

/** Ten requests a second, of which one in 500 fails, and one in 20 from soon after the deploy on; the ledger does well. */
const METRICS = openMetricsOfCounters([
  counted('checkout', '200', events(10, BEFORE)),
  counted('checkout', '500', Float64Array.from([...events(0.02, BEFORE), ...events(0.5, BEGAN)]).sort()),
  counted('ledger', '200', events(5, BEFORE)),
]);

const SELECTOR = 'http_server_request_duration_seconds_count{service_name="checkout"';
const SHOP = `  shop:
    channel: "#payments"
    slos:
      - name: availability
        objective: 0.99
        window: { rolling: 30d }
        sli: { events: { bad: '${SELECTOR},http_response_status_code="500"}', total: '${SELECTOR}}' } }
`;

describe.skipIf(!hasPrometheus())('what REST answers is what Slack answers', () => {
  let prometheus: RealPrometheus;
  let house: House;
  beforeAll(async () => {
    prometheus = await startPrometheusWith(METRICS);
    house = await startHouse({
      ...{
        prometheus: prometheus.counted.url,
        timeout: '20s',
        scrapeInterval: '5s',
        after: '25s',
        more: SHOP,
      },
    });
    for (const [version, at] of [
      ['v1.4.1', NOW - 2 * HOUR],
      ['v1.4.2', DEPLOYED],
      ['v1.4.3', NOW - 5 * MINUTE],
    ] as const) {
      const moments = { at: new Date(at).toISOString(), startedAt: new Date(at - 10 * SECOND).toISOString() };
      const id = `d-${version}`;
      await house.post('deploy', {
        ...{ service: 'checkout', version, status: 'succeeded', id, actor: 'noor', changes: [], ...moments },
      });
    }
    const fired = notification('firing');
    await house.post('alertmanager', fired);
    await soon(house, 'the alert', () =>
      house.slack.workspace.messages.find((said) => /CheckoutErrors/.test(said.text)),
    );
  }, 120_000);
  afterAll(async () => {
    await house?.close();
    await prometheus?.close();
  });

  async function slack(command: string): Promise<string> {
    const { messages } = house.slack.workspace;
    const before = messages.length;
    await house.slack.command('rae', '#general', command);
    const answer = await soon(
      house,
      `the answer to ${command}`,
      () =>
        messages
          .slice(before)
          .find((said) => /asked by/.test(wordsOf(said)) && !/Looking at/.test(said.text)),
      60_000,
    );
    return wordsOf(answer);
  }
  async function rest(path: string) {
    const response = await fetch(`${house.url()}/api/v1${path}`, {
      headers: { authorization: `Bearer ${AGENT_TOKEN}` },
    });
    const body = await response.json();
    expect(response.status, JSON.stringify(body)).toBe(200);
    return body;
  }

  it('of two versions: the same figures, the same word, since when', async () => {
    // Both windows are over, so that whoever asks later is answered the same.
    const words = await slack('/obs compare checkout errors v1.4.2 vs v1.4.1');
    const body = await rest('/compare?service=checkout&measures=errorRatio&version=v1.4.2&against=v1.4.1');
    const { signals, began, changes, words: said } = Comparison.parse(body);
    const [errors] = signals;
    const [was, is] = [errors?.before, errors?.after].map((value) =>
      formatValue(value ?? Number.NaN, 'ratio'),
    );
    expect(words).toContain(`errors ${was} → ${is}, very sure`);
    expect(errors?.confidence).toMatchObject({ word: 'verySure', direction: 'higher' });
    expect(said).toContain(`errors ${was} → ${is}`);
    expect(said).toMatch(/very sure\. errors went higher at .* checkout v1\.4\.2\.$/);
    const onset = began.find(({ measure }) => measure === 'errorRatio');
    expect(Math.abs(Date.parse(onset?.at ?? '') - BEGAN)).toBeLessThanOrEqual(
      ((onset?.plusMinus ?? 0) + 30) * SECOND,
    );
    const named = changes.find(({ id }) => id === onset?.beside?.change);
    expect([named?.what, onset?.beside?.isSuspect]).toEqual(['v1.4.2', true]);
    expect(onset?.words).toMatch(/^errors went higher at .* ±.*(as|after) checkout v1\.4\.2/);
  }, 90_000);

  it('of the fleet: the same word for each service, from one question a signal for all', async () => {
    prometheus.counted.reset();
    const { services } = FleetStatus.parse(await rest('/status'));
    // Rounds of other kinds are asked in between; of rate, errors and durations there is one question each.
    const asked = prometheus.counted
      .queries()
      .filter((query) => /ledger/.test(query) && /\[5m\]/.test(query));
    expect(asked).toHaveLength(3);
    expect(services[0]).toMatchObject({
      service: 'checkout',
      health: 'page',
      why: ['CheckoutErrors pages.'],
    });
    expect(services.find(({ service }) => service === 'ledger')?.health).toBe('healthy');
    const words = await slack('/obs status');
    expect(words).toMatch(/page firing.*healthy/);
    const rate = services[0]?.reading.values.find(({ measure }) => measure === 'rate')?.value ?? 0;
    expect(rate).toBeGreaterThan(9);
    expect(rate).toBeLessThan(12);
  }, 90_000);

  it('before a deploy: the same word for the same reasons, and what a pipeline exits with', async () => {
    const { word, reasons } = Readiness.parse(await rest('/services/checkout/ready'));
    const words = await slack('/obs ready checkout');
    expect(word).toBe('stop');
    expect(words).toMatch(/Stop/);
    for (const reason of reasons) expect(words).toContain(reason);
    expect(await rest('/services/checkout/preflight')).toMatchObject({
      word: 'stop',
      reasons,
      exitStatus: 1,
    });
  }, 90_000);

  it('of a budget: the same sentence', async () => {
    // What is counted grows every five minutes: both are asked until they speak of the same.
    for (let tries = 0; ; tries += 1) {
      const words = await slack('/obs budget shop');
      const { budgets } = BudgetList.parse(await rest('/budgets?service=shop'));
      const [budget] = budgets;
      const sentence = budget?.words.replace(/^shop \(availability\) /, '') ?? '';
      const isCounted = budget?.used !== undefined;
      if (tries < 20 && !(isCounted && words.includes(sentence))) continue;
      expect(words).toContain(sentence);
      expect(sentence).toMatch(/^has used /);
      expect((budget?.used ?? 0) + (budget?.remaining ?? 0)).toBeCloseTo(budget?.allowed ?? -1, 3);
      expect(budget?.spenders?.length).toBeGreaterThan(0);
      return;
    }
  }, 150_000);

  it('of a query: the figures that Prometheus itself has', async () => {
    const query = 'sum by (http_response_status_code) (http_server_request_duration_seconds_count)';
    const end = new Date(NOW - MINUTE).toISOString();
    const body = QueryResult.parse(await rest(`/query?${new URLSearchParams({ query, range: '10m', end })}`));
    const at = (Date.parse(body.window.to) / 1000).toString();
    const own = await fetch(`${prometheus.url}/api/v1/query?${new URLSearchParams({ query, time: at })}`);
    const { data } = (await own.json()) as {
      data: { result: { metric: Record<string, string>; value: [number, string] }[] };
    };
    const told = Object.fromEntries(
      data.result.map(({ metric, value }) => [JSON.stringify(metric), Number(value[1])]),
    );
    const got = Object.fromEntries(body.series.map(({ labels, last }) => [JSON.stringify(labels), last]));
    expect(got).toEqual(told);
  }, 60_000);
});
