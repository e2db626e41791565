import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ports } from '#app/ports.ts';
import { draw } from '#app/show.ts';
import type { Drawing, Picture } from '#domain/panel.ts';
import { failure, type Outcome, success } from '#domain/problem.ts';
import { createLog } from '#runtime/log.ts';
import { NOON } from '../domain/given.ts';
import { freshDatabase } from '../store/database.ts';
import { portsWith } from './ports.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.close());

const statOf = (value: number): Drawing => ({
  ...{ chart: 'stat', id: 's_0a1b2c3d4e', title: 'requests', facts: [], zone: 'UTC', queries: [] },
  ...{ range: { from: NOON - 1, to: NOON }, step: 1 },
  stats: [{ name: 'requests', unit: 'count', value, trend: [] }],
});

/** Paints the values of a drawing as text, so that a test reads what a picture shows. */
const asText = async (drawing: Drawing): Promise<Outcome<Picture>> =>
  success({
    snapshot: drawing.id,
    png: Buffer.from(JSON.stringify(drawing)),
    width: 1,
    height: 1,
    alt: 'requests',
  });

const portsPainting = (paint: Ports['painter']['paint']) =>
  portsWith({
    store: database.store(),
    clock: { now: () => NOON, sleep: async () => undefined },
    log: createLog('fatal'),
    painter: { paint },
  });

/** What the picture that is kept shows. */
async function wordsOf({ store }: Ports): Promise<string> {
  const picture = await store.snapshots.picture('s_0a1b2c3d4e');
  return Buffer.from(picture?.png ?? []).toString();
}

describe('what is kept under the id of a picture', () => {
  it('is what the first job drew, however often the job is repeated: a message may show it already', async () => {
    const ports = portsPainting(asText);
    const first = await draw(statOf(1), ports);
    expect(await draw(statOf(2), ports)).toEqual(first);
    const { snapshots } = ports.store;
    expect((await snapshots.get('s_0a1b2c3d4e'))?.drawing).toEqual(statOf(1));
    expect(await wordsOf(ports)).toBe(JSON.stringify(statOf(1)));
  });

  it('stays when two run at once', async () => {
    const ports = portsPainting(asText);
    await Promise.all([draw(statOf(1), ports), draw(statOf(2), ports)]);
    const { snapshots } = ports.store;
    const kept = (await snapshots.get('s_0a1b2c3d4e'))?.drawing;
    expect(await wordsOf(ports)).toBe(JSON.stringify(kept));
  });

  it('is painted later where painting failed, from the values that were kept', async () => {
    const failed = await draw(
      statOf(1),
      portsPainting(async () => failure('drawing-failed', 'No paint.')),
    );
    expect(failed.problems).toHaveLength(1);
    const ports = portsPainting(asText);
    expect(await draw(statOf(2), ports)).toMatchObject({ picture: { alt: 'requests' }, problems: [] });
    expect(await wordsOf(ports)).toBe(JSON.stringify(statOf(1)));
  });
});
