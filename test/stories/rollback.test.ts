import { readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Deploy } from '#domain/deploy.ts';
import { job, PRIORITY } from '#domain/job.ts';
import { openStore } from '#store/database.ts';
import { type House, roots, soon, startHouse, threadOf, wordsOf } from './house.ts';
import { judged, judgedBefore } from './judged.ts';

/** Whoever rolls back: keeps what it was asked, and answers as it is told. */
let asked: { authorization: string | undefined; key: unknown; body: unknown }[];
let answer: { status: number; body: string } | 'nothing';
let server: Server;
let webhook: string;
let house: House;
let database: string;

beforeEach(async () => {
  asked = [];
  answer = { status: 202, body: 'queued' };
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { authorization, 'idempotency-key': key } = request.headers;
    asked.push({ authorization, key, body: JSON.parse(Buffer.concat(chunks).toString()) });
    if (answer !== 'nothing') response.writeHead(answer.status, { location: '/else' }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  webhook = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/back?job=1`;
});
afterEach(async () => {
  await house.close();
  await rm(dirname(database), { recursive: true, force: true });
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
});

const BAD = judged('d900', 'v2', 'degraded');
const BEFORE: Deploy = judged('d800', 'v1', 'steady', { startedAt: BAD.startedAt - 60_000 });

async function start(path?: string) {
  const { channel: _, ...before } = BEFORE;
  database = path ?? (await judgedBefore([before, BAD]));
  house = await startHouse({
    database,
    rollback: `rollback: { webhook: "${webhook}", token: very-secret, timeout: 500ms }`,
  });
}

async function thread() {
  const root = await soon(house, 'the root', () =>
    roots(house.slack.workspace, /checkout v2: degraded/).at(0),
  );
  return () => threadOf(house.slack.workspace, root).filter(({ ts }) => ts !== root.ts);
}

async function report() {
  const replies = await thread();
  return soon(house, 'the report', () => replies().find(({ text }) => /: degraded/.test(text)));
}

async function press() {
  const { channel, ts } = await report();
  return house.slack.press('rae', channel, ts, 'verdict-rollback');
}

/** The message that tells of the rollback, once it says this. */
async function saying(words: RegExp) {
  const replies = await thread();
  return soon(house, words.source, () => replies().find(({ text }) => words.test(text)));
}

const hasButton = (message: { text: string; blocks?: readonly unknown[] }) =>
  wordsOf(message).includes('"action_id":"verdict-rollback"');

describe('“Open rollback” where another system is asked', () => {
  it('says first what it will do, asks once, and tells the outcome in the thread', async () => {
    await start();
    expect(wordsOf(await report())).toMatch(
      /will be asked to roll checkout in production back from v2 to v1\./,
    );
    await press();
    const told = await saying(/It took the request: answered 202: queued/);
    expect(told.text).toMatch(
      /^<@U0PERSON00> asked 127\.0\.0\.1:\d+ to roll checkout back from v2 to v1 \(production\)/,
    );
    expect(asked).toEqual([
      {
        authorization: 'Bearer very-secret',
        key: expect.stringMatching(/^bellbuoy-d900-r\d+$/),
        body: {
          ...{ service: 'checkout', version: 'v2', previousVersion: 'v1', environment: 'production' },
          ...{ deploy: 'd900', by: 'U0PERSON00' },
        },
      },
    ]);
    const records = new Database(database, { readonly: true });
    const record = records.prepare("select what, detail from audit where subject = 'd900' order by id").all();
    records.close();
    expect(record).toEqual([
      { what: 'rollbackRequested', detail: null },
      { what: 'rollbackAnswered', detail: 'taken: answered 202: queued' },
    ]);
    const [db, wal] = await Promise.all([readFile(database), readFile(`${database}-wal`)]);
    expect(Buffer.concat([db, wal]).includes('very-secret')).toBe(false);
    const shown = await report();
    await soon(house, 'no button', () => (hasButton(shown) ? undefined : true));
  });

  it.each([
    [
      { status: 403, body: 'no such job, very-secret <!channel>' },
      /\*Nothing was rolled back\*: answered 403: no such job, … &lt;!/,
    ],
    [{ status: 302, body: '' }, /\*Nothing was rolled back\*: answered 302/],
    [{ status: 503, body: 'busy' }, /\*Whether it rolls back is not known\*: answered 503: busy/],
    ['nothing' as const, /\*Whether it rolls back is not known\*: did not answer within 0\.5 s/],
  ])(
    'says what is known when it is answered %j, asks no second time by itself, and may be pressed again',
    async (as, words) => {
      answer = as;
      await start();
      await press();
      await saying(words);
      await new Promise((resolve) => setTimeout(resolve, 1200));
      expect(asked).toHaveLength(1);
      expect(hasButton(await report())).toBe(true);
      answer = { status: 200, body: '' };
      await press();
      await saying(/It took the request: answered 200/);
      expect(asked).toHaveLength(2);
      // What may have been taken is not taken twice.
      const isKnown = typeof as === 'object' && as.status < 500;
      expect(asked[1]?.key === asked[0]?.key).toBe(!isKnown);
      expect((await saying(words)).text).toMatch(words);
    },
  );

  it('says that nobody was reached when nobody is there', async () => {
    await start();
    const shown = await report();
    await new Promise((resolve) => server.close(resolve));
    await house.slack.press('rae', shown.channel, shown.ts, 'verdict-rollback');
    await saying(/\*Nothing was rolled back\*: could not be reached \(ECONNREFUSED\)/);
  });

  /** Starts on a database in which a job that asks was begun, and its process was killed. */
  async function startAfterKill(more: { readonly sendingAt?: number }) {
    const { channel: _, ...before } = BEFORE;
    const by = { kind: 'person' as const, user: 'U0PERSON00' };
    const rollbackAsked = { key: 'r7', by, at: Date.now(), host: 'ci.example', to: 'v1', ...more };
    const path = await judgedBefore([before, { ...BAD, rollbackAsked }]);
    const opened = await openStore(path);
    if (!opened.ok) throw new Error('it does not open');
    const { store, close } = opened.value;
    await store.jobs.put([
      job('rollback:d900:r7', 'deploy:d900:rollback', 1, PRIORITY.alert, {
        kind: 'requestRollback',
        deploy: 'd900',
        key: 'r7',
      }),
    ]);
    expect(await store.jobs.lease(Date.now(), 60_000, 1, PRIORITY.alert)).toHaveLength(1);
    await close();
    await start(path);
  }

  it('does not ask again after a kill while it asked: it says that it does not know', async () => {
    await startAfterKill({ sendingAt: Date.now() });
    await saying(
      /\*Whether it rolls back is not known\*: Bellbuoy was interrupted while it asked\. It is not asked again/,
    );
    expect(asked).toEqual([]);
  });

  it('asks after a kill, or a locked database, before it had asked', async () => {
    await startAfterKill({});
    await saying(/It took the request: answered 202: queued/);
    expect(asked).toHaveLength(1);
  });

  it('tells whoever presses where a newer deploy came since, and asks nobody', async () => {
    await start();
    const shown = await report();
    // As somebody sees it whose Slack has not yet heard that the button is gone.
    const stale = {
      ...shown,
      blocks: structuredClone(shown.blocks ?? []),
      ts: house.slack.workspace.nextTs(),
    };
    const newer = { service: 'checkout', version: 'v3', status: 'succeeded', at: new Date().toISOString() };
    await house.post('deploy', newer);
    await soon(house, 'the newer one', () => roots(house.slack.workspace, /checkout v3 to/).at(0));
    await soon(house, 'no button', () => (hasButton(shown) ? undefined : true));
    house.slack.workspace.messages.push(stale);
    await house.slack.press('rae', stale.channel, stale.ts, 'verdict-rollback');
    const note = await soon(house, 'the note', () => house.slack.workspace.ephemerals.at(-1));
    expect(note.text).toMatch(/newer deploy took the place/);
    expect(asked).toEqual([]);
  });
});
