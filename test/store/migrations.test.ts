import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { FileMigrationProvider, Migrator } from 'kysely/migration';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore } from '#store/database.ts';
import { type FreshDatabase, freshDatabase } from './database.ts';

let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.close());

/** Brings a database file to where a migration has just been made. */
async function migrateTo(path: string, migration: string): Promise<void> {
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: new Database(path) }) });
  const migrationFolder = join(import.meta.dirname, '..', '..', 'migrations');
  const provider = new FileMigrationProvider({ fs, path: { join }, migrationFolder });
  const { error } = await new Migrator({ db, provider }).migrateTo(migration);
  await db.destroy();
  if (error !== undefined) throw error;
}

const EVERYTHING = `
  insert into inbox (source, dedupe_key, event, received_at) values ('s', 'k', '{}', 1);
  insert into jobs (key, lane, due, priority, task) values ('j', 'l', 1, 1, '{}');
  insert into messages (key, channel, priority, message, revision, since) values ('alert:a1', '#x', 1, '{}', 1, 1);
  insert into uploads values ('s1', 'F1', 1, 1);
  insert into alerts (id, source, group_key, status, started_at, value) values ('a1', 'alertmanager', 'g', 'firing', 1, '{"id":"a1"}');
  insert into umbrellas values ('u1', '#x', 1, '{}');
  insert into deploys values ('d1', 'checkout', 1, null, '{"id":"d1"}');
  insert into flags values ('f1', 'new', 'checkout', 1, 1, 0, '{"id":"f1"}');
  insert into versions values ('checkout', 1, '{}');
  insert into unmatched values (1, 1, '{}');
  insert into snapshots values ('s1', 1, '{}');
  insert into pictures values ('s1', x'01', 1, 1, 'alt');
  insert into audit (at, by, what, subject) values (1, '{}', 'asked', 'x');
  insert into slis (key) values ('k');
  insert into counts values (1, 1, 1, 1, 1, 1, 1);`;

type Contents = { readonly schema: unknown; readonly rows: Readonly<Record<string, unknown>> };

function contentsOf(path: string): Contents {
  const opened = new Database(path);
  const tables = opened
    .prepare(
      `select name, sql from sqlite_schema where name not like 'kysely%' and name not like 'sqlite%' order by name`,
    )
    .all() as { name: string; sql: string }[];
  const rows = tables
    .filter(({ sql }) => sql.startsWith('create table'))
    .map(({ name }) => [name, opened.prepare(`select * from ${name}`).all()]);
  opened.close();
  return { schema: tables, rows: Object.fromEntries(rows) };
}

it('a database of the last release keeps everything when this one opens it', async () => {
  const path = join(database.folder, 'old.db');
  await migrateTo(path, '0005-flags');
  const old = new Database(path);
  old.exec(EVERYTHING);
  old.close();
  const before = contentsOf(path);
  expect(Object.values(before.rows).every((rows) => Array.isArray(rows) && rows.length === 1)).toBe(true);
  const opened = await openStore(path);
  if (!opened.ok) throw new Error(opened.problem.code);
  expect(opened.value.migrated).toEqual([
    ...['0006-incidents', '0007-agent-tasks', '0008-error-patterns', '0009-digests'],
  ]);
  expect(await opened.value.store.incidents.nextNumber()).toBe(1);
  await opened.value.close();
  expect(contentsOf(path).rows).toMatchObject(before.rows);
});

it('incidents can be taken out again, and the database is as it was', async () => {
  const path = join(database.folder, 'back.db');
  await migrateTo(path, '0005-flags');
  const before = contentsOf(path);
  await migrateTo(path, '0006-incidents');
  await migrateTo(path, '0005-flags');
  expect(contentsOf(path)).toEqual(before);
});
