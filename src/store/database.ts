import { promises as fs, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { Kysely } from 'kysely';
import { FileMigrationProvider, Migrator } from 'kysely/migration';
import type { Store, Stores } from '#app/ports.ts';
import { failure, type Outcome, ProblemError, success } from '#domain/problem.ts';
import { agentTasksOf } from './agent-tasks.ts';
import { alertsOf } from './alerts.ts';
import { budgetsOf } from './budgets.ts';
import { QueueingDialect } from './connection.ts';
import { deploysOf } from './deploys.ts';
import { digestsOf } from './digests.ts';
import { recordBacklog } from './error-occurrences.ts';
import { errorPatternsOf } from './error-patterns.ts';
import { flagsOf } from './flags.ts';
import { committedTogether } from './group-commit.ts';
import { inboxOf } from './inbox.ts';
import { incidentsOf } from './incidents.ts';
import { jobsOf } from './jobs.ts';
import { takeLock } from './lock.ts';
import { outboxOf } from './outbox.ts';
import { postmortemsOf } from './postmortems.ts';
import { auditOf, snapshotsOf, unmatchedOf, uploadsOf } from './records.ts';
import { prune } from './retention.ts';
import type { Db, Tables } from './schema.ts';
import { timelinesOf } from './timelines.ts';
import { umbrellasOf } from './umbrellas.ts';
import { versionsOf } from './versions.ts';
import { createWakes, held, type Wakes } from './wakes.ts';

export type StoreHandle = {
  readonly store: Store;
  /** Names of the migrations that opening applied. */
  readonly migrated: readonly string[];
  close(): Promise<void>;
};

const MIGRATIONS = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'migrations');

/**
 * How long a write waits for another program to finish its own, in milliseconds. Everything else waits with it, so it is short: a
 * webhook is told to come again, and the loops try again by themselves.
 */
const BUSY_TIMEOUT = 250;

/**
 * Opens the SQLite file for this process alone, creating and migrating it as needed. Fails with `database-in-use` when another process
 * works on it, with `database-unusable` when the path cannot be used, the file is no database, or it was written by a newer version.
 */
export async function openStore(path: string): Promise<Outcome<StoreHandle>> {
  const opened = openFile(path);
  if (!opened.ok) return opened;
  const locked = takeLock(path);
  if (!locked.ok) {
    opened.value.close();
    return locked;
  }
  const db = new Kysely<Tables>({ dialect: new QueueingDialect(opened.value) });
  const migration = await migrate(db, path);
  if (!migration.ok) {
    await db.destroy();
    locked.value.release();
    return migration;
  }
  const wakes = createWakes();
  const stores = storesOf(db, wakes);
  const transact: Store['transact'] = async (work) => {
    const waking = held(wakes);
    const result = await named(db.transaction().execute((tx) => work(storesOf(tx, waking))));
    waking.release();
    return result;
  };
  const store: Store = {
    ...stores,
    ...committedTogether(stores, transact),
    prune: (before, picturesBefore) => db.transaction().execute((tx) => prune(tx, before, picturesBefore)),
    transact,
  };
  return success({
    store,
    migrated: migration.value,
    async close() {
      await db.destroy();
      locked.value.release();
    },
  });
}

/** Brings the tables up to date, and what new ones hold of what was there before. Gives the names of the migrations that were applied. */
async function migrate(db: Kysely<Tables>, path: string): Promise<Outcome<readonly string[]>> {
  const provider = new FileMigrationProvider({ fs, path: { join }, migrationFolder: MIGRATIONS });
  const { error, results = [] } = await new Migrator({ db, provider }).migrateToLatest();
  try {
    if (error !== undefined) throw error;
    await recordBacklog(db);
  } catch (reason) {
    const words = reason instanceof Error ? reason.message : String(reason);
    return failure('database-unusable', `The database could not be migrated: ${words}.`, { where: path });
  }
  return success(results.map(({ migrationName }) => migrationName));
}

/**
 * Writes a consistent copy of the database to a new file, while another process may be working on it: one read transaction, which no
 * write disturbs and which disturbs none. Fails with `database-unusable` when there is no database at `path` or the copy cannot be made.
 */
export function backupStore(path: string, to: string): Outcome<{ bytes: number }> {
  try {
    const database = new Database(path, { readonly: true, timeout: 5000 });
    try {
      database.prepare('vacuum into ?').run(to);
    } finally {
      database.close();
    }
    return success({ bytes: statSync(to).size });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return failure('database-unusable', `The copy could not be made: ${error.message}.`, {
      where: `${path} to ${to}`,
    });
  }
}

/** SQLite's own errors under the name of the problem that they are; whatever else is thrown inside passes as it is. */
async function named<T>(run: Promise<T>): Promise<T> {
  try {
    return await run;
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
    const isPassing = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|NOMEM)/.test(error.code);
    if (!isPassing) throw error;
    throw new ProblemError(failure('database-busy', `The database said: ${error.message}.`).problem, error);
  }
}

function openFile(path: string): Outcome<Database.Database> {
  try {
    const database = new Database(path, { timeout: BUSY_TIMEOUT });
    database.pragma('journal_mode = WAL');
    // A killed process loses nothing with NORMAL: what was written is with the kernel. FULL costs an fsync a commit and guards
    // accepted events against a power cut as well, which a promise of "accepted means committed" needs.
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    return success(database);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return failure('database-unusable', `The database could not be opened: ${reason}.`, { where: path });
  }
}

function storesOf(db: Db, wakes: Wakes): Stores {
  return {
    inbox: inboxOf(db, wakes),
    jobs: jobsOf(db, wakes),
    outbox: outboxOf(db, wakes),
    uploads: uploadsOf(db),
    alerts: alertsOf(db),
    errorPatterns: errorPatternsOf(db),
    umbrellas: umbrellasOf(db),
    deploys: deploysOf(db),
    flags: flagsOf(db),
    incidents: incidentsOf(db),
    timelines: timelinesOf(db),
    postmortems: postmortemsOf(db),
    agentTasks: agentTasksOf(db),
    versions: versionsOf(db),
    digests: digestsOf(db),
    budgets: budgetsOf(db),
    unmatched: unmatchedOf(db),
    snapshots: snapshotsOf(db),
    audit: auditOf(db),
  };
}
