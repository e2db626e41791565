import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accept } from '#app/accept.ts';
import { perform } from '#app/perform.ts';
import type { Ports } from '#app/ports.ts';
import { resumeWatches } from '#app/watch-goes-on.ts';
import { createLog } from '#runtime/log.ts';
import { HOUR, MINUTE, NOON, report } from '../domain/given.ts';
import { freshDatabase } from '../store/database.ts';
import { NO_METRICS, portsWith } from './ports.ts';

describe('the looks of a watch', () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let now = NOON;
  let isBroken = true;
  let ports: Ports;
  beforeEach(async () => {
    database = await freshDatabase();
    now = NOON;
    isBroken = true;
    ports = portsWith({
      store: database.store(),
      clock: { now: () => now, sleep: async () => undefined },
      log: createLog('fatal'),
      metrics: {
        ...NO_METRICS,
        readings: async () => {
          if (isBroken) throw new Error('disk I/O error');
          return new Map();
        },
      },
    });
    await heard(report('succeeded'));
  });
  afterEach(() => database.close());

  const heard = async (event: Parameters<Ports['store']['inbox']['append']>[0]['event']) => {
    await ports.store.inbox.append({ event, source: 'deploy', dedupeKey: String(now), at: now });
    await accept(await ports.store.inbox.pending(50), ports);
  };
  /** Does what is due until then, decides what follows, and lets time go by. */
  const until = async (end: number) => {
    for (; now <= end; now += 15_000) {
      for (const leased of await ports.store.jobs.lease(now, MINUTE, 20)) {
        const { kind } = leased.job.task;
        if (kind === 'look') await perform(leased, ports);
        else await ports.store.jobs.complete(leased.id, now);
      }
      await accept(await ports.store.inbox.pending(50), ports);
    }
  };
  const watch = async () => (await ports.store.deploys.watched())[0]?.watch;

  it('go on after what failed them for five minutes is well again', async () => {
    await until(NOON + 5 * MINUTE);
    expect((await watch())?.looks).toBe(0);
    isBroken = false;
    await until(NOON + 9 * MINUTE);
    expect((await watch())?.looks).toBeGreaterThan(4);
  });

  it('end long after the end of the watch, and the watch with them', async () => {
    await until(NOON + 2 * HOUR);
    expect(await watch()).toBeUndefined();
    expect((await ports.store.deploys.get('d1'))?.watch?.state).toBe('done');
  });

  it('that are lost are planned again at the start, and only those', async () => {
    isBroken = false;
    await until(NOON + 2 * MINUTE);
    await ports.store.jobs.cancel('look:');
    await resumeWatches(ports);
    await resumeWatches(ports);
    expect(await ports.store.jobs.isPlanned('look:d1:')).toBe(true);
    await until(NOON + 4 * MINUTE);
    expect((await watch())?.looks).toBeGreaterThan(1);
  });
});
