import type { Db } from './schema.ts';

/** Does several writes as one, in the transaction that is under way where there is one. */
export async function atOnce<T>(db: Db, work: (tx: Db) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db) : db.transaction().execute(work);
}
