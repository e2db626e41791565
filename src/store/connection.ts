import type Database from 'better-sqlite3';
import {
  type DatabaseConnection,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
} from 'kysely';

/** Statements kept prepared; the house has some hundred. */
const MOST_STATEMENTS = 500;

/**
 * Kysely over one better-sqlite3 connection, handed on in the order in which it was asked for. Kysely's own lock wakes everybody at each
 * release and lets whoever is running take it again at once: under load one loop then keeps all others out for seconds. Statements are
 * prepared once.
 */
export class QueueingDialect extends SqliteDialect {
  private readonly database: SqliteDatabase;

  constructor(database: Database.Database) {
    const kept = keepingStatements(database);
    super({ database: kept });
    this.database = kept;
  }

  override createDriver(): SqliteDriver {
    return new QueueingDriver({ database: this.database });
  }

  override createAdapter(): SqliteAdapter {
    return new QueueingAdapter();
  }
}

class QueueingAdapter extends SqliteAdapter {
  /** Switches Kysely's own lock off: ours is in the driver. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

class QueueingDriver extends SqliteDriver {
  private readonly waiting: (() => void)[] = [];
  private isTaken = false;

  override async acquireConnection(): Promise<DatabaseConnection> {
    if (this.isTaken) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.isTaken = true;
    return super.acquireConnection();
  }

  override async releaseConnection(): Promise<void> {
    const next = this.waiting.shift();
    if (next === undefined) this.isTaken = false;
    else next();
  }
}

function keepingStatements(database: Database.Database): SqliteDatabase {
  const kept = new Map<string, Database.Statement>();
  return {
    close: () => void database.close(),
    prepare(sql) {
      const known = kept.get(sql);
      if (known !== undefined) return known;
      if (kept.size >= MOST_STATEMENTS) kept.clear();
      const prepared = database.prepare(sql);
      kept.set(sql, prepared);
      return prepared;
    },
  };
}
