import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Outbox, PendingMessage } from '#app/ports.ts';
import type { Priority } from '#domain/job.ts';
import type { Db, Tables } from './schema.ts';
import type { Wakes } from './wakes.ts';

type Row = Selectable<Tables['messages']> & { up_channel: string | null; up_ts: string | null };

export function outboxOf(db: Db, wakes: Wakes): Outbox {
  const rows = () =>
    db
      .selectFrom('messages as m')
      .leftJoin('messages as up', 'up.key', 'm.parent')
      .selectAll('m')
      .select(['up.posted_channel as up_channel', 'up.posted_ts as up_ts']);
  return {
    async put({ key, to, parent, parentTs, priority, message }, at) {
      const text = JSON.stringify(message);
      const written = await db
        .insertInto('messages')
        .values({
          key,
          channel: to.channel,
          only_to: to.onlyTo ?? null,
          parent: parent ?? null,
          parent_ts: parentTs ?? null,
          priority,
          message: text,
          revision: 1,
          since: at,
        })
        .onConflict((conflict) =>
          conflict
            .column('key')
            .doUpdateSet({
              message: text,
              priority: sql<number>`case when revision > sent_revision then min(priority, ${priority}) else ${priority} end`,
              since: sql<number>`case when revision > sent_revision then since else ${at} end`,
              revision: sql<number>`revision + 1`,
              attempt: 0,
              problem: null,
            })
            .where('messages.message', '<>', text),
        )
        .returning('revision')
        .executeTakeFirst();
      if (written !== undefined) wakes.give('messages');
    },
    async pending(now, limit) {
      const found = await rows()
        .whereRef('m.revision', '>', 'm.sent_revision')
        .where('m.not_before', '<=', now)
        .where((where) => where.or([where('m.parent', 'is', null), where('up.posted_ts', 'is not', null)]))
        .orderBy('m.priority')
        .orderBy('m.since')
        .limit(limit)
        .execute();
      return found.map(toPending);
    },
    async sent(key, revision, posted, _at) {
      await db
        .updateTable('messages')
        .set({
          sent_revision: revision,
          posted_channel: posted.channel,
          posted_ts: posted.ts,
          attempt: 0,
          problem: null,
        })
        .where('key', '=', key)
        .execute();
      wakes.give('messages');
    },
    async postpone(key, until, problem) {
      await db
        .updateTable('messages')
        .set((is) => ({ not_before: until, problem, attempt: is('attempt', '+', 1) }))
        .where('key', '=', key)
        .execute();
    },
    async giveUp(key, revision, problem, _at) {
      await db
        .updateTable('messages')
        .set({ sent_revision: revision, problem })
        .where('key', '=', key)
        .execute();
    },
    async keyAt(channel, ts) {
      const row = await db
        .selectFrom('messages')
        .select('key')
        .where('posted_channel', '=', channel)
        .where('posted_ts', '=', ts)
        .executeTakeFirst();
      return row?.key;
    },
    async find(key) {
      const row = await rows().where('m.key', '=', key).executeTakeFirst();
      return row === undefined ? undefined : toPending(row);
    },
    async nextDue() {
      const row = await db
        .selectFrom('messages')
        .select((is) => is.fn.min('not_before').as('at'))
        .whereRef('revision', '>', 'sent_revision')
        .executeTakeFirst();
      return row?.at ?? undefined;
    },
    onPut: (wake) => wakes.on('messages', wake),
  };
}

function toPending(row: Row): PendingMessage {
  return {
    key: row.key,
    to: { channel: row.channel, ...(row.only_to === null ? {} : { onlyTo: row.only_to }) },
    ...(row.parent === null ? {} : { parent: row.parent }),
    ...(row.parent_ts === null ? {} : { parentTs: row.parent_ts }),
    priority: row.priority as Priority,
    message: JSON.parse(row.message),
    revision: row.revision,
    attempt: row.attempt,
    since: row.since,
    ...place('posted', row.posted_channel, row.posted_ts),
    ...place('parentPosted', row.up_channel, row.up_ts),
  };
}

function place<Name extends 'posted' | 'parentPosted'>(
  name: Name,
  channel: string | null,
  ts: string | null,
) {
  if (channel === null || ts === null) return {};
  return { [name]: { channel, ts } } as { [N in Name]: { channel: string; ts: string } };
}
