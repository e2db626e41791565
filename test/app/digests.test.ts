import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accept } from '#app/accept.ts';
import { findDue } from '#app/digests.ts';
import type { Failpoint } from '#app/failpoints.ts';
import type { DigestMessage } from '#app/message.ts';
import { perform } from '#app/perform.ts';
import { slosOf } from '#app/standings.ts';
import type { Catalog } from '#domain/service.ts';
import { DAY, HOUR, MINUTE, WEEK } from '#domain/time.ts';
import { cronSchedule } from '#runtime/cron.ts';
import { createLog } from '#runtime/log.ts';
import { openStore } from '#store/database.ts';
import { type FreshDatabase, freshDatabase } from '../store/database.ts';
import { digestWorld } from './digest-world.ts';
import { portsWith } from './ports.ts';

const at = (text: string) => Date.parse(text);
/** The Thursday before a Monday digest in Berlin. */
const THURSDAY = at('2026-11-19T10:00Z');
const MONDAY_9 = at('2026-11-23T08:00Z');

let database: FreshDatabase;
let now = THURSDAY;
let catalog: Catalog;
let dies: string | undefined;
beforeEach(async () => {
  database = await freshDatabase();
  now = THURSDAY;
  dies = undefined;
  const world = await digestWorld(database.store(), MONDAY_9, { services: 12, fates: ['spent', 'atRisk'] });
  catalog = { ...world, digests: { schedule: '0 9 * * 1', teams: {} } };
});
afterEach(() => database.close());

const failpoint: Failpoint = (name) => {
  if (name === dies) throw new Error(`died at ${name}`);
};

const ports = () =>
  portsWith({
    store: database.store(),
    log: createLog('silent'),
    catalog: { current: () => catalog },
    clock: { now: () => now, sleep: async () => undefined },
    failpoint,
  });

/** A minute of the program: what is due is found, decided and done. */
async function minute(): Promise<void> {
  const { store } = ports();
  await findDue(ports(), cronSchedule);
  await accept(await store.inbox.pending(50), ports());
  for (const leased of await store.jobs.lease(now, MINUTE, 50)) await perform(leased, ports());
}

/** The clock goes on, `step` at a time, and the program with it. */
async function goOn(until: number, step = 5 * MINUTE): Promise<void> {
  for (; now < until; now += step) await minute();
  now = until;
  await minute();
}

/** The digests that are wanted in Slack, each key once however often it was put. */
async function told(): Promise<readonly (DigestMessage & { readonly channel: string })[]> {
  const waiting = await database.store().outbox.pending(now + WEEK, 100);
  const found = await Promise.all(waiting.map(({ key }) => database.store().outbox.find(key)));
  return found.flatMap((one) =>
    one?.message.about === 'digest' ? [{ ...one.message, channel: one.to.channel }] : [],
  );
}
const names = async () => (await told()).map(({ digest }) => digest).toSorted();

describe('a weekly digest', () => {
  it('goes out at its local time, once, and tells of the week before', async () => {
    await minute();
    await goOn(MONDAY_9 - MINUTE, HOUR);
    expect(await told()).toEqual([]);
    await goOn(MONDAY_9 + HOUR, MINUTE);
    const [digest, ...others] = await told();
    expect(others).toEqual([]);
    expect(digest).toMatchObject({ digest: '2026-11-23', channel: '#eng-leads' });
    expect(digest?.answer.week.name).toBe('week 47');
    expect(digest?.late).toBeUndefined();
    expect((await database.store().digests.get('2026-11-23'))?.answer.rest.length).toBeGreaterThan(0);
  });

  it('that was missed while the bot was down goes out late, once, and says so', async () => {
    await minute();
    now = MONDAY_9 + 5 * HOUR;
    await goOn(now + 40 * MINUTE);
    expect(await told()).toMatchObject([{ digest: '2026-11-23', late: MONDAY_9 }]);
  });

  it('waits until budgets are counted up to when it was due, and tells what it has when that takes too long', async () => {
    await minute();
    // Counts end two hours before.
    const [first] = slosOf(catalog.services);
    const { budgets } = database.store();
    const key = first?.key ?? '';
    await budgets.forget(key);
    const observed = HOUR;
    const counted = { bad: 1, total: 1000, lost: 0, assumed: 0, observed };
    await budgets.record(key, MONDAY_9 - DAY, [{ ...counted, to: MONDAY_9 - 2 * HOUR }]);
    now = MONDAY_9;
    await goOn(MONDAY_9 + 10 * MINUTE, MINUTE);
    expect(await told()).toEqual([]);
    await budgets.record(key, MONDAY_9 - 2 * HOUR, [{ ...counted, to: MONDAY_9 }]);
    await goOn(MONDAY_9 + 12 * MINUTE, MINUTE);
    expect(await names()).toEqual(['2026-11-23']);
  });

  it('does not wait for ever', async () => {
    await minute();
    const [first] = slosOf(catalog.services);
    const { budgets } = database.store();
    await budgets.forget(first?.key ?? '');
    const counted = { bad: 1, total: 1000, lost: 0, assumed: 0, observed: HOUR };
    await budgets.record(first?.key ?? '', MONDAY_9 - DAY, [{ ...counted, to: MONDAY_9 - 2 * HOUR }]);
    now = MONDAY_9;
    await goOn(MONDAY_9 + 29 * MINUTE, MINUTE);
    expect(await told()).toEqual([]);
    await goOn(MONDAY_9 + 31 * MINUTE, MINUTE);
    expect(await names()).toEqual(['2026-11-23']);
  });

  it('does not wait for a source that is gone for days, while others are counted', async () => {
    await minute();
    const [first] = slosOf(catalog.services);
    const { budgets } = database.store();
    await budgets.forget(first?.key ?? '');
    const counted = { bad: 1, total: 1000, lost: 0, assumed: 0, observed: HOUR };
    await budgets.record(first?.key ?? '', MONDAY_9 - 9 * DAY, [{ ...counted, to: MONDAY_9 - 5 * DAY }]);
    now = MONDAY_9;
    await goOn(MONDAY_9 + MINUTE, MINUTE);
    expect(await names()).toEqual(['2026-11-23']);
  });

  it('of a team goes to its channel at its time', async () => {
    catalog = {
      ...catalog,
      digests: {
        schedule: '0 9 * * 1',
        teams: { payments: { channel: '#payments' }, search: { channel: '#search', schedule: '0 8 * * 2' } },
      },
    };
    await minute();
    await goOn(MONDAY_9 + 30 * MINUTE, 30 * MINUTE);
    await goOn(MONDAY_9 + DAY, HOUR);
    expect((await told()).map(({ digest, channel }) => `${channel} ${digest}`).toSorted()).toEqual([
      '#eng-leads 2026-11-23',
      '#payments 2026-11-23 payments',
      '#search 2026-11-24 search',
    ]);
  });

  it('is not sent for a time before it was asked for', async () => {
    now = MONDAY_9 + HOUR;
    await goOn(now + HOUR);
    expect(await told()).toEqual([]);
  });
});

describe('a digest never goes out twice', () => {
  const twoThirty = () => {
    catalog = { ...catalog, digests: { schedule: '30 2 * * *', teams: {} } };
  };

  it('on the day on which the clocks go back, nor is one left out', async () => {
    twoThirty();
    now = at('2026-10-24T10:00Z');
    await minute();
    await goOn(at('2026-10-26T10:00Z'), 10 * MINUTE);
    expect(await names()).toEqual(['2026-10-25', '2026-10-26']);
  });

  it('on the day on which they go on, where its minute is left out', async () => {
    twoThirty();
    now = at('2026-03-28T10:00Z');
    await minute();
    await goOn(at('2026-03-30T10:00Z'), 10 * MINUTE);
    expect(await names()).toEqual(['2026-03-29', '2026-03-30']);
  });

  it('when the machine’s clock is set back an hour, or a day, after it', async () => {
    await minute();
    await goOn(MONDAY_9 + 10 * MINUTE, 30 * MINUTE);
    const before = await told();
    for (const back of [HOUR, DAY]) {
      now = MONDAY_9 - back;
      await goOn(MONDAY_9 + 30 * MINUTE, 10 * MINUTE);
    }
    expect(await told()).toEqual(before);
    expect(before).toHaveLength(1);
  });

  it('and none is left out when the clock was a year ahead for a while', async () => {
    await minute();
    now += 365 * DAY;
    await minute();
    now = MONDAY_9 - HOUR;
    await goOn(MONDAY_9 + HOUR, 10 * MINUTE);
    expect(await names()).toContain('2026-11-23');
  });

  it('when its schedule is moved to later on the same day', async () => {
    await minute();
    await goOn(MONDAY_9 + 10 * MINUTE, 30 * MINUTE);
    catalog = { ...catalog, digests: { schedule: '0 11 * * 1', teams: {} } };
    await goOn(MONDAY_9 + 4 * HOUR, 10 * MINUTE);
    expect(await names()).toEqual(['2026-11-23']);
  });

  it.each([
    'decided-not-committed',
    'decided-and-committed',
    'job-taken',
    'digest-kept',
    'job-done-not-recorded',
  ])('when the program ends at “%s” and is started again', async (name) => {
    await minute();
    now = MONDAY_9;
    dies = name;
    await minute().catch(() => undefined);
    const kept = await database.store().digests.get('2026-11-23');
    dies = undefined;
    await database.reopen();
    await database.store().jobs.release();
    // Counts go on meanwhile: what was kept is told all the same.
    now += 20 * MINUTE;
    await goOn(MONDAY_9 + HOUR);
    const [digest, ...others] = await told();
    expect([digest?.digest, others]).toEqual(['2026-11-23', []]);
    if (kept !== undefined) expect(digest?.answer.at).toBe(kept.answer.at);
  });

  it('from two processes: the second one cannot open the database', async () => {
    const second = await openStore(database.path);
    expect(second.ok ? 'opened' : second.problem.code).toBe('database-in-use');
  });
});
