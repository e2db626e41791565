import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '#sandbox/slack/workspace.ts';
import { openBrowser, openPage } from './browser.ts';
import { type House, roots, soon, startHouse, threadOf, wordsOf } from './house.ts';
import { judged, judgedBefore } from './judged.ts';

let house: House;
let database: string;
beforeAll(async () => {
  database = await judgedBefore([
    judged('d900', 'v1', 'degraded'),
    judged('d901', 'v2', 'degraded', { environment: 'prod', previousVersion: 'v1&evil=1' }),
    judged('d902', 'v3', 'steady', { environment: 'eu' }),
    judged('d903', 'v4', 'degraded', { environment: 'us' }),
  ]);
  house = await startHouse({
    database,
    people: [
      { name: 'rae', realName: 'Rae Responder', tz: 'Europe/Berlin' },
      { name: 'tom', realName: 'Tom', tz: 'UTC' },
      { name: 'gus', realName: 'Gus Guest', tz: 'UTC', isGuest: true },
    ],
    rollback: 'links: { rollback: "https://ci.example/{service}/back?to={previousVersion}&from={version}" }',
  });
});
afterAll(async () => {
  await house.close();
  await rm(dirname(database), { recursive: true, force: true });
});

/** The report in the thread of a version's deploy. */
async function reportOf(version: string): Promise<Message> {
  const root = await soon(house, 'the root', () =>
    roots(house.slack.workspace, new RegExp(`checkout ${version}:`)).at(0),
  );
  return soon(house, 'the report', () =>
    threadOf(house.slack.workspace, root).find(
      ({ ts, text }) => ts !== root.ts && /: (degraded|steady)/.test(text),
    ),
  );
}

const press = ({ channel, ts }: Message, action: string, by = 'rae') =>
  house.slack.press(by, channel, ts, action);

const says = (report: Message, words: RegExp) =>
  soon(house, `${words.source}`, () => (words.test(wordsOf(report)) ? true : undefined));

const buttonsOf = (report: Message) =>
  [...wordsOf(report).matchAll(/"action_id":"verdict-([\w-]+)"/g)].map(([, name]) => name);

/** What only this person was told, latest last. */
const notes = (user: string) =>
  house.slack.workspace.ephemerals.filter(({ to }) => to === user).map(({ text }) => text);

describe('under the report of a deploy', () => {
  it('that is steady, anybody can say that it is right, or think better of it', async () => {
    const report = await reportOf('v3');
    expect(buttonsOf(report)).toEqual(['right', 'wrong']);
    await press(report, 'verdict-right');
    await says(report, /<@U0PERSON00> says: right/);
    expect(buttonsOf(report)).toEqual(['wrong']);
    const root = await soon(house, 'the root', () => roots(house.slack.workspace, /checkout v3:/).at(0));
    await says(root, /<@U0PERSON00> says: right/);
    await press(report, 'verdict-wrong', 'tom');
    await says(report, /<@U0PERSON01> says: wrong/);
    expect(buttonsOf(report)).toEqual(['right']);
  });

  it('that is degraded, the rollback opens where it is configured, filled in and encoded', async () => {
    const report = await reportOf('v2');
    expect(buttonsOf(report)).toEqual(['rollback-link', 'expected', 'right', 'wrong']);
    expect(wordsOf(report)).toContain('https://ci.example/checkout/back?to=v1%26evil%3D1&from=v2');
    expect((await press(report, 'verdict-rollback-link')).status).toBe(200);
  });

  it('there is no rollback where nobody knows the version before', async () => {
    expect(buttonsOf(await reportOf('v1'))).toEqual(['expected', 'right', 'wrong']);
  });

  it('a press after a restart is kept as well, and the message is the same one', async () => {
    const report = await reportOf('v2');
    await house.restart();
    await press(report, 'verdict-wrong');
    await says(report, /<@U0PERSON00> says: wrong/);
    expect(buttonsOf(report)).toEqual(['expected', 'right']);
  });

  it('guests are told that they may not, and nothing is kept', async () => {
    const report = await reportOf('v2');
    await press(report, 'verdict-right', 'gus');
    await soon(house, 'the note', () => notes('U0PERSON02').at(-1));
    expect(notes('U0PERSON02').at(-1)).toMatch(/guests/);
    expect(wordsOf(report)).toMatch(/says: wrong/);
  });
});

describe('“It’s expected”', () => {
  it('asks why, and keeps what was typed as text', async () => {
    const report = await reportOf('v1');
    expect((await press(report, 'verdict-expected', 'tom')).status).toBe(200);
    const view = await soon(house, 'the form', () => house.slack.workspace.modals.get('U0PERSON01'));
    expect(JSON.stringify(view)).toContain('checkout v1');
    const empty = await house.slack.submit('tom', { reason: { reason: { value: '  ' } } });
    expect(empty.body).toMatchObject({ response_action: 'errors', errors: { reason: 'Please say why.' } });
    const reason = '<!channel> *load test* of <https://evil.example|ops>';
    await house.slack.submit('tom', { reason: { reason: { value: reason } } });
    await says(report, /expected, says <@U0PERSON01>: &lt;!channel&gt;/);
    expect(wordsOf(report)).not.toContain('<https://evil');
    expect(buttonsOf(report)).toEqual(['wrong']);
    expect(house.slack.workspace.modals.get('U0PERSON01')).toBeUndefined();
  });

  it('sent again because its acknowledgement was lost is one answer', async () => {
    const report = await reportOf('v2');
    await press(report, 'verdict-expected');
    const view = await soon(house, 'the form', () => house.slack.workspace.modals.get('U0PERSON00'));
    const values = { reason: { reason: { value: 'the nightly import' } } };
    await house.slack.submit('rae', values);
    await says(report, /expected, says <@U0PERSON00>: the nightly import/);
    house.slack.workspace.modals.set('U0PERSON00', view);
    expect((await house.slack.submit('rae', values)).status).toBe(200);
    const updates = () =>
      house.slack.workspace.calls.filter(
        ({ method, args }) => method === 'chat.update' && args.ts === report.ts,
      );
    const before = updates().length;
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(updates()).toHaveLength(before);
  });
});

describe('/obs deploys', () => {
  it('lists verdicts with what was said of them, and how often they were right', async () => {
    await house.slack.command('tom', '#general', '/obs deploys checkout');
    const list = await soon(house, 'the list', () =>
      house.slack.workspace.ephemerals.find(({ text }) => /Recent deploys/.test(text)),
    );
    expect(wordsOf(list)).toMatch(/\*degraded\*, errors 0\.1 → 2\.5 % · checkout v1 · [^\\]* · expected/);
    expect(wordsOf(list)).toMatch(/\*steady\*.* checkout v3 .* said wrong/);
    expect(wordsOf(list)).toContain(
      'Verdicts said right: *2 of 3* (degraded: 2 of 2) · 3 of 4 verdicts of the last 90 d answered, too few',
    );
  });
});

describe('a deploy that is not known any more', () => {
  it('is said to whoever presses, and to nobody else', async () => {
    const report = await reportOf('v3');
    const stale: Message = {
      ...report,
      ts: house.slack.workspace.nextTs(),
      blocks: JSON.parse(JSON.stringify(report.blocks).replaceAll('d902', 'd0')),
    };
    house.slack.workspace.messages.push(stale);
    for (const action of buttonsOf(stale)) {
      const before = notes('U0PERSON01').length;
      expect((await press(stale, `verdict-${action}`, 'tom')).status).toBe(200);
      await soon(house, 'the note', () => notes('U0PERSON01')[before]);
      expect(notes('U0PERSON01')[before]).toMatch(/do not know this deploy/);
    }
  });
});

/** What the watch has found since, while Slack still shows the report from before. */
function turnedTo(id: string, verdict: string) {
  const db = new Database(database);
  db.prepare("update deploys set value = json_set(value, '$.watch.verdict.verdict', ?) where id = ?").run(
    verdict,
    id,
  );
  db.close();
}

describe('a verdict that is another one by now than the report shows', () => {
  const words = /is inconclusive by now, no longer degraded as you saw it, so I kept no answer/;

  it('takes no answer: whoever presses is told, alone, and no form opens', async () => {
    const report = await reportOf('v4');
    const actions = buttonsOf(report);
    expect(actions).toEqual(['expected', 'right', 'wrong']);
    turnedTo('d903', 'inconclusive');
    for (const action of actions) {
      const before = notes('U0PERSON01').length;
      await press(report, `verdict-${action}`, 'tom');
      await soon(house, 'the note', () => notes('U0PERSON01')[before]);
      expect(notes('U0PERSON01')[before]).toMatch(words);
    }
    expect(house.slack.workspace.modals.get('U0PERSON01')).toBeUndefined();
    turnedTo('d903', 'degraded');
  });

  it('takes no reason out of a form that was opened before, and leaves what was typed', async () => {
    await press(await reportOf('v4'), 'verdict-expected', 'tom');
    await soon(house, 'the form', () => house.slack.workspace.modals.get('U0PERSON01'));
    turnedTo('d903', 'inconclusive');
    const sent = await house.slack.submit('tom', { reason: { reason: { value: 'a load test' } } });
    expect(sent.body).toMatchObject({
      response_action: 'errors',
      errors: { reason: expect.stringMatching(words) },
    });
    turnedTo('d903', 'degraded');
    house.slack.workspace.modals.delete('U0PERSON01');
    expect(wordsOf(await reportOf('v4'))).not.toContain('a load test');
  });
});

describe('what people said', () => {
  it('is on record: who, of which deploy, and what', () => {
    const db = new Database(database, { readonly: true });
    const rows = db
      .prepare(
        "select by ->> '$.user' as by, what, subject, detail from audit where subject <> '' order by id",
      )
      .all();
    db.close();
    const tom = { by: 'U0PERSON01', subject: 'd902' };
    expect(rows).toContainEqual({ ...tom, what: 'verdictAnswered', detail: 'wrong' });
    const rae = { by: 'U0PERSON00', subject: 'd901' };
    expect(rows).toContainEqual({ ...rae, what: 'rollbackOpened', detail: null });
    expect(rows).toContainEqual({ ...rae, what: 'verdictExpected', detail: 'the nightly import' });
  });
});

describe('on the stand-in’s page, in Chromium', () => {
  it('the form opens, wants a reason, and its answer is seen in the thread', async () => {
    const browser = await openBrowser();
    try {
      const { page, errors } = await openPage(browser, house.slack.url);
      const report = await reportOf('v4');
      await page.locator(`[data-channel="${report.channel}"]`).click();
      await page.locator(`[data-thread="${report.thread_ts}"]`).click();
      const article = page.locator(`article[data-ts="${report.ts}"]`);
      await article.getByRole('button', { name: 'It’s expected' }).click();
      const dialog = page.locator('dialog');
      await dialog.getByText('was found degraded').waitFor();
      await dialog.getByLabel('Why is it expected?').fill('We drop the cache on purpose.');
      await dialog.getByRole('button', { name: 'Record' }).click();
      await article.getByText('We drop the cache on purpose.').waitFor({ timeout: 10_000 });
      await dialog.waitFor({ state: 'hidden' });
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  }, 60_000);
});
