import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accept } from '#app/accept.ts';
import { flag as answerFlag, flags as answerFlags } from '#app/answers/flags.ts';
import type { RolloutStepMessage } from '#app/message.ts';
import { perform } from '#app/perform.ts';
import type { Ports } from '#app/ports.ts';
import type { Rollout } from '#domain/flag.ts';
import type { Catalog, Service } from '#domain/service.ts';
import { HOUR, MINUTE, SECOND } from '#domain/time.ts';
import { systemClock } from '#runtime/clock.ts';
import { createLog } from '#runtime/log.ts';
import { createCohortObserver } from '#telemetry/cohort-observer.ts';
import { createObserver } from '#telemetry/observer.ts';
import { createMetrics } from '#telemetry/signals.ts';
import { CATALOG, turned } from '../domain/given.ts';
import { freshDatabase } from '../store/database.ts';
import { type MadeCounter, openMetricsOfCounters, rhythm, seeded } from '../telemetry/counters.ts';
import { under } from '../telemetry/observed-services.ts';
import { type AskedPrometheus, askPrometheusWith, hasPrometheus } from '../telemetry/real-prometheus.ts';
import { portsWith } from './ports.ts';

/** When the flag goes to 1 %, to 10 %, and what was made ends. */
const FIRST = Date.UTC(2026, 10, 17, 12, 0, 20);
const SECOND_STEP = FIRST + 20 * MINUTE;
const END = SECOND_STEP + 25 * MINUTE;
const START = FIRST - HOUR;

const random = seeded(9);
const made: MadeCounter[] = [];

/** Requests a second of one cohort in a stretch, of which `failing` a second fail. The rest take up to 0.1 s, one in thirty up to a second; or two seconds, where they are slow. */
function cohort(
  service: string,
  variant: 'true' | 'false',
  stretches: readonly { from: number; to: number; rate: number; failing?: number; isSlow?: boolean }[],
): void {
  const labels = `service_name="${service}",new_checkout="${variant}"`;
  const of = (name: string, more: string, events: readonly number[]): MadeCounter => ({
    series: `http_server_request_duration_seconds_${name}{${labels},${more}}`,
    ...{ every: 15_000, from: START, to: END, resets: [], fromFirstEvent: true },
    events: Float64Array.from(events).sort(),
  });
  const quick: number[] = [];
  const slow: number[] = [];
  const failed: number[] = [];
  for (const { from, to, rate, failing = 0, isSlow = false } of stretches) {
    const into = isSlow ? slow : quick;
    for (const at of rhythm(from, to, rate, random)) into.push(at);
    if (failing > 0) for (const at of rhythm(from, to, failing, random)) failed.push(at);
  }
  const ok = 'http_response_status_code="200"';
  const bad = 'http_response_status_code="500"';
  made.push(of('count', ok, [...quick, ...slow]), of('count', bad, failed));
  for (const [le, within] of [
    ['0.075', quick.filter((_, i) => i % 2 === 0 && i % 30 > 0)],
    ['0.1', quick.filter((_, i) => i % 30 > 0)],
    ['0.5', quick.filter((_, i) => i % 150 > 0)],
    ['1', quick],
    ['+Inf', [...quick, ...slow]],
  ] as const)
    made.push(of('bucket', `${ok},le="${le}"`, within));
  for (const le of ['0.075', '0.1', '0.5', '1', '+Inf']) made.push(of('bucket', `${bad},le="${le}"`, failed));
}

/** Most have it off throughout; one in a hundred has it from the first step on, one in ten from the second. */
function service(
  name: string,
  { rate = 30, failing = 0, isSlow = false }: { rate?: number; failing?: number; isSlow?: boolean } = {},
): void {
  const share = (of: number) => ({ rate: rate * of, failing: 0.02 * rate * of });
  cohort(name, 'false', [
    { from: START, to: FIRST, ...share(1) },
    { from: FIRST, to: SECOND_STEP, ...share(0.99) },
    { from: SECOND_STEP, to: END, ...share(0.9) },
  ]);
  cohort(name, 'true', [
    { from: FIRST, to: SECOND_STEP, ...share(0.01) },
    { from: SECOND_STEP, to: END, rate: rate / 10, failing: 0.002 * rate + failing, isSlow },
  ]);
}

service('healthy', { rate: 120 });
service('failing', { failing: 0.3 });
service('slow', { isSlow: true });

const FLAG = { name: 'new-checkout', label: 'new_checkout', on: 'true', off: 'false', strata: [] };
const services: readonly Service[] = ['healthy', 'failing', 'slow'].map((name) =>
  under('otel-http', name, {
    ...{ flags: [FLAG], channel: '#payments', mention: 'S0PAYMENTS' },
    watch: { before: 30 * MINUTE, after: 15 * MINUTE, warmUp: MINUTE, lag: 15 * SECOND },
  }),
);
const catalog: Catalog = { ...CATALOG, services };

describe.skipIf(!hasPrometheus())(
  'a flag that is turned on step by step, judged by a real Prometheus',
  () => {
    let prometheus: AskedPrometheus;
    let database: Awaited<ReturnType<typeof freshDatabase>>;
    let ports: Ports;
    let now = FIRST;
    beforeAll(async () => {
      prometheus = await askPrometheusWith(openMetricsOfCounters(made));
    }, 60_000);
    afterAll(() => prometheus?.close());
    beforeEach(async () => {
      database = await freshDatabase();
      now = FIRST;
      ports = portsWith({
        store: database.store(),
        clock: { now: () => now, sleep: async () => undefined },
        log: createLog('fatal'),
        catalog: { current: () => catalog },
        metrics: createMetrics([prometheus]),
        cohorts: createCohortObserver([prometheus], { clock: systemClock }),
        observer: createObserver([prometheus], { clock: systemClock }),
        painter: {
          paint: async ({ id }) => ({
            ok: true,
            value: { snapshot: id, png: new Uint8Array(), width: 1, height: 1, alt: 'on and off' },
          }),
        },
      });
    });
    afterEach(() => database.close());

    const decide = async () => accept(await ports.store.inbox.pending(50), ports);
    const turn = async (share: number, name: string) => {
      const event = turned(share, { at: now, hints: { service: name } });
      await ports.store.inbox.append({ event, source: 'flags', dedupeKey: String(now), at: now });
      await decide();
    };
    /** Does what is due until then, and decides what follows. */
    const until = async (end: number) => {
      for (; now <= end; now += 15_000) {
        for (const leased of await ports.store.jobs.lease(now, MINUTE, 20)) await perform(leased, ports);
        await decide();
      }
    };
    const rollout = async (): Promise<Rollout> => {
      const [one] = await ports.store.flags.recent({ limit: 1 });
      if (one === undefined) throw new Error('there is no rollout');
      return one;
    };
    const said = async (key: string): Promise<RolloutStepMessage | undefined> => {
      const message = (await ports.store.outbox.find(key))?.message;
      return message?.about === 'rolloutStep' ? message : undefined;
    };
    const plays = async (name: string) => {
      await turn(0.01, name);
      await until(SECOND_STEP - 15_000);
      now = SECOND_STEP;
      await turn(0.1, name);
      await until(END);
      return rollout();
    };

    it('is held at 1 % with the number that is missing, and may go on at 10 % where it does no harm', async () => {
      const { steps, id } = await plays('healthy');
      expect(steps.map(({ share, watch }) => [share, watch?.told])).toEqual([
        [0.01, 'hold'],
        [0.1, 'go'],
      ]);
      expect(steps[0]?.watch?.verdict?.needs?.more).toBeGreaterThan(100);
      expect(steps[1]?.watch?.verdict?.sampleRatio).toMatchObject({ expected: 0.1, isMismatch: false });
      expect(await said(`flag:${id}:step:2`)).toMatchObject({ picture: { alt: 'on and off' } });
      expect(await said(`flag:${id}:step:2:stop`)).toBeUndefined();
    }, 120_000);

    it.each([
      ['whose requests fail more often with it', 'failing', 'errorRatio'],
      ['whose requests are slower with it', 'slow', 'p99'],
    ])(
      'is stopped within minutes at 10 %, %s, in a message of its own that calls the owner',
      async (_, name, measure) => {
        const { steps, id } = await plays(name);
        const watch = steps[1]?.watch;
        expect(steps[0]?.watch?.told).toBe('hold');
        expect(watch?.told).toBe('stop');
        expect(watch?.state).toBe('ended');
        expect((watch?.lookedAt ?? Number.NaN) - SECOND_STEP).toBeLessThan(8 * MINUTE);
        const worse = watch?.verdict?.signals.filter(({ verdict }) => verdict === 'degraded');
        expect(worse?.map((signal) => signal.measure)).toContain(measure);
        expect(await said(`flag:${id}:step:2:stop`)).toMatchObject({
          ...{ isAlarm: true, mention: 'S0PAYMENTS', picture: { alt: 'on and off' } },
        });
      },
      120_000,
    );

    it('is answered by `/obs flags` and `/obs flag`, with the numbers of the step that holds now', async () => {
      await plays('slow');
      const list = await answerFlags(undefined, ports);
      expect(list.answer).toMatchObject({
        rollouts: [{ flag: 'new-checkout', service: 'slow' }],
        silent: [
          { service: 'healthy', flag: 'new-checkout' },
          { service: 'failing', flag: 'new-checkout' },
        ],
      });
      const { answer, drawing } = await answerFlag({ ask: 'flag', flag: 'new-checkout' }, 's_1', ports);
      if (answer.kind !== 'flag' || drawing?.chart !== 'cohorts') throw new Error(answer.kind);
      expect(answer).toMatchObject({
        service: 'slow',
        also: ['healthy', 'failing'],
        verdict: { word: 'stop' },
      });
      expect(answer.window.from).toBe(SECOND_STEP + MINUTE);
      const p99 = drawing.panels.find(({ title }) => title.includes('99'));
      const last = (role: string) =>
        p99?.lines.find((line) => line.role === role)?.samples.at(-1)?.value ?? 0;
      expect(last('on')).toBeGreaterThan(1.2 * last('off'));
      const wrong = await answerFlag({ ask: 'flag', flag: 'new-chekout' }, 's_2', ports);
      expect(wrong.answer.kind).toBe('problem');
    }, 120_000);

    it('is answered by what was turned where it is watched, whatever is turned elsewhere', async () => {
      await turn(0.01, 'healthy');
      await until(FIRST + 5 * MINUTE);
      const event = turned(0.05, { at: now, hints: { service: 'healthy' }, environment: 'staging' });
      await ports.store.inbox.append({ event, source: 'flags', dedupeKey: 'staging', at: now });
      await decide();
      const { answer, drawing } = await answerFlag({ ask: 'flag', flag: 'new-checkout' }, 's_3', ports);
      if (answer.kind !== 'flag' || drawing?.chart !== 'cohorts') throw new Error(answer.kind);
      expect(answer.rollout?.environment).toBe('production');
      expect(answer.verdict.sampleRatio?.expected).toBe(0.01);
      expect(drawing.marks.map(({ label }) => label).join()).not.toContain('5 %');
    });

    it('is never told from before a step that has only just begun', async () => {
      await turn(0.01, 'healthy');
      now += 20_000;
      const { answer } = await answerFlag({ ask: 'flag', flag: 'new-checkout' }, 's_4', ports);
      expect(answer.kind === 'flag' ? answer.window.from : 0).toBeGreaterThanOrEqual(FIRST);
    });

    it('for everybody at once is compared with before', async () => {
      now = SECOND_STEP;
      await turn(1, 'healthy');
      await until(SECOND_STEP + 17 * MINUTE);
      const { steps } = await rollout();
      expect(steps[0]?.watch).toMatchObject({ told: 'go', verdict: { compared: 'before', word: 'go' } });
    }, 120_000);
  },
);
