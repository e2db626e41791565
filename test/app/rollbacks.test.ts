import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accept } from '#app/accept.ts';
import { applyReport } from '#domain/deploy.ts';
import { CATALOG, HOUR, MINUTE, NOON, report, service } from '../domain/given.ts';
import { type FreshDatabase, freshDatabase } from '../store/database.ts';

let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.close());

describe('a rollback', () => {
  it('is known as one after many deploys elsewhere and many of later versions', async () => {
    const { store } = database.handle();
    const ran = async (version: string, environment: string, ago: number) => {
      const event = report('succeeded', { version, environment, at: NOON - ago });
      const newId = `${environment}-${version}`;
      await store.deploys.save(
        applyReport(undefined, event, { newId, watched: false, service: service('checkout') }),
      );
    };
    await ran('v1', 'production', 200 * HOUR);
    for (let n = 2; n <= 40; n += 1) await ran(`v${n}`, 'production', (100 - n) * HOUR);
    for (let n = 1; n <= 40; n += 1) await ran(`s${n}`, 'staging', n * MINUTE);
    await store.inbox.append({
      ...{ source: 'test', dedupeKey: 'k', at: NOON },
      event: report('succeeded', { version: 'v1', at: NOON }),
    });
    const received = await store.inbox.pending(10);
    const clock = { now: () => NOON, sleep: () => Promise.resolve() };
    await accept(received, { store, clock, catalog: { current: () => CATALOG }, failpoint: () => undefined });
    expect(await store.deploys.recent({ service: 'checkout', limit: 1 })).toMatchObject([
      { version: 'v1', startedAt: NOON, rollback: true },
    ]);
    expect(
      (
        await store.deploys.recent({ service: 'checkout', environment: 'staging', before: NOON, limit: 2 })
      ).map(({ version }) => version),
    ).toEqual(['s1', 's2']);
  });
});
