import { rm } from 'node:fs/promises';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Rollout } from '#domain/flag.ts';
import { HOUR, MINUTE } from '#domain/time.ts';
import { picturesIn, roots, threadOf } from '#sandbox/story/watcher.ts';
import { openMetricsOfCounters, rhythm, seeded } from '../telemetry/counters.ts';
import { hasPrometheus } from '../telemetry/real-prometheus.ts';
import { type Ground, startGround, startWorld, type World } from './world.ts';

const KILLS = 3;

/** When the flag goes to 10 %, in scripted time: late enough for both worlds to begin before it. */
const TURNED = Date.now() + 5 * MINUTE;

/** Twenty requests a second, two of them with the flag from then on, of which one in ten fails and of the others one in a hundred. */
function metrics(): string {
  const random = seeded(4);
  const [from, to] = [TURNED - HOUR, TURNED + 30 * MINUTE];
  const of = (variant: string, code: string, since: number, perSecond: number) => ({
    series: `http_server_request_duration_seconds_count{service_name="checkout",new_checkout="${variant}",http_response_status_code="${code}"}`,
    ...{ every: 15_000, from, to, resets: [], fromFirstEvent: true },
    events: rhythm(since, to, perSecond, random),
  });
  return openMetricsOfCounters([
    of('false', '200', from, 18),
    of('false', '500', from, 0.18),
    of('true', '200', TURNED, 1.8),
    of('true', '500', TURNED, 0.2),
  ]);
}

/** Turns the flag, and gives what came of it once it is stopped and told; the program is ended so often meanwhile. */
async function rolledOut(ground: Ground, kills: number) {
  const world = await startWorld(ground, { seed: 12 });
  try {
    await world.insist('the change', async () => world.now() >= TURNED || undefined);
    const at = new Date(TURNED).toISOString();
    await world.post('flags', { flag: 'new-checkout', share: 0.1, at, actor: 'noor' });
    const { workspace } = world.slack;
    await world.insist('the thread', async () => roots(workspace, /new-checkout/).at(0));
    for (let n = 0; n < kills; n += 1) {
      const { count } = world.deaths;
      world.kill();
      await world.insist('its death', async () => world.deaths.count > count || undefined);
      await world.insist('its return', async () => (await world.metrics()) !== '' || undefined);
    }
    const root = await world.insist('the word', async () => roots(workspace, /new-checkout.*stop/).at(0));
    const replies = () => threadOf(workspace, root).filter(({ ts }) => ts !== root.ts);
    await world.insist('the picture', async () => (picturesIn(replies()) > 0 ? true : undefined));
    await world.insist('what the step came to', async () => (replies().length > 1 ? true : undefined));
    const { verdict, told } = rolloutIn(world)?.steps[0]?.watch ?? {};
    return {
      ...{ told, decidedAt: verdict?.decidedAt, signals: verdict?.signals },
      ...{ said: root.text, roots: roots(workspace, /new-checkout/).length, replies: replies().length },
      pictures: picturesIn(replies()),
    };
  } finally {
    await world.stop();
  }
}

function rolloutIn({ database }: World): Rollout | undefined {
  const db = new Database(database, { readonly: true, timeout: 2000 });
  const row = db.prepare('select value from flags').pluck().get();
  db.close();
  return row === undefined ? undefined : JSON.parse(String(row));
}

describe.skipIf(!hasPrometheus())('a step of a rollout', () => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await startGround(metrics());
  }, 60_000);
  afterAll(async () => {
    await ground.alertmanager.stop();
    await ground.prometheus.close();
    await rm(ground.folder, { recursive: true, force: true });
  });

  it(`during which the program is ended ${KILLS} times by kill −9 is stopped by the same evidence, and told once`, async () => {
    const [whole, killed] = [await rolledOut(ground, 0), await rolledOut(ground, KILLS)];
    expect(whole).toMatchObject({ told: 'stop', roots: 1, replies: 2, pictures: 1 });
    expect(killed).toEqual(whole);
  }, 240_000);
});
