import { afterEach, describe, expect, it } from 'vitest';
import { failure, success } from '#domain/problem.ts';
import { DAY, HOUR, MINUTE } from '#domain/time.ts';
import { at, CATALOG, notification } from '../domain/given.ts';
import { ANA, BEN, type IncidentWorld, incidentWorld } from './incident-world.ts';

let world: IncidentWorld;
afterEach(() => world.close());

/** An alert fires, and its episode. */
async function fires() {
  await world.happens(notification('firing'));
  const [episode] = await world.ports.store.alerts.open();
  if (episode === undefined) throw new Error('nothing fires');
  return episode;
}

describe('an incident in Slack', () => {
  it('stands in #incidents with the thread that it was declared from, and its number stands in that thread', async () => {
    world = await incidentWorld({ begin: at('12:00') });
    const { id } = await fires();
    await world.declare({ title: '', services: [], subject: { kind: 'alert', id } });
    const root = await world.said('incident:INC-1', 'incident');
    expect(root).toMatchObject({
      incident: { id: 'INC-1', services: ['checkout'] },
      from: { title: 'Errors on checkout', permalink: expect.stringContaining('https://slack/CPAYMENTS/') },
    });
    const link = await world.ports.store.outbox.find('incident:INC-1:link');
    expect(link).toMatchObject({ parent: `alert:${id}`, to: { channel: '#payments' } });
    expect(await world.said('incident:INC-1:link', 'incidentLink')).toMatchObject({
      line: { incident: { id: 'INC-1' } },
    });
    await world.until(at('12:05'));
    expect((await world.said('incident:INC-1:link', 'incidentLink'))?.line.permalink).toContain('CINCIDENTS');
  });

  it('is told to whoever declares it by a command, and to nobody else there', async () => {
    world = await incidentWorld({ begin: at('12:00') });
    await world.declare({ place: 'CRANDOM' });
    const told = await world.ports.store.outbox.find('incident:INC-1:declared');
    expect(told?.to).toEqual({ channel: 'CRANDOM', onlyTo: ANA.user });
  });

  it('says in its thread what people write and decide, and shows the last note in its root', async () => {
    world = await incidentWorld({ begin: at('12:00') });
    await world.declare();
    const note = { type: 'timelineNoted' as const, incident: 'INC-1', text: 'Rolled back', at: at('12:00') };
    await world.happens({ ...note, by: BEN });
    await world.happens({
      type: 'incidentChanged',
      incident: 'INC-1',
      change: { severity: 'sev1' },
      by: BEN,
    });
    const entries = await world.ports.store.timelines.list('INC-1');
    const tells = entries.filter(({ kind }) => kind === 'note' || kind === 'severity');
    expect(tells).toHaveLength(2);
    for (const { key } of tells)
      expect(await world.ports.store.outbox.find(`incident:INC-1:entry:${key}`)).toMatchObject({
        parent: 'incident:INC-1',
      });
    expect((await world.said('incident:INC-1', 'incident'))?.latest?.text).toBe('Rolled back');
  });

  it('asks its commander for an update after half an hour of silence, then less and less often, and not once somebody spoke', async () => {
    world = await incidentWorld({ begin: at('12:00') });
    await world.declare();
    await world.happens({
      ...{ type: 'incidentChanged', incident: 'INC-1', by: ANA },
      change: { role: { role: 'commander', holder: BEN } },
    });
    await world.until(at('12:29'));
    const key = (n: number) => `incident:INC-1:nudge:${at('12:00')}:${n}`;
    expect(await world.said(key(1), 'nudge')).toBeUndefined();
    await world.until(at('13:45'));
    expect(await world.said(key(1), 'nudge')).toMatchObject({ mention: BEN.user, quiet: 30 * MINUTE });
    expect(await world.said(key(2), 'nudge')).toBeDefined();
    await world.happens({
      ...{ type: 'timelineNoted', incident: 'INC-1', text: 'On it', at: world.now(), by: ANA },
    });
    await world.until(world.now() + 29 * MINUTE);
    expect(await world.said(key(3), 'nudge')).toBeUndefined();
    expect((await world.incident()).nudges).toBe(0);
  });

  it('gets a channel of its own where that is configured, with the people who work on it', async () => {
    const incidents = { ...CATALOG.incidents, channelPrefix: 'inc-' };
    world = await incidentWorld({ begin: at('12:00'), catalog: { ...CATALOG, incidents } });
    await world.declare({ title: 'Überlast: Checkout failing!' });
    expect(world.asked.find(({ what }) => what === 'open')?.by[0]).toEqual('inc-1-uberlast-checkout-failing');
    expect(world.asked.find(({ what }) => what === 'invite')?.by).toEqual(['COWN', [ANA.user]]);
    expect(await world.said('incident:INC-1:own', 'incident')).toMatchObject({ isOwn: true });
    await world.happens({
      ...{ type: 'timelineNoted', incident: 'INC-1', text: 'x', at: world.now(), by: ANA },
    });
    const [note] = (await world.ports.store.timelines.list('INC-1')).filter(({ kind }) => kind === 'note');
    const told = await world.ports.store.outbox.find(`incident:INC-1:entry:${note?.key}`);
    expect(told?.to).toEqual({ channel: 'COWN' });
  });

  it('gets one with a number behind its name where that name belongs to something else', async () => {
    const incidents = { ...CATALOG.incidents, channelPrefix: 'inc-' };
    const open = async (name: string) => success(name === 'inc-1-checkout-2' ? { channel: 'COWN' } : {});
    world = await incidentWorld({
      ...{ begin: at('12:00'), catalog: { ...CATALOG, incidents }, conversations: { open } },
    });
    await world.declare({ title: 'Checkout' });
    expect((await world.incident()).own).toEqual({ state: 'open', id: 'COWN' });
  });

  it('goes on in its thread when Slack makes no channel', async () => {
    const incidents = { ...CATALOG.incidents, channelPrefix: 'inc-' };
    const open = async () => failure('slack-refused', 'Slack says restricted_action.');
    world = await incidentWorld({
      ...{ begin: at('12:00'), catalog: { ...CATALOG, incidents }, conversations: { open } },
    });
    await world.declare();
    expect((await world.incident()).own).toMatchObject({ state: 'failed', why: /restricted_action/ });
    expect(await world.said('incident:INC-1', 'incident')).toBeDefined();
  });

  it('takes a marked message of the service’s channel when it is the only open one, and tells the person alone', async () => {
    const message = async () => success({ text: 'Queue is full', at: at('12:01'), author: BEN });
    world = await incidentWorld({ begin: at('12:00'), conversations: { message } });
    const { id } = await fires();
    const source = { channel: 'CPAYMENTS', ts: '1.5' };
    await world.happens({ type: 'noteMarked', source, by: ANA });
    await world.declare({ subject: { kind: 'alert', id } });
    await world.until(at('12:02'));
    await world.happens({ type: 'noteMarked', source, by: ANA });
    const entries = await world.ports.store.timelines.list('INC-1');
    expect(entries.find(({ kind }) => kind === 'note')).toMatchObject({
      ...{ key: 'note:CPAYMENTS:1.5', text: 'Queue is full', by: BEN, addedBy: ANA, at: at('12:01') },
    });
    const told = await world.ports.store.outbox.find(`noted:CPAYMENTS:1.5:${ANA.user}:INC-1`);
    expect(told).toMatchObject({
      ...{ to: { channel: 'CPAYMENTS', onlyTo: ANA.user }, message: { line: { incident: { id: 'INC-1' } } } },
    });
  });

  it('is named with its cause in the thread of the next alert like it, and its pictures join the timeline', async () => {
    world = await incidentWorld({ begin: at('12:00') });
    const { id } = await fires();
    await world.declare({ title: 'Card form fails', subject: { kind: 'alert', id } });
    await world.until(at('12:05'));
    const kinds = (await world.ports.store.timelines.list('INC-1')).map(({ kind }) => kind);
    expect(kinds).toContain('alert');
    await world.happens({ type: 'panelsRequested', episode: id, by: ANA });
    expect((await world.ports.store.timelines.list('INC-1')).map(({ kind }) => kind)).toContain('snapshot');
    await world.happens(notification('resolved'));
    await world.happens({
      ...{ type: 'incidentChanged', incident: 'INC-1', by: ANA },
      change: { status: 'resolved' },
    });
    await world.until(at('12:30'));
    const made = await world.ports.store.postmortems.get('INC-1');
    await world.happens({
      ...{ type: 'postmortemEdited', incident: 'INC-1', base: made?.revision ?? 0, by: ANA },
      fields: { rootCause: 'The pool was too small.\nIt was never tested.' },
    });
    await world.until(at('12:00') + DAY, HOUR);
    await world.happens(notification('firing', { groupKey: 'again' }));
    const [again] = await world.ports.store.alerts.open();
    expect(await world.said(`alert:${again?.id}:panels:0`, 'alertSnapshot')).toMatchObject({
      similar: [{ incident: { id: 'INC-1' }, cause: 'The pool was too small.' }],
    });
  });
});
