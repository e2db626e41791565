import type { Inbox } from '#app/ports.ts';
import type { Received } from '#domain/event.ts';
import type { Db } from './schema.ts';
import type { Wakes } from './wakes.ts';

export function inboxOf(db: Db, wakes: Wakes): Inbox {
  return {
    async append({ event, source, dedupeKey, at }) {
      const added = await db
        .insertInto('inbox')
        .values({ source, dedupe_key: dedupeKey, event: JSON.stringify(event), received_at: at })
        .onConflict((conflict) => conflict.column('dedupe_key').doNothing())
        .returning('id')
        .executeTakeFirst();
      if (added !== undefined) {
        wakes.give('inbox');
        return { id: added.id, duplicate: false };
      }
      const known = await db
        .selectFrom('inbox')
        .select('id')
        .where('dedupe_key', '=', dedupeKey)
        .executeTakeFirstOrThrow();
      return { id: known.id, duplicate: true };
    },
    async stateOf(id) {
      const row = await db.selectFrom('inbox').select('state').where('id', '=', id).executeTakeFirst();
      return row?.state;
    },
    async get(id) {
      const row = await db
        .selectFrom('inbox')
        .select(['id', 'event', 'received_at'])
        .where('id', '=', id)
        .executeTakeFirst();
      return row === undefined ? undefined : receivedOf(row);
    },
    async pending(limit) {
      const rows = await db
        .selectFrom('inbox')
        .select(['id', 'event', 'received_at'])
        .where('state', '=', 'pending')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(receivedOf);
    },
    async markDecided(id, at) {
      await db.updateTable('inbox').set({ state: 'decided', decided_at: at }).where('id', '=', id).execute();
    },
    async markFailed(id, problem, at) {
      await db
        .updateTable('inbox')
        .set({ state: 'failed', decided_at: at, problem })
        .where('id', '=', id)
        .execute();
    },
    async backlog() {
      const row = await db
        .selectFrom('inbox')
        .select((is) => [is.fn.countAll<number>().as('waiting'), is.fn.min('received_at').as('since')])
        .where('state', '=', 'pending')
        .executeTakeFirstOrThrow();
      return { waiting: row.waiting, ...(row.since === null ? {} : { since: row.since }) };
    },
    onAppend: (wake) => wakes.on('inbox', wake),
  };
}

function receivedOf(row: { id: number; event: string; received_at: number }): Received {
  return { id: row.id, event: JSON.parse(row.event), at: row.received_at };
}
