import Database from 'better-sqlite3';
import { failure, type Outcome, success } from '#domain/problem.ts';

/**
 * Makes this process the only one that works on the database at `path`, until `release` or its end: SQLite's own file lock, held on a
 * file beside it (`PATH-lock`), which the kernel lets go of however the process ends. Fails with `database-in-use`.
 */
export function takeLock(path: string): Outcome<{ release(): void }> {
  const lock = new Database(`${path}-lock`, { timeout: 0 });
  try {
    lock.exec('begin exclusive');
    return success({ release: () => void lock.close() });
  } catch (error) {
    lock.close();
    if (!(error instanceof Database.SqliteError && error.code === 'SQLITE_BUSY')) throw error;
    return failure('database-in-use', 'Another Bellbuoy works on this database.', { where: path });
  }
}
