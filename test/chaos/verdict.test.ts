import { rm } from 'node:fs/promises';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '#domain/time.ts';
import { roots, threadOf } from '#sandbox/story/watcher.ts';
import { openMetricsOfCounters, rhythm, seeded } from '../telemetry/counters.ts';
import { hasPrometheus } from '../telemetry/real-prometheus.ts';
import { deploy } from './story.ts';
import { type Ground, startGround, startWorld, type World } from './world.ts';

const KILLS = 3;

/** When the bad deploy is done, in scripted time: late enough for both worlds to begin before it. */
const ROLLOUT = Date.now() + 5 * MINUTE;

/** Ten requests a second, of which one in a hundred fails, and from the deploy on one in four. */
function metrics(): string {
  const random = seeded(3);
  const [from, to] = [ROLLOUT - 5 * HOUR, ROLLOUT + 30 * MINUTE];
  const of = (code: string, events: Float64Array) => ({
    series: `http_server_request_duration_seconds_count{service_name="checkout",http_response_status_code="${code}"}`,
    ...{ every: 15_000, from, to, resets: [], events },
  });
  const failed = [...rhythm(from, to, 0.1, random), ...rhythm(ROLLOUT + 10_000, to, 3, random)];
  return openMetricsOfCounters([
    of('200', rhythm(from, to, 10, random)),
    of('500', Float64Array.from(failed).sort()),
  ]);
}

/** Deploys, and gives what came of it once its watch is over and told; the program is ended so often meanwhile. */
async function watched(ground: Ground, kills: number) {
  const world = await startWorld(ground, { seed: 11 });
  try {
    await world.insist('the deploy', async () => world.now() >= ROLLOUT || undefined);
    await world.post('deploy', deploy('succeeded', new Date(ROLLOUT).toISOString()));
    const { workspace } = world.slack;
    await world.insist('the thread', async () => roots(workspace, /checkout v2/).at(0));
    for (let n = 0; n < kills; n += 1) {
      const { count } = world.deaths;
      world.kill();
      await world.insist('its death', async () => world.deaths.count > count || undefined);
      await world.insist('its return', async () => (await world.metrics()) !== '' || undefined);
    }
    const root = await world.insist('the verdict', async () => roots(workspace, /checkout v2: /).at(0));
    await world.insist('the end of the watch', async () =>
      watchOf(world)?.state === 'done' ? true : undefined,
    );
    const reports = await world.insist('the report at its end', async () => {
      const found = threadOf(workspace, root).filter(
        (message) => message.ts !== root.ts && /checkout v2: /.test(message.text),
      );
      return found.some(({ blocks }) => !JSON.stringify(blocks).includes('The watch goes on'))
        ? found
        : undefined;
    });
    return {
      verdict: watchOf(world)?.verdict,
      roots: roots(workspace, /checkout v2/).length,
      reports: reports.length,
      said: root.text,
    };
  } finally {
    await world.stop();
  }
}

function watchOf({ database }: World): { state: string; verdict?: object } | undefined {
  const db = new Database(database, { readonly: true, timeout: 2000 });
  const row = db.prepare('select value from deploys').pluck().get();
  db.close();
  return row === undefined ? undefined : JSON.parse(String(row)).watch;
}

describe.skipIf(!hasPrometheus())('a watch', () => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await startGround(metrics());
  }, 60_000);
  afterAll(async () => {
    await ground.alertmanager.stop();
    await ground.prometheus.close();
    await rm(ground.folder, { recursive: true, force: true });
  });

  it(`that is ended ${KILLS} times by kill −9 ends with the same verdict as one that is not, told once`, async () => {
    const [whole, killed] = [await watched(ground, 0), await watched(ground, KILLS)];
    expect(whole.said).toMatch(/checkout v2: degraded/);
    expect(killed).toEqual(whole);
    expect(killed).toMatchObject({ roots: 1, reports: 1 });
  }, 240_000);
});
