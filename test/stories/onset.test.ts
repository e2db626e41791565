import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { HOUR, MINUTE, SECOND } from '#domain/time.ts';
import { systemClock } from '#runtime/clock.ts';
import { openMetricsOfCounters, seeded } from '../telemetry/counters.ts';
import { hasPrometheus, type RealPrometheus, startPrometheusWith } from '../telemetry/real-prometheus.ts';
import {
  type House,
  notification,
  picturesIn,
  roots,
  soon,
  startHouse,
  theRoot,
  threadOf,
  wordsOf,
} from './house.ts';

/** As most Prometheus scrape. */
const SCRAPED = { scrapeInterval: '5s', after: '25s' } as const;

const NOW = Date.now();
const DEPLOYED = NOW - 12 * MINUTE - 10 * SECOND;
const BEGAN = DEPLOYED + 20 * SECOND;
const random = seeded(4);

/** Moments of events from one on, so many a second by chance. */
function events(perSecond: number, from: number): Float64Array {
  const moments: number[] = [];
  for (let at = from; at < NOW + HOUR; at += (-Math.log(1 - random()) / perSecond) * SECOND) moments.push(at);
  return Float64Array.from(moments);
}
const BEFORE = NOW - 3 * HOUR;
const counted = (service: string, code: string, moments: Float64Array) => ({
  series: `http_server_request_duration_seconds_count{service_name="${service}",http_response_status_code="${code}"}`,
  ...{ every: 5000, from: BEFORE, to: NOW + HOUR, resets: [], events: moments },
});
const joined = (...parts: readonly Float64Array[]) =>
  Float64Array.from(parts.flatMap((part) => [...part])).sort();

/** Ten requests a second, of which one in 500 fails, and one in 20 from soon after the deploy on; the ledger does well. */
const METRICS = openMetricsOfCounters([
  counted('checkout', '200', events(10, BEFORE)),
  counted('checkout', '500', joined(events(0.02, BEFORE), events(0.5, BEGAN))),
  counted('ledger', '200', events(5, BEFORE)),
]);

const deploy = (version: string, at: number, more: object = {}) => ({
  ...{ service: 'checkout', version, status: 'succeeded', id: `d-${version}`, actor: 'noor', changes: [] },
  ...{ at: new Date(at).toISOString(), startedAt: new Date(at - 10 * SECOND).toISOString() },
  ...more,
});

const fired = (startsAt: number, more: object = {}) => {
  const one = notification('firing', { groupKey: 'onset', ...more });
  one.alerts = one.alerts.map((alert) => ({ ...alert, startsAt: new Date(startsAt).toISOString() }));
  return one;
};
/** The clause of an onset beside the deploy that it came with. */
const CLAUSE = /began <!date[^>]*> ±\d+ (s|min), (as|\d+ s after) \*v1\.4\.2\*/;

let prometheus: RealPrometheus;
beforeAll(async () => {
  if (hasPrometheus()) prometheus = await startPrometheusWith(METRICS);
}, 60_000);
afterAll(() => prometheus?.close());

describe.skipIf(!hasPrometheus())('errors that begin 20 s after a deploy', () => {
  let house: House;
  beforeAll(async () => {
    house = await startHouse({ prometheus: prometheus.url, timeout: '10s', ...SCRAPED });
    await house.post('deploy', deploy('v1.4.1', NOW - 2 * HOUR));
    await house.post('deploy', deploy('v1.4.2', DEPLOYED));
    await house.post('deploy', deploy('v1.4.3', NOW - 5 * MINUTE));
    await theRoot(house, /v1\.4\.3/);
  }, 60_000);
  afterAll(() => house?.close());

  async function ask(text: string) {
    const { messages } = house.slack.workspace;
    const before = messages.length;
    await house.slack.command('rae', '#general', text);
    const answer = await soon(house, `the answer to ${text}`, () =>
      messages.slice(before).find((said) => /asked by/.test(wordsOf(said))),
    );
    return answer;
  }

  it('are very surely more than an hour ago, and began as the deploy came', async () => {
    const answer = await ask('/obs compare checkout errors, rate last 30m vs 1h ago');
    const words = wordsOf(answer);
    expect(answer.text).toMatch(/^\*checkout\*: last 30m against 1h ago · errors .* very sure$/);
    expect(words).toMatch(/errors .*very sure/);
    expect(words).toMatch(
      /\*errors\* higher: began <!date[^>]*> ±\d+ (s|min), (as|\d+ s after) \*v1\.4\.2\*/,
    );
    expect(words).toMatch(/errors p &lt; 0\.0001 \(exact test of requests/);
    expect(picturesIn([answer])).toBe(1);
    expect(words).toMatch(/deploy v1\.4\.2 at \d\d:\d\d\. deploy v1\.4\.3 at \d\d:\d\d\. began at \d\d:\d\d/);
  });

  it('are told by versions: the last that one ran against the last of the one before', async () => {
    const words = wordsOf(await ask('/obs compare checkout errors v1.4.2 vs v1.4.1'));
    expect(words).toMatch(/v1\.4\.2, its last 7m.* against v1\.4\.1/);
    expect(words).toMatch(/very sure/);
  });

  it('are nothing that a service without them knows', async () => {
    const answer = await ask('/obs compare ledger errors vs 1h ago');
    expect(answer.text).toMatch(/no real change$/);
    expect(wordsOf(answer)).not.toMatch(/began/);
  });

  it('are not understood as words when the version is unknown', async () => {
    expect(wordsOf(await ask('/obs compare checkout vs v9.9.9'))).toContain(
      'I know no deploy of v9.9.9 of checkout.',
    );
  });

  it('lead the thread of their alert: when it began, the deploy just before first, the later one last', async () => {
    await house.post('alertmanager', fired(BEGAN + 2 * MINUTE));
    const root = await theRoot(house, /CheckoutErrors/);
    const reply = await soon(house, 'the panels', () => threadOf(house.slack.workspace, root)[1]);
    const words = wordsOf(reply);
    expect(words).toMatch(
      /\*errors\* higher: began <!date[^>]*> ±\d+ (s|min), (as|\d+ s after) \*v1\.4\.2\*/,
    );
    expect(words).toMatch(
      /\*Likely causes\*\\n1\. checkout v1\.4\.2 by noor, (as it began|\d+ s before it began)\\n2\. checkout v1\.4\.1 by noor, \d+ (h|min)[^\\]* before it began\\n3\. checkout v1\.4\.3 by noor, after it began: not its cause/,
    );
  });

  it('stand in the root of the thread, in the same message, also after a restart and once resolved', async () => {
    const root = await theRoot(house, /CheckoutErrors/);
    await soon(house, 'the onset', () => (CLAUSE.test(wordsOf(root)) ? true : undefined));
    await house.restart();
    await house.slack.press('rae', root.channel, root.ts, 'acknowledge');
    await soon(house, 'the acknowledgement', () => (root.text.includes('acknowledged') ? true : undefined));
    expect(wordsOf(root)).toMatch(CLAUSE);
    await house.post('alertmanager', { ...fired(BEGAN + 2 * MINUTE), status: 'resolved' });
    await soon(house, 'the resolution', () => (root.text.includes('resolved') ? true : undefined));
    expect(wordsOf(root)).toMatch(CLAUSE);
    expect(roots(house.slack.workspace, /CheckoutErrors/)).toHaveLength(1);
    expect(
      threadOf(house.slack.workspace, root).filter((one) => wordsOf(one).includes('Likely causes')),
    ).toHaveLength(1);
  });
});

describe.skipIf(!hasPrometheus())('an alert that fires before its onset can be told', () => {
  it('has it told minutes later, in the messages that are there', async () => {
    // Ten seconds of failing requests are nothing that chance could not do.
    let offset = BEGAN + 10 * SECOND - Date.now();
    const house = await startHouse({
      ...SCRAPED,
      prometheus: prometheus.url,
      clock: { ...systemClock, now: () => Date.now() + offset },
    });
    try {
      await house.post('deploy', deploy('v1.4.2', DEPLOYED));
      await house.post('alertmanager', fired(BEGAN + 5 * SECOND));
      const root = await theRoot(house, /CheckoutErrors/);
      const reply = await soon(house, 'the panels', () => threadOf(house.slack.workspace, root)[1]);
      expect(wordsOf(reply)).toMatch(/1\. checkout v1\.4\.2 by noor, \d+ s before the alert/);
      expect(wordsOf(root)).not.toMatch(/began/);
      offset += 3 * MINUTE;
      // Whatever comes wakes it: it slept by the clock before.
      await house.slack.command('rae', '#general', '/obs status me');
      for (const message of [root, reply])
        await soon(house, 'the onset', () => (CLAUSE.test(wordsOf(message)) ? true : undefined));
      expect(roots(house.slack.workspace, /CheckoutErrors/)).toHaveLength(1);
      expect(threadOf(house.slack.workspace, root)).toHaveLength(2);
    } finally {
      await house.close();
    }
  }, 60_000);
});
