import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { facetsOfAlert, rankSimilar } from '#domain/incident/similar.ts';
import { MADE_NOW, type Made, madeIncidents } from '../domain/incident/made.ts';
import { type FreshDatabase, freshDatabase } from './database.ts';
import { ADA, action, entry, episode, incident, postmortem } from './given-incidents.ts';

let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.close());

const found = async (text: string, limit = 10) =>
  (await database.store().incidents.search(text, limit)).map(({ incident: { id } }) => id);

async function keep(all: readonly Made[]) {
  await database.store().transact(async ({ incidents, alerts, timelines, postmortems }) => {
    for (const made of all) {
      await alerts.save(made.episode);
      await incidents.save(made.incident);
      await timelines.add(made.incident.id, made.entries, MADE_NOW);
      await postmortems.save(made.postmortem);
      await incidents.index(made.incident.id);
    }
  });
}

describe('incidents are found', () => {
  it('by words of their title, summary, notes, alerts and post-mortem', async () => {
    const { incidents, timelines, postmortems, alerts } = database.store();
    const labels = { queue: 'invoices', pod: 'worker-1' };
    await alerts.save(
      episode('a1', { name: 'QueueGrowing', labels, annotations: { summary: 'It backs up' } }),
    );
    await incidents.save(
      incident(1, { title: 'Checkout fails', summary: 'Cards are refused', alerts: ['a1'] }),
    );
    await timelines.add('INC-1', [entry('n', 1, 'The certificate of the bank has expired')], 1);
    const actions = [action('INC-1-1', { title: 'Watch expiry dates' })];
    await postmortems.save(postmortem('INC-1', 1, { rootCause: 'Nobody renewed it' }, { actions }));
    await incidents.index('INC-1');
    await incidents.save(incident(2, { title: 'Another one', services: ['cart'] }));
    await incidents.index('INC-2');
    for (const text of [
      ...['checkout', 'Cards refused', 'CERTIFICATE', 'renewed', 'expiry dates', 'backs up', 'invoices'],
      ...['queue growing', 'QueueGrowing', 'INC-1', 'certif', 'failing checkout'],
    ])
      expect(await found(text), text).toEqual(['INC-1']);
    expect(await found('worker-1')).toEqual([]);
    expect(await found('nothing of this')).toEqual([]);
  });

  it('as they now stand: words that were corrected or dropped are found no more', async () => {
    const { incidents, timelines } = database.store();
    await incidents.save(incident(1));
    await timelines.add('INC-1', [entry('n', 1, 'the database'), entry('m', 2, 'a rumour')], 1);
    await incidents.index('INC-1');
    const revision = { revision: 2, recordedAt: 3, by: ADA };
    await timelines.revise('INC-1', { ...revision, entry: entry('n', 1, 'the cache'), dropped: false });
    await timelines.revise('INC-1', { ...revision, entry: entry('m', 2, 'a rumour'), dropped: true });
    await incidents.index('INC-1');
    expect(await found('cache')).toEqual(['INC-1']);
    expect(await found('database')).toEqual([]);
    expect(await found('rumour')).toEqual([]);
  });

  it('with the part that holds the words, as plain text', async () => {
    const { incidents, timelines } = database.store();
    await incidents.save(incident(1));
    const long = `${'before '.repeat(80)}\nthe *bank* said "no" <twice>\n${'after '.repeat(80)}`;
    await timelines.add('INC-1', [entry('n', 1, long)], 1);
    await incidents.index('INC-1');
    const [hit] = await incidents.search('bank', 1);
    expect(hit?.excerpt).toContain('the *bank* said "no" <twice>');
    expect(hit?.excerpt.length).toBeLessThan(300);
    expect(hit?.excerpt).not.toMatch(/\n/);
  });

  it('those with all the words; where there are none those with any, title before text', async () => {
    const { incidents, timelines } = database.store();
    for (const [number, title] of [
      [1, 'Ledger is slow'] as const,
      [2, 'Cart'] as const,
      [3, 'Mail'] as const,
    ])
      await incidents.save(incident(number, { title }));
    await timelines.add('INC-2', [entry('n', 1, 'the ledger waits for its disk')], 1);
    for (const id of ['INC-1', 'INC-2', 'INC-3']) await incidents.index(id);
    expect(await found('ledger disk')).toEqual(['INC-2']);
    expect(await found('ledger')).toEqual(['INC-1', 'INC-2']);
    expect(await found('ledger', 1)).toEqual(['INC-1']);
    expect(await found('mail elephants')).toEqual(['INC-3']);
  });

  it('in scripts that write without spaces, and with or without accents', async () => {
    const { incidents } = database.store();
    await incidents.save(incident(1, { title: '決済サービスの障害' }));
    await incidents.save(incident(2, { title: 'Störung beim Café' }));
    for (const id of ['INC-1', 'INC-2']) await incidents.index(id);
    expect(await found('障害')).toEqual(['INC-1']);
    expect((await incidents.search('サービス', 1))[0]?.excerpt).toBe('決済サービスの障害');
    expect(await found('storung cafe')).toEqual(['INC-2']);
  });

  it('whatever is typed: nothing in it is an operator', async () => {
    const { incidents } = database.store();
    await incidents.save(incident(1, { title: 'Checkout near the end, not a title: "quoted"' }));
    await incidents.index('INC-1');
    for (const text of [
      ...['"', '""', '*', 'checkout*', '^checkout', 'NEAR', 'NEAR(checkout end, 2)', 'checkout AND', 'NOT'],
      ...[
        '-checkout',
        'title:checkout',
        'body : x',
        '(checkout',
        'checkout)',
        '{title}: checkout',
        "'",
        '\0',
      ],
      ...['checkout\0end', '+', 'a + b', '\\', '…', '🔥', '\ud800', 'checkout OR', 'x'.repeat(100_000)],
      'checkout '.repeat(5000),
    ])
      await expect(incidents.search(text, 3), text.slice(0, 40)).resolves.toBeDefined();
    expect(await found('title:checkout')).toEqual(['INC-1']);
    expect(await found('"quoted')).toEqual(['INC-1']);
    expect(await found('NOT checkout')).toEqual(['INC-1']);
    const typed = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.string({ unit: fc.constantFrom(...'"*^-:(){}+ aé障\0\'\\,'), maxLength: 40 }),
      fc
        .array(fc.constantFrom('NEAR', 'AND', 'OR', 'NOT', '"', '*', 'checkout', '(', ')', 'title:', '-'))
        .map((all) => all.join(' ')),
    );
    await fc.assert(
      fc.asyncProperty(typed, async (text) => {
        await incidents.search(text, 3);
        await incidents.candidates({ services: [], alerts: [], labels: {}, text }, 3);
      }),
      { numRuns: 500 },
    );
  });
});

describe('earlier incidents like an alert', () => {
  it('are what shares something with it, never the one it belongs to, and no duplicate', async () => {
    const { incidents, alerts } = database.store();
    await alerts.save(episode('a1'));
    await alerts.save(episode('a2', { service: 'cart' }));
    for (const number of [1, 2, 3]) await incidents.save(incident(number, { alerts: ['a1'] }));
    await incidents.save(incident(4, { alerts: ['a2'], services: ['cart'] }));
    await incidents.save(incident(5, { services: ['mail'] }));
    const duplicateOf = { incident: 'INC-1', by: ADA, at: 1 };
    await incidents.save(incident(3, { alerts: ['a1'], duplicateOf }));
    for (let i = 1; i <= 5; i += 1) await incidents.index(`INC-${i}`);
    const facets = facetsOfAlert(episode('new'));
    const like = async (limit: number, except?: string) =>
      (await incidents.candidates(facets, limit, except)).map(({ incident: id }) => id);
    expect((await like(10, 'INC-1')).toSorted()).toEqual(['INC-2', 'INC-4']);
    expect(await like(2)).toEqual(['INC-2', 'INC-1']);
    expect(await like(1, 'INC-2')).toEqual(['INC-1']);
  });

  it('know by name what set them off: the flag, not the id of its rollout', async () => {
    const { incidents, flags, postmortems } = database.store();
    await flags.save({ id: 'f1', flag: 'new-checkout', hints: {}, environment: 'production', steps: [] });
    await incidents.save(incident(1));
    const fields = { triggerKind: 'flag' as const, triggerReference: 'f1' };
    await postmortems.save(postmortem('INC-1', 1, fields));
    await incidents.index('INC-1');
    const trigger = { kind: 'flag' as const, subject: 'new-checkout' };
    const [like] = await incidents.candidates({ services: [], alerts: [], labels: {}, trigger, text: '' }, 5);
    expect(like?.facets.trigger).toEqual(trigger);
  });

  it('have the same failure first, told in other words, among many that are nearly the same', async () => {
    const { incidents, probes } = madeIncidents(1000, 40, 7);
    await keep(incidents);
    let first = 0;
    let nonsense = 0;
    for (const { episode: alert, twin } of probes) {
      const facets = facetsOfAlert(alert);
      const candidates = await database.store().incidents.candidates(facets, 50);
      if (rankSimilar(facets, candidates, MADE_NOW)[0]?.incident === twin) first += 1;
      // The same service and nearly the same words, but an alert and a part that never failed before.
      const strange = { ...facets, alerts: ['NeverBefore'], labels: { env: 'production', queue: 'new' } };
      const strangers = await database.store().incidents.candidates(strange, 50);
      nonsense += rankSimilar(strange, strangers, MADE_NOW).length;
    }
    expect(nonsense).toBe(0);
    expect(first / probes.length).toBeGreaterThanOrEqual(0.9);
  }, 60_000);
});
