import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LookoutMessage } from '#app/lookout-message.ts';
import type { Question } from '#domain/event.ts';
import { HOUR, MINUTE } from '#domain/time.ts';
import { measured } from '../api/measured.ts';
import { at, CATALOG, notification, service } from '../domain/given.ts';
import { ANA, type IncidentWorld, incidentWorld } from './incident-world.ts';

const BEGIN = at('12:00');
const question = (more: Partial<Question> = {}): Question => ({
  request: { ask: 'watch', service: 'checkout', length: 30 * MINUTE },
  ...{ words: '/obs watch checkout', by: ANA.user, place: 'CPAYMENTS', direct: false, ...more },
});

let world: IncidentWorld;
beforeEach(async () => {
  world = await incidentWorld({
    begin: BEGIN,
    catalog: { ...CATALOG, services: [service('checkout'), service('ledger')] },
    metrics: measured(() => ({ rate: 40, errorRatio: 0.001, p99: 0.2 })),
  });
});
afterEach(() => world.close());

/** Asks, and gives the key of the message. */
async function asks(more: Partial<Question> = {}): Promise<string> {
  await world.happens({ type: 'asked', question: question(more) });
  const pending = await keys('lookout');
  return pending.at(-1) ?? '';
}

/** Keys of messages about something, in the order in which they were first wanted. */
async function keys(about: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (let id = 1; id < 60; id += 1)
    for (const key of [`q${id}`])
      if ((await world.ports.store.outbox.find(key))?.message.about === about) found.push(key);
  return found;
}

async function shown(key: string): Promise<LookoutMessage> {
  const message = await world.said(key, 'lookout');
  if (message === undefined) throw new Error(`${key} is no watch`);
  return message;
}

const turnsIn = async (key: string) => {
  const { turns } = await shown(key);
  const said = await Promise.all(turns.map((turn) => world.said(`${key}:turn:${turn.at}`, 'lookoutTurn')));
  return said.flatMap((one) => one?.turn.health ?? []);
};

describe('a service that somebody has watched', () => {
  it('is shown at once, and again each minute in the same message, until its time is over', async () => {
    const key = await asks();
    expect(await shown(key)).toMatchObject({
      at: BEGIN,
      until: BEGIN + 30 * MINUTE,
      turns: [{ health: 'healthy' }],
    });
    await world.until(BEGIN + 10 * MINUTE, 20_000);
    const { at: seen, ended } = await shown(key);
    expect([seen, ended]).toEqual([BEGIN + 10 * MINUTE, undefined]);
    await world.until(BEGIN + 2 * HOUR);
    expect(await shown(key)).toMatchObject({ at: BEGIN + 30 * MINUTE, ended: { at: BEGIN + 30 * MINUTE } });
    expect(await keys('lookout')).toEqual([key]);
  });

  it('is told of in its thread where it does worse, once; what fired and what it came to stands at the end', async () => {
    const key = await asks();
    await world.until(BEGIN + 3 * MINUTE);
    await world.happens(notification('firing'));
    await world.until(BEGIN + 8 * MINUTE);
    expect(await turnsIn(key)).toEqual(['page']);
    await world.happens(notification('resolved'));
    await world.until(BEGIN + 31 * MINUTE);
    const { turns, fired, alerts, ended } = await shown(key);
    expect(turns.map(({ health }) => health)).toEqual(['healthy', 'page', 'healthy']);
    expect([fired.length, alerts, ended?.by]).toEqual([1, [], undefined]);
    expect(await turnsIn(key)).toEqual(['page']);
  });

  it('is not watched any more once somebody stopped it, also where that is pressed twice', async () => {
    const key = await asks();
    await world.until(BEGIN + 5 * MINUTE);
    await world.happens({ type: 'watchStopped', watch: key, by: ANA });
    const stopped = await shown(key);
    expect(stopped.ended).toEqual({ at: BEGIN + 5 * MINUTE, by: ANA });
    await world.happens({ type: 'watchStopped', watch: key, by: ANA });
    await world.until(BEGIN + HOUR);
    expect(await shown(key)).toEqual(stopped);
    // It can be watched anew.
    expect(await asks()).not.toBe(key);
  });

  it('is watched once in a conversation; elsewhere, in private and of another service it is another watch', async () => {
    const key = await asks();
    await world.until(BEGIN + 2 * MINUTE);
    expect(await asks()).toBe(key);
    const [answer] = await keys('answer');
    expect((await world.said(answer ?? '', 'answer'))?.answer).toMatchObject({
      problem: { what: expect.stringMatching(/checkout is watched here already/) },
    });
    await asks({ place: 'CWEB' });
    await asks({ direct: true });
    await asks({ request: { ask: 'watch', service: 'ledger', length: HOUR } });
    expect(await keys('lookout')).toHaveLength(4);
  });

  it('goes on after the bot was down, and says for how long nothing was seen', async () => {
    const key = await asks();
    await world.until(BEGIN + 5 * MINUTE);
    await world.until(BEGIN + 20 * MINUTE, 15 * MINUTE);
    expect(await shown(key)).toMatchObject({ at: BEGIN + 20 * MINUTE, blind: 15 * MINUTE });
    await world.until(BEGIN + 3 * HOUR, 2 * HOUR + 40 * MINUTE);
    expect(await shown(key)).toMatchObject({ ended: { at: BEGIN + 30 * MINUTE }, blind: 160 * MINUTE });
  });

  it('that is taken out of the configuration ends there, with what was seen', async () => {
    const key = await asks();
    await world.until(BEGIN + 5 * MINUTE);
    world.configure({ ...CATALOG, services: [service('ledger')] });
    await world.until(BEGIN + 8 * MINUTE);
    expect(await shown(key)).toMatchObject({ at: BEGIN + 5 * MINUTE, ended: { at: BEGIN + 6 * MINUTE } });
  });
});
