import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '#domain/time.ts';
import { merged, openMetricsOfCounters, rhythm, seeded } from '../telemetry/counters.ts';
import { hasPrometheus, type RealPrometheus, startPrometheusWith } from '../telemetry/real-prometheus.ts';
import { type House, picturesIn, soon, startHouse, wordsOf } from './house.ts';

const NOW = Date.now();
const random = seeded(9);
const GOOD = rhythm(NOW - 3 * DAY, NOW + HOUR, 0.4, random);
const OUTAGE = Float64Array.from({ length: 1500 }, (_, i) => NOW - 26 * HOUR + i * 400);
const counter = (code: string, events: Float64Array) => ({
  series: `requests_total{app="shop",code="${code}"}`,
  ...{ every: 60_000, from: NOW - 3 * DAY, to: NOW + HOUR, resets: [], events },
});

const SERVICE = `  shop:
    channel: "#payments"
    slos:
      - name: availability
        objective: 0.99
        window: { rolling: 30d }
        sli: { events: { bad: 'requests_total{app="shop",code="500"}', total: 'requests_total{app="shop"}' } }
        policy: { atRisk: "Ask first.", exhausted: "Freeze releases except fixes." }
`;

describe.skipIf(!hasPrometheus())('a service with an SLO', () => {
  let prometheus: RealPrometheus;
  let house: House;
  beforeAll(async () => {
    prometheus = await startPrometheusWith(
      openMetricsOfCounters([counter('200', GOOD), counter('500', merged(OUTAGE))]),
    );
    house = await startHouse({ prometheus: prometheus.url, more: SERVICE });
  }, 60_000);
  afterAll(async () => {
    await house?.close();
    await prometheus?.close();
  });
  const answerTo = async (command: string, words: RegExp) => {
    for (;;) {
      const before = house.slack.workspace.messages.length;
      await house.slack.command('rae', '#payments', command);
      const answer = await soon(house, `the answer to ${command}`, () =>
        house.slack.workspace.messages
          .slice(before)
          .find((message) => /asked by/.test(wordsOf(message)) && !/Looking at/.test(message.text)),
      );
      if (words.test(wordsOf(answer)) || Date.now() - NOW > 2 * MINUTE) return answer;
    }
  };

  it('is told by `/obs budget SERVICE`: the sentence that adds up, the policy, what spent it, with a picture', async () => {
    // The first day is counted at once, the two before it one after the other.
    const answer = await answerTo('/obs budget shop', /\(3 of 30 days observed\)/);
    const words = wordsOf(answer);
    const [, used = '', allowed = '', over = ''] =
      /has used (\d+) of its (\d+) allowed minutes in the last 30 days, (\d+) over/.exec(words) ?? [];
    expect(Number(used) - Number(allowed), words).toBe(Number(over));
    expect(Number(over)).toBeGreaterThan(0);
    expect(words).toContain('Freeze releases except fixes.');
    expect(words).toMatch(/Spent by.*background/);
    expect(words).toMatch(/burns .* over 3 d/);
    expect(picturesIn([answer])).toBe(1);
  }, 150_000);

  it('stands in the list of all, in its status, and in the word before a deploy', async () => {
    expect(wordsOf(await answerTo('/obs budget', /shop/))).toMatch(/spent/);
    expect(wordsOf(await answerTo('/obs status shop', /budget/))).toMatch(
      /min used, \d+ over \(availability 99 %, [\d.]+ of [\d.]+ days observed\)/,
    );
    expect(wordsOf(await answerTo('/obs ready shop', /budget/))).toMatch(
      /Its budget \(availability\) is spent/,
    );
  }, 60_000);

  it('has its numbers on /metrics', async () => {
    let text = '';
    while (!text.includes('bellbuoy_slo_burn_rate{'))
      text = await (await fetch(`${house.url()}/metrics`)).text();
    expect(text).toMatch(
      /bellbuoy_slo_budget_remaining_ratio\{[^}]*service="shop",slo="availability"[^}]*\} -/,
    );
    expect(text).toMatch(/bellbuoy_slo_burn_rate\{[^}]*window="3d"/);
  });
});
