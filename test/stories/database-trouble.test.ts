import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '#store/database.ts';
import { type House, notification, roots, soon, startHouse, theRoot, threadOf } from './house.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');

let folder: string;
const ending: (() => Promise<unknown> | unknown)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellbuoy-database-'));
});
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end();
  await rm(folder, { recursive: true, force: true });
});

async function start(options: Parameters<typeof startHouse>[0]): Promise<House> {
  const house = await startHouse(options);
  ending.push(house.close);
  return house;
}

const group = (name: string) => ({
  groupKey: name,
  groupLabels: { alertname: name },
  commonLabels: { alertname: name, service_name: 'checkout', severity: 'ticket' },
});

/** A file system of that many kilobytes in the folder; only for who may mount one. */
function smallDisk(kilobytes: number): boolean {
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder]);
  if (mounted.status !== 0) return false;
  ending.push(() => spawnSync('umount', ['-l', folder]));
  return true;
}

describe('a full disk', () => {
  it('has senders come again and people told; with room again everything goes on, and nothing is said twice', async ({
    skip,
  }) => {
    if (!smallDisk(6000)) return skip('this machine lets nobody mount a small disk');
    const house = await start({ database: join(folder, 'bellbuoy.db') });
    await house.post('alertmanager', notification('firing', group('Before')));
    const before = await theRoot(house, /Before/);
    await soon(house, 'its panels', () => threadOf(house.slack.workspace, before)[1]);
    await fill();
    const refused = await house.post('alertmanager', notification('firing', group('During')));
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ problems: [{ code: 'database-busy' }] });
    expect((await house.slack.command('rae', '#general', '/obs status')).failed).toBeDefined();
    expect((await fetch(`${house.url()}/healthz`)).status).toBe(200);
    await rm(join(folder, 'filler'));
    expect((await house.post('alertmanager', notification('firing', group('During')))).status).toBe(202);
    await theRoot(house, /During/);
    expect((await house.slack.command('rae', '#general', '/obs status')).failed).toBeUndefined();
    await soon(house, 'the answer', () => roots(house.slack.workspace, /2 services/).at(0));
    expect(roots(house.slack.workspace, /Before|During/)).toHaveLength(2);
  }, 60_000);

  async function fill(): Promise<void> {
    for (let kilobytes = 6000; kilobytes >= 4; kilobytes -= 4) {
      try {
        await writeFile(join(folder, 'filler'), Buffer.alloc(kilobytes * 1024));
        return;
      } catch (error) {
        // Too large; what is written of it goes with the next attempt.
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      }
    }
  }
});

describe('a database that another program holds', () => {
  it('has senders come again with 503 and its reason, and Bellbuoy goes on when it is free', async () => {
    const path = join(folder, 'bellbuoy.db');
    const house = await start({ database: path });
    const other = new Database(path);
    other.exec('begin immediate');
    const refused = await house.post('alertmanager', notification('firing'));
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ problems: [{ code: 'database-busy' }] });
    other.exec('rollback');
    other.close();
    expect((await house.post('alertmanager', notification('firing'))).status).toBe(202);
    await theRoot(house, /CheckoutErrors/);
  }, 30_000);

  it('as another Bellbuoy does is left to it: the second one says so and ends with 1', async () => {
    const path = join(folder, 'bellbuoy.db');
    await start({ database: path });
    const config = join(folder, 'bellbuoy.yaml');
    await writeFile(
      config,
      `prometheus: { default: { url: "http://127.0.0.1:9" } }
slack: { mode: http, botToken: xoxb-test, signingSecret: s }
server: { port: 0 }
store: { path: "${path}" }
services: {}
`,
    );
    const second = spawnSync(process.execPath, [MAIN, 'start', '--config', config], { encoding: 'utf8' });
    expect(second.status).toBe(1);
    expect(second.stderr.trim().split('\n')).toHaveLength(1);
    expect(second.stderr).toMatch(
      /Another Bellbuoy works on this database\. \(.*bellbuoy\.db\) Stop the other/,
    );
  }, 30_000);
});

describe('a backup while alerts come in', () => {
  it('is whole, can be opened, and neither waits for them nor makes them wait', async () => {
    const path = join(folder, 'bellbuoy.db');
    const house = await start({ database: path });
    const config = join(folder, 'bellbuoy.yaml');
    await writeFile(
      config,
      `prometheus: { default: { url: "http://127.0.0.1:9" } }
slack: { mode: http, botToken: xoxb-test, signingSecret: s }
store: { path: "${path}" }
services: {}
`,
    );
    let accepted = 0;
    const load = Promise.all(
      Array.from({ length: 20 }, async (_, lane) => {
        for (let i = 0; i < 15; i += 1) {
          const { status } = await house.post('alertmanager', notification('firing', group(`L${lane}-${i}`)));
          if (status === 202) accepted += 1;
        }
      }),
    );
    const copy = join(folder, 'copy.db');
    const { stdout } = await promisify(execFile)(process.execPath, [
      MAIN,
      'backup',
      copy,
      '--config',
      config,
    ]);
    expect(stdout).toMatch(/Copied to .*copy\.db, \d+ bytes\./);
    await load;
    expect(accepted).toBe(300);
    const db = new Database(copy, { readonly: true });
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
    const opened = await openStore(copy);
    expect(opened.ok).toBe(true);
    if (opened.ok) await opened.value.close();
  }, 60_000);
});

describe('a clock that jumps', () => {
  it.each([
    ['two hours back', -7_200_000],
    ['two hours on', 7_200_000],
  ])(
    '%s stops nothing: what waited and what comes is told, once',
    async (_, jump) => {
      let offset = 0;
      const house = await start({
        database: join(folder, 'bellbuoy.db'),
        clock: {
          now: () => Date.now() + offset,
          sleep: (length, signal) =>
            new Promise((resolve) => {
              if (signal?.aborted === true) return resolve();
              const timer = setTimeout(resolve, Math.max(0, length));
              signal?.addEventListener('abort', () => {
                clearTimeout(timer);
                resolve();
              });
            }),
        },
      });
      house.slack.faults.status = 503;
      await house.post('alertmanager', notification('firing', group('Waiting')));
      await soon(house, 'a first attempt', () => house.slack.workspace.calls.length > 1 || undefined);
      offset = jump;
      delete house.slack.faults.status;
      await house.post('alertmanager', notification('firing', group('Coming')));
      await theRoot(house, /Waiting/);
      await theRoot(house, /Coming/);
      await house.slack.command('rae', '#general', '/obs status');
      await soon(house, 'the answer', () => roots(house.slack.workspace, /2 services/).at(0));
      expect(roots(house.slack.workspace, /Waiting|Coming/)).toHaveLength(2);
    },
    60_000,
  );
});
