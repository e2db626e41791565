import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import { opened, typed } from '#sandbox/story/forms.ts';
import { type House, roots, soon, startHouse, threadOf, wordsOf } from './house.ts';

const open: House[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  for (const one of folders.splice(0)) await rm(one, { recursive: true, force: true });
});

const PEOPLE = [
  { name: 'rae', realName: 'Rae Responder', tz: 'Europe/Berlin' },
  { name: 'gus', realName: 'Gus Guest', tz: 'UTC', isGuest: true },
  { name: 'ida', realName: 'Ida Idle', tz: 'UTC' },
];
const [RAE, GUS, IDA] = ['U0PERSON00', 'U0PERSON01', 'U0PERSON02'];

async function start(allow = '', more = ''): Promise<House & { readonly database: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'bellbuoy-ways-'));
  folders.push(folder);
  const database = join(folder, 'bellbuoy.db');
  const house = await startHouse({ people: PEOPLE, allow, more, database });
  open.push(house);
  return { ...house, database };
}

/** Declares an incident, and gives its root message. */
async function declared({ slack, ...house }: House, title = 'Nobody can pay') {
  await slack.command('rae', '#incidents', `/obs incident declare sev2 ${title} on checkout`);
  return soon({ slack, ...house }, 'the incident', () => roots(slack.workspace, new RegExp(title)).at(0));
}

const told = (house: House, user: string | undefined, words: RegExp) =>
  soon(house, `a note ${words.source}`, () =>
    house.slack.workspace.ephemerals.find((one) => one.to === user && words.test(wordsOf(one))),
  );
const refused = async (house: House) => {
  const metrics = await (await fetch(`${house.url()}/metrics`)).text();
  return Number(/bellbuoy_refused_total\S* (\d+)/.exec(metrics)?.[1] ?? 0);
};
/** The timeline of the first incident, as it is asked for. */
async function timeline(house: House): Promise<string> {
  const before = house.slack.workspace.ephemerals.length;
  await house.slack.command('rae', '#incidents', '/obs incident show 1');
  const shown = await soon(house, 'the incident', () => house.slack.workspace.ephemerals[before]);
  return wordsOf(shown);
}
async function noted(house: House, words: RegExp): Promise<string> {
  for (let tries = 0; tries < 40; tries += 1) {
    const all = await timeline(house);
    if (words.test(all)) return all;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`the timeline never said ${words.source}`);
}

describe('marking a message for a timeline', () => {
  it('with :memo: works in a channel where Bellbuoy may be asked, and every other emoji is nobody’s business', async () => {
    const house = await start('allow: { channels: ["#incidents"] }');
    await declared(house);
    const said = house.slack.say('rae', '#incidents', 'The pool is full');
    await house.slack.react('gus', '#incidents', said.ts, 'eyes');
    await house.slack.react('rae', '#incidents', said.ts, 'memo');
    await noted(house, /The pool is full/);
    expect(await refused(house)).toBe(0);
    await house.slack.react('gus', '#incidents', said.ts, 'memo');
    await told(house, GUS, /guests/);
    expect(await refused(house)).toBe(1);
  });

  it('keeps the names of people who are mentioned, also in what is typed', async () => {
    const house = await start();
    const root = await declared(house);
    await house.slack.command('rae', '#incidents', `/obs note INC-1 <@${IDA}> looks at the pool`);
    await noted(house, /@.{0,2}(Ida Idle|ida) looks at the pool/);
    await house.slack.mention('rae', '#incidents', `note <@${IDA}> rolled back`, root.ts);
    await noted(house, /@.{0,2}(Ida Idle|ida) rolled back/);
  });

  it('says who wrote it when that was a machine', async () => {
    const house = await start();
    const root = await declared(house);
    await house.slack.shortcut('ida', '#incidents', root.ts, 'add-to-timeline');
    await told(house, IDA, /Added to the timeline/);
    const file = new Database(house.database, { readonly: true });
    const entry = await soon(house, 'the entry', () =>
      file.prepare("select value from timeline where kind = 'note'").pluck().get(),
    );
    file.close();
    expect(JSON.parse(String(entry))).toMatchObject({
      by: { kind: 'machine' },
      addedBy: { kind: 'person', user: IDA },
    });
  });
});

describe('where only some channels may ask', () => {
  it('the Home tab and the menu of shortcuts still work for who may ask: they are in no channel', async () => {
    const house = await start('allow: { channels: ["#incidents"] }');
    const { slack } = house;
    await slack.openHome('rae');
    await soon(house, 'the Home tab', () => slack.workspace.homes.get(RAE ?? ''));
    await slack.pressInView('rae', 'home-declare');
    const form = await opened(slack, 'rae', /Declare/);
    await slack.submit('rae', typed(form, { 'What is wrong?': 'Nobody can pay' }));
    await soon(house, 'the incident', () => roots(slack.workspace, /Nobody can pay/).at(0));
    await slack.globalShortcut('rae', 'declare-incident');
    await opened(slack, 'rae', /Declare/);
    expect(await refused(house)).toBe(0);
  });
});

describe('the Home tab of somebody who may not ask', () => {
  it('says why', async () => {
    const house = await start();
    await house.slack.openHome('gus');
    const home = await soon(house, 'the Home tab', () => house.slack.workspace.homes.get(GUS ?? ''));
    expect(JSON.stringify(home)).toMatch(/guests/);
  });
});

describe('who may not change an incident', () => {
  it('is told so on the Home tab too, and sees nothing that could be sent', async () => {
    const house = await start('', 'incidents: { responders: [S0ONCALL01] }\n');
    house.slack.workspace.groups.set('S0ONCALL01', [RAE ?? '']);
    await declared(house);
    await house.slack.openHome('ida');
    await soon(house, 'the Home tab', () => house.slack.workspace.homes.get(IDA ?? ''));
    expect((await house.slack.pressInView('ida', 'incident-update')).failed).toBeUndefined();
    const note = await soon(house, 'the note', () => house.slack.workspace.modals.get(IDA ?? ''));
    expect(JSON.stringify(note)).toMatch(/Only responders/);
    expect(note.submit).toBeUndefined();
  });
});

describe('what was typed into a form', () => {
  it('stays there, with the reason under its first field, while it cannot be kept', async () => {
    const house = await start();
    const { slack } = house;
    await slack.globalShortcut('rae', 'declare-incident');
    const form = await opened(slack, 'rae', /Declare/);
    const values = typed(form, { 'What is wrong?': 'Nobody can pay' });
    const other = new Database(house.database);
    other.exec('begin immediate');
    const answer = await slack.submit('rae', values);
    other.exec('rollback');
    other.close();
    expect(JSON.stringify(answer.body)).toMatch(/could not be kept/);
    await slack.submit('rae', values);
    await soon(house, 'the incident', () => roots(slack.workspace, /Nobody can pay/).at(0));
    expect(roots(slack.workspace, /Nobody can pay/)).toHaveLength(1);
  });

  it('takes no title away from a post-mortem by going to another step', async () => {
    const house = await start();
    const { slack } = house;
    const root = await declared(house);
    await slack.command('rae', '#incidents', '/obs incident resolve INC-1 Rolled back');
    const message = await soon(house, 'the post-mortem', () =>
      threadOf(slack.workspace, root).find((one) => JSON.stringify(one.blocks).includes('postmortem-open')),
    );
    await slack.press('rae', message.channel, message.ts, 'postmortem-open');
    const form = await opened(slack, 'rae', /Post-mortem/);
    const values = typed(form, { Summary: 'The pool was full' });
    const title = Object.entries(values).find(([block]) => block.startsWith('title|'))?.[0] ?? '';
    await slack.pressInView('rae', 'postmortem-step:cause', {
      values: { ...values, [title]: { title: { type: 'plain_text_input', value: null } } },
    });
    await soon(house, 'the next step', () =>
      JSON.stringify(slack.workspace.modals.get(RAE ?? '')).includes('rootCause|') ? true : undefined,
    );
    await slack.pressInView('rae', 'postmortem-step:what');
    const again = await soon(house, 'the first step', () => {
      const view = JSON.stringify(slack.workspace.modals.get(RAE ?? ''));
      return view.includes('title|') ? view : undefined;
    });
    expect(again).toContain('"initial_value":"Nobody can pay"');
    expect(again).toContain('The pool was full');
  });

  it('declares no second incident from an alert that somebody else was quicker with', async () => {
    const house = await start();
    const { slack } = house;
    await house.post('alertmanager', {
      ...{ version: '4', groupKey: 'g', truncatedAlerts: 0, status: 'firing', receiver: 'x' },
      groupLabels: { alertname: 'HighErrors' },
      commonLabels: { alertname: 'HighErrors', service_name: 'checkout', severity: 'page' },
      ...{ commonAnnotations: {}, externalURL: 'http://am' },
      alerts: [
        {
          ...{ status: 'firing', labels: { alertname: 'HighErrors' }, annotations: {}, fingerprint: 'f' },
          ...{ startsAt: new Date().toISOString(), endsAt: '0001-01-01T00:00:00Z', generatorURL: '' },
        },
      ],
    });
    const root = await soon(house, 'the alert', () => roots(slack.workspace, /HighErrors/).at(0));
    await slack.press('rae', root.channel, root.ts, 'declare');
    const first = await opened(slack, 'rae', /Declare/);
    await slack.press('ida', root.channel, root.ts, 'declare');
    const second = await opened(slack, 'ida', /Declare/);
    await slack.submit('rae', typed(first, {}));
    await soon(house, 'the incident', () => roots(slack.workspace, /INC-1/).at(0));
    const answer = await slack.submit('ida', typed(second, {}));
    expect(JSON.stringify(answer.body)).toMatch(/INC-1 was declared/);
  });
});
