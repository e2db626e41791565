import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '#cli/program.ts';
import { DAY } from '#domain/time.ts';
import { merged, openMetricsOfCounters, rhythm, seeded } from '../telemetry/counters.ts';
import { hasPrometheus, type RealPrometheus, startPrometheusWith } from '../telemetry/real-prometheus.ts';

const END = Date.UTC(2026, 10, 16);
const START = END - 16 * DAY;
const GOOD = rhythm(START, END, 0.2, seeded(5));
/** 23 minutes at the pace of the traffic, in which all failed. */
const BAD = Float64Array.from({ length: 276 }, (_, i) => END - 3 * DAY + i * 5000);

describe.skipIf(!hasPrometheus())('bellbuoy budget', () => {
  let prometheus: RealPrometheus;
  let folder: string;
  beforeAll(async () => {
    const made = (code: string, events: Float64Array) => ({
      series: `requests_total{app="shop",code="${code}"}`,
      ...{ every: 60_000, from: START, to: END + 1, resets: [], events },
    });
    prometheus = await startPrometheusWith(
      openMetricsOfCounters([made('200', GOOD), made('500', merged(BAD))]),
    );
    folder = await mkdtemp(join(tmpdir(), 'bellbuoy-cli-'));
    await writeFile(
      join(folder, 'bellbuoy.yaml'),
      `prometheus: { default: { url: "${prometheus.url}", timeout: 60s } }
slack: { botToken: x, appToken: y }
store: { path: "${join(folder, 'b.db')}" }
services:
  shop:
    slos:
      - name: availability
        objective: 0.999
        window: { calendar: month }
        sli: { events: { bad: 'requests_total{app="shop",code="500"}', total: 'requests_total{app="shop"}' } }
`,
    );
  }, 60_000);
  afterAll(async () => {
    await prometheus?.close();
    await rm(folder, { recursive: true, force: true });
  });
  const told = async (...args: readonly string[]) => {
    const out: string[] = [];
    const err: string[] = [];
    const status = await run(['budget', '--config', join(folder, 'bellbuoy.yaml'), ...args], {
      out: (line) => out.push(line),
      err: (line) => err.push(line),
    });
    return { status, out, err };
  };

  it('gives an object an SLO, with figures that agree', async () => {
    const { status, out } = await told('--at', '2026-11-16T00:00:00Z', '--json');
    expect(status).toBe(0);
    expect(out).toHaveLength(1);
    const found = JSON.parse(out[0] ?? '');
    const total = GOOD.filter((at) => at > END - 15 * DAY).length + BAD.length;
    expect(found).toMatchObject({ service: 'shop', slo: 'availability', objective: 0.999, bad: BAD.length });
    expect(Math.abs(found.total - total)).toBeLessThan(3);
    expect(found.good + found.bad).toBeCloseTo(found.total, 6);
    expect(found.allowedMinutes).toBeCloseTo(43.2, 6);
    expect(found.usedMinutes + found.remainingMinutes).toBeCloseTo(found.allowedMinutes, 6);
    expect(Object.keys(found.burnRates)).toEqual(['5m', '30m', '1h', '2h', '6h', '1d', '3d']);
    expect(found.sentence).toMatch(
      /^shop has used (\d+) of its 43 allowed minutes this month; (\d+) remain\.$/,
    );
  }, 60_000);

  it('takes epoch seconds, names what is wrong, and ends with 2 then', async () => {
    expect((await told('--at', String(END / 1000))).out.join('\n')).toContain('allowed minutes this month');
    expect(await told('--at', 'yesterday')).toMatchObject({ status: 2 });
    const unknown = await told('--service', 'shoop');
    expect(unknown.status).toBe(2);
    expect(unknown.err[0]).toContain('There is no service shoop');
  }, 60_000);

  it('ends with 1 and says so where nothing can be counted', async () => {
    const away = join(folder, 'away.yaml');
    const text = await readFile(join(folder, 'bellbuoy.yaml'), 'utf8');
    await writeFile(away, text.replace(prometheus.url, 'http://127.0.0.1:9').replace('b.db', 'c.db'));
    const { status, out, err } = await told('--config', away, '--json');
    expect(status).toBe(1);
    expect(err.join('\n')).toMatch(/^shop\/availability: Prometheus could not be reached/);
    expect(JSON.parse(out[0] ?? '')).toMatchObject({
      total: 0,
      state: { data: 'noData', colour: 'grey' },
      countedTo: null,
    });
  }, 60_000);
});
