import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAILPOINTS } from '#app/failpoints.ts';
import { hasPrometheus } from '../telemetry/real-prometheus.ts';
import { killsFrom, scheduleKills } from './kills.ts';
import { type Ending, endingOf, playChaosStory } from './story.ts';
import { type Ground, startGround, startWorld, type World } from './world.ts';

/** `npm run chaos` sets more stories and a seed of the day; a failure names the seed that repeats it. */
const SEED = Number(process.env.CHAOS_SEED ?? 20_261_124);
const STORIES = Number(process.env.CHAOS_STORIES ?? 2);
const KILLS = 10;

const NOTHING_WRONG: Omit<Ending, 'repeatedDirectly'> = {
  repeated: [],
  undecided: 0,
  failedJobs: 0,
  givenUp: 0,
  waiting: 0,
};

let ground: Ground;
beforeAll(async () => {
  if (hasPrometheus()) ground = await startGround();
}, 60_000);
afterAll(async () => {
  if (ground === undefined) return;
  await ground.alertmanager.stop();
  await ground.prometheus.close();
  await rm(ground.folder, { recursive: true, force: true });
});

async function inWorld(
  options: Parameters<typeof startWorld>[1],
  run: (world: World) => Promise<void>,
): Promise<void> {
  const world = await startWorld(ground, options);
  try {
    await run(world);
  } finally {
    await world.stop();
  }
}

describe.skipIf(!hasPrometheus())('kill −9', () => {
  it('at every failpoint loses nothing, repeats nothing, and the watch goes on', async () => {
    const names = Object.keys(FAILPOINTS);
    await inWorld({ failpoints: names, seed: SEED }, async (world) => {
      await playChaosStory(world);
      const { repeatedDirectly, ...rest } = endingOf(world);
      expect(rest).toEqual(NOTHING_WRONG);
      expect(repeatedDirectly).toBeLessThanOrEqual(1);
      expect(world.deaths.at.toSorted()).toEqual(names.toSorted());
    });
  }, 300_000);

  it.each(Array.from({ length: STORIES }, (_, i) => SEED + i))(
    `at ${KILLS} moments drawn from seed %i loses nothing, repeats nothing, and the watch goes on`,
    async (seed) => {
      await inWorld({ seed }, async (world) => {
        const kills = scheduleKills(world, killsFrom(seed, KILLS));
        await playChaosStory(world, () => kills.done() < KILLS);
        const { repeatedDirectly, ...rest } = endingOf(world);
        expect(rest).toEqual(NOTHING_WRONG);
        expect(kills.done()).toBe(KILLS);
        expect(world.deaths.count).toBeGreaterThan(0);
        if (repeatedDirectly > 0)
          process.stderr.write(`seed ${seed}: ${repeatedDirectly} direct answers were repeated\n`);
      });
    },
    300_000,
  );
});
