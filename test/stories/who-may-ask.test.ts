import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { type House, roots, soon, startHouse, threadOf, wordsOf } from './house.ts';
import { judged, judgedBefore } from './judged.ts';

const open: House[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const PEOPLE = [
  { name: 'rae', realName: 'Rae Responder', tz: 'Europe/Berlin' },
  { name: 'gus', realName: 'Gus Guest', tz: 'UTC', isGuest: true },
  { name: 'eve', realName: 'Eve Elsewhere', tz: 'UTC', team: 'T0OTHER0001' },
];

async function start(allow = ''): Promise<House> {
  const house = await startHouse({ people: PEOPLE, allow });
  open.push(house);
  house.slack.workspace.groups.set('S0ONCALL01', ['U0PERSON00']);
  return house;
}

/** What only this person was told. */
const told = (house: House, user: string) =>
  soon(house, 'the note', () => house.slack.workspace.ephemerals.find(({ to }) => to === user));

describe('who may ask', () => {
  it('is every full member of the workspace', async () => {
    const house = await start();
    await house.slack.command('rae', '#general', '/obs status');
    await soon(house, 'the answer', () => roots(house.slack.workspace, /2 services/).at(0));
  });

  it.each([
    ['a guest', 'gus', 'U0PERSON01', /guests/],
    ['somebody of another workspace', 'eve', 'U0PERSON02', /workspace that I belong to/],
  ])('is not %s: told why, and on record', async (_, name, id, why) => {
    const house = await start();
    expect((await house.slack.command(name, '#general', '/obs status')).failed).toBeUndefined();
    expect((await told(house, id)).text).toMatch(why);
    await house.slack.mention(name, '#general', 'status');
    await soon(house, 'the note', () =>
      house.slack.workspace.ephemerals.filter(({ to }) => to === id).length === 2 ? true : undefined,
    );
    expect(roots(house.slack.workspace, /services/)).toEqual([]);
    const metrics = await (await fetch(`${house.url()}/metrics`)).text();
    expect(metrics).toMatch(/bellbuoy_refused_total\S* 2/);
  });

  it('is a guest and another workspace where they are allowed', async () => {
    const house = await start('allow: { guests: true, workspaces: [T0OTHER0001] }');
    await house.slack.command('gus', '#general', '/obs status');
    await house.slack.command('eve', '#payments', '/obs status');
    await soon(house, 'both answers', () =>
      roots(house.slack.workspace, /2 services/).length === 2 ? true : undefined,
    );
  });

  it('is only who is in a named group', async () => {
    const house = await start('allow: { guests: true, groups: [S0ONCALL01] }');
    await house.slack.command('gus', '#general', '/obs status');
    expect((await told(house, 'U0PERSON01')).text).toMatch(/certain groups/);
    await house.slack.command('rae', '#general', '/obs status');
    await soon(house, 'the answer', () => roots(house.slack.workspace, /2 services/).at(0));
  });

  it('is answered only in named channels', async () => {
    const house = await start('allow: { channels: ["#incidents"] }');
    await house.slack.command('rae', '#general', '/obs status');
    expect((await told(house, 'U0PERSON00')).text).toMatch(/only in #incidents/);
    await house.slack.command('rae', '#incidents', '/obs status');
    await soon(house, 'the answer', () => roots(house.slack.workspace, /2 services/).at(0));
  });

  it('is heard through a form that was opened in a named channel, and through none opened elsewhere before', async () => {
    const database = await judgedBefore([judged('d900', 'v1', 'degraded')]);
    onTestFinished(() => rm(dirname(database), { recursive: true, force: true }));
    const house = await startHouse({ people: PEOPLE, allow: 'allow: { channels: ["#payments"] }', database });
    open.push(house);
    const { workspace, press, submit } = house.slack;
    const root = await soon(house, 'the root', () => roots(workspace, /checkout v1: degraded/).at(0));
    const report = await soon(house, 'the report', () =>
      threadOf(workspace, root).find(({ ts, text }) => ts !== root.ts && /: degraded/.test(text)),
    );
    await press('rae', report.channel, report.ts, 'verdict-expected');
    const form = await soon(house, 'the form', () => workspace.modals.get('U0PERSON00'));
    const elsewhere = String(form.private_metadata).replace(report.channel, 'C0CHANNEL000');
    workspace.modals.set('U0PERSON00', { ...form, private_metadata: elsewhere });
    const values = { reason: { reason: { value: 'a load test' } } };
    await submit('rae', values);
    expect((await told(house, 'U0PERSON00')).text).toMatch(/only in #payments/);
    expect(wordsOf(report)).not.toContain('a load test');
    workspace.modals.set('U0PERSON00', form);
    await submit('rae', values);
    await soon(house, 'the answer', () => (wordsOf(report).includes('a load test') ? true : undefined));
  });

  it('is nobody while Slack cannot say who it is, and that is said', async () => {
    const house = await start();
    house.slack.faults.status = 503;
    const acknowledged = await house.slack.command('rae', '#general', '/obs status');
    expect(acknowledged.failed).toBeUndefined();
    expect((await told(house, 'U0PERSON00')).text).toMatch(/could not check with Slack/);
  });
});
