import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { budgetLines } from '#app/answers/budget.ts';
import { tellBudgets } from '#app/budget-episodes.ts';
import { slosOf } from '#app/standings.ts';
import type { Slo } from '#domain/budget/slo.ts';
import type { Service } from '#domain/service.ts';
import { DAY, HOUR, MINUTE } from '#domain/time.ts';
import { render } from '#slack/messages/render.ts';
import { at, CATALOG, service } from '../domain/given.ts';
import { type FreshDatabase, freshDatabase } from '../store/database.ts';

const SLO: Slo = {
  ...{
    name: 'availability',
    objective: 0.999,
    window: { kind: 'rolling', length: 30 * DAY },
    absent: 'unknown',
  },
  ...{ method: { kind: 'occurrences' }, policy: { exhausted: 'Freeze releases.' } },
  sli: { kind: 'ratio', of: 'bad', promql: 'x' },
  alerting: { page: true, ticket: true },
  origin: { format: 'bellbuoy' },
};
const HOURLY: Slo = { ...SLO, window: { kind: 'rolling', length: HOUR } };
/** The same SLO by another query, as after its owner has mended it: it is counted anew. */
const EDITED: Slo = { ...SLO, sli: { kind: 'ratio', of: 'bad', promql: 'y' } };
const checkout = (...slos: readonly Slo[]) => service('checkout', { slos, owner: 'payments' });

let database: FreshDatabase;
let now = at('00:00');
let services: readonly Service[] = [];
beforeEach(async () => {
  database = await freshDatabase();
  now = at('00:00');
  services = [checkout(SLO)];
});
afterEach(() => database.close());

const ports = () => ({
  store: database.store(),
  catalog: { current: () => ({ ...CATALOG, services }) },
  clock: { now: () => now, sleep: async () => undefined },
});

/** Counts a stretch up to a time of the day, with so many bad of `total` in each five minutes, and tells. */
async function until(clock: string, bad: number, total = 1000) {
  const { budgets } = database.store();
  const from = now;
  now = at(clock);
  const steps = [];
  for (let to = from + 5 * MINUTE; to <= now; to += 5 * MINUTE)
    steps.push({ to, bad, total, lost: 0, observed: total > 0 ? 5 * MINUTE : 0, assumed: 0 });
  for (const { key } of slosOf(services)) await budgets.record(key, from, steps);
  return tellBudgets(ports());
}

/** Every message that there is, as Slack shows it. */
async function told() {
  const { outbox } = database.store();
  const waiting = await outbox.pending(now, 50);
  return Promise.all(
    waiting.map(async (one) => {
      const found = await outbox.find(one.key);
      if (found === undefined) throw new Error(one.key);
      const { text, blocks } = render(found.message, undefined);
      return { ...one, text, blocks: JSON.stringify(blocks) };
    }),
  );
}

describe('a budget that changes its colour', () => {
  it('is told once, in one message that is updated, until it is well again', async () => {
    await until('06:00', 0);
    expect(await told()).toEqual([]);
    await until('07:00', 100);
    const [first, ...more] = await told();
    expect(more).toEqual([]);
    expect(first).toMatchObject({ channel: '#payments' });
    expect(first?.text).toBe(':red_circle: Budget of checkout availability: spent');
    expect(first?.blocks).toContain('Freeze releases.');
    await until('07:30', 100);
    await until('07:35', 0);
    expect(await told()).toHaveLength(1);
  });

  it('says nothing of the colour in which it is first seen, and nothing twice after a restart', async () => {
    await until('01:00', 100);
    expect(await told()).toEqual([]);
    await database.reopen();
    await until('01:05', 100);
    expect(await told()).toEqual([]);
  });

  it('is well again since it began to be, not since that was told', async () => {
    now = at('00:00') - 10 * DAY;
    await until('06:00', 0);
    await until('06:30', 100);
    expect((await told())[0]?.text).toBe(':red_circle: Budget of checkout availability: burning fast');
    for (const clock of ['06:45', '07:05', '07:10', '07:15', '07:20']) await until(clock, 0);
    const [only, ...more] = await told();
    expect(more).toEqual([]);
    expect(only?.text).toBe(':large_green_circle: Budget of checkout availability: well again');
    expect(only?.blocks).toContain('07:05 UTC>, after 35 min');
  });

  it('has no data any more: that is not well, and not said to be', async () => {
    services = [checkout(HOURLY)];
    await until('06:00', 0);
    await until('06:30', 100);
    for (const clock of ['07:40', '07:45', '07:50', '07:55', '08:00']) await until(clock, 0, 0);
    const [only, ...more] = await told();
    expect(more).toEqual([]);
    expect(only?.text).toBe(':white_circle: Budget of checkout availability: no data any more');
    expect(only?.blocks).toContain('no data any more since');
    expect(only?.blocks).not.toContain('well again');
  });

  it('goes on in the same message when data come back, well or unwell; hours later it is a new one', async () => {
    services = [checkout(HOURLY)];
    await until('06:00', 0);
    await until('06:30', 100);
    for (const clock of ['07:40', '08:00']) await until(clock, 0, 0);
    await until('08:30', 100);
    const [only, ...more] = await told();
    expect(more).toEqual([]);
    expect(only?.text).toBe(':red_circle: Budget of checkout availability: spent');
    expect(only?.blocks).toContain('without data before');
    for (const clock of ['09:40', '10:00']) await until(clock, 0, 0);
    await until('14:30', 0, 0);
    await until('15:00', 100);
    expect((await told()).map(({ text }) => text).toSorted()).toEqual([
      ':red_circle: Budget of checkout availability: spent',
      ':white_circle: Budget of checkout availability: no data any more',
    ]);
  });
});

describe('an SLO that is edited while it is red', () => {
  beforeEach(async () => {
    await until('06:00', 0);
    await until('07:00', 100);
  });

  it('goes on in its message: the new definition is well, and that is said there', async () => {
    services = [checkout(EDITED)];
    for (const clock of ['08:00', '08:05', '08:10', '08:15', '08:20']) await until(clock, 0);
    const [only, ...more] = await told();
    expect(more).toEqual([]);
    expect(only?.text).toBe(':large_green_circle: Budget of checkout availability: well again');
    expect([...(await database.store().budgets.colours()).keys()]).toEqual(
      slosOf(services).map(({ key }) => key),
    );
  });

  it('stays red without a second message where the new definition is red as well', async () => {
    services = [checkout(EDITED)];
    await until('08:00', 100);
    await until('09:00', 100);
    expect(await told()).toHaveLength(1);
    const colours = await database.store().budgets.colours();
    expect([...colours.values()]).toMatchObject([{ colour: 'red', episode: at('07:00') }]);
  });

  it('is shown red until it has been well for a while, in answers too', async () => {
    services = [checkout(EDITED)];
    const { budgets } = database.store();
    const [{ key } = { key: '' }] = slosOf(services);
    const step = { bad: 0, total: 1e6, lost: 0, observed: 5 * MINUTE, assumed: 0 };
    await budgets.record(key, now, [{ ...step, to: now + 5 * MINUTE }]);
    now += 5 * MINUTE;
    expect(await budgetLines(services, ports())).toMatchObject([
      { colour: 'red', state: { colour: 'green' } },
    ]);
  });
});

describe('an SLO that is taken out of the configuration', () => {
  it.each([
    ['alone', () => [checkout()]],
    ['with its service', () => []],
  ])('%s ends its episode: nobody counts it any more', async (_, left) => {
    await until('06:00', 0);
    await until('07:00', 100);
    services = left();
    await until('07:05', 0);
    const [only, ...more] = await told();
    expect(more).toEqual([]);
    expect(only?.text).toBe(':white_circle: Budget of checkout availability: no longer an SLO');
    expect(only?.blocks).not.toContain('red_circle');
    expect((await database.store().budgets.colours()).size).toBe(0);
    await until('07:10', 0);
    expect(await told()).toHaveLength(1);
  });

  it('says nothing where it was well', async () => {
    await until('06:00', 0);
    services = [checkout()];
    await until('06:05', 0);
    expect(await told()).toEqual([]);
    expect((await database.store().budgets.colours()).size).toBe(0);
  });
});

describe('a budget that burns fast', () => {
  /** What was committed of it, decided or not, in order. */
  async function turns() {
    const pending = await database.store().inbox.pending(20);
    return pending.flatMap(({ event }) =>
      event.type === 'budgetTurned' ? [{ budget: event.budget, isBurning: event.isBurning }] : [],
    );
  }
  /** Keeps the task that such an event makes. */
  async function keepTask(budget: string) {
    await database.store().agentTasks.save({
      ...{
        id: 'TASK-1',
        number: 1,
        title: 'burns',
        since: now,
        createdAt: now,
        expiresAt: now + DAY,
        reports: [],
      },
      subject: { kind: 'budget', id: budget, service: 'checkout', slo: 'availability' },
    });
  }

  it('is told once an episode to whoever makes tasks of it, and once more when it is well again', async () => {
    services = [checkout(HOURLY)];
    await until('06:00', 0);
    expect(await turns()).toEqual([]);
    await until('06:05', 200);
    const budget = `checkout/availability:${at('06:05')}`;
    expect(await turns()).toEqual([{ budget, isBurning: true }]);
    // Not decided yet, and looked at again.
    await until('06:10', 0);
    expect(await turns()).toHaveLength(1);
    await keepTask(budget);
    await until('06:15', 0);
    expect(await turns()).toHaveLength(1);
    for (const clock of ['22:00', '22:30', '23:00', '23:30']) await until(clock, 0);
    expect(await turns()).toEqual([
      { budget, isBurning: true },
      { budget, isBurning: false },
    ]);
  });
});
