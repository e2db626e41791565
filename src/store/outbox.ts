import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Outbox, PendingMessage, WaitingMessage } from '#app/ports.ts';
import type { Priority } from '#domain/job.ts';
import { MINUTE } from '#domain/time.ts';
import type { Db, Tables } from './schema.ts';
import type { Wakes } from './wakes.ts';

type Row = Selectable<Tables['messages']> & { up_channel: string | null; up_ts: string | null };

/** Nothing is put off longer; what lies further ahead was put off before the clock was set back, and is due. */
const LONGEST_WAIT = 15 * MINUTE;

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
      const picture = 'picture' in message && message.picture !== undefined ? 1 : 0;
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
          has_picture: picture,
          revision: 1,
          since: at,
        })
        .onConflict((conflict) =>
          conflict
            .column('key')
            .doUpdateSet({
              message: text,
              has_picture: picture,
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
    async pending(now, perChannel) {
      const { rows: found } = await sql<{
        key: string;
        channel: string;
        priority: Priority;
        since: number;
        place: number;
        line: number;
        posted: number;
        picture: number;
      }>`
        select key, channel, priority, since, place, line, posted, picture
        from (
          select m.key, m.channel, m.priority, m.since, m.has_picture as picture, m.posted_ts is not null as posted, row_number() over (
            partition by m.channel, m.posted_ts is null order by m.priority, m.since, m.rowid) as place,
            count(*) over (partition by m.channel, m.posted_ts is null) as line
          from messages m left join messages up on up.key = m.parent
          where m.revision > m.sent_revision and (m.not_before <= ${now} or m.not_before > ${now + LONGEST_WAIT})
            and (m.parent is null or up.posted_ts is not null))
        where place <= ${perChannel} order by priority, place, since`.execute(db);
      return found.map(
        ({ posted, picture, ...row }): WaitingMessage => ({
          ...row,
          isUpdate: posted === 1,
          hasPicture: picture === 1,
        }),
      );
    },
    async sending(key, at) {
      await db.updateTable('messages').set({ sending_at: at }).where('key', '=', key).execute();
    },
    async sent(key, revision, posted, _at) {
      await db
        .updateTable('messages')
        .set({
          sent_revision: revision,
          posted_channel: posted.channel,
          posted_ts: posted.ts,
          sending_at: null,
          attempt: 0,
          problem: null,
        })
        .where('key', '=', key)
        .execute();
      wakes.give('messages');
    },
    async postpone(key, until, problem, uncertain) {
      await db
        .updateTable('messages')
        .set((is) => ({
          not_before: until,
          problem,
          attempt: is('attempt', '+', 1),
          ...(uncertain ? {} : { sending_at: null }),
        }))
        .where('key', '=', key)
        .execute();
    },
    async giveUp(key, revision, problem, _at) {
      await db
        .updateTable('messages')
        .set({ sent_revision: revision, sending_at: null, problem })
        .where('key', '=', key)
        .execute();
      await db
        .updateTable('messages')
        .set({ sent_revision: sql<number>`revision`, problem: `the message above it: ${problem}` })
        .where('parent', '=', key)
        .where(
          sql<boolean>`not exists (select 1 from messages up where up.key = ${key} and up.posted_ts is not null)`,
        )
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
    async backlog() {
      const row = await db
        .selectFrom('messages')
        .select((is) => [is.fn.countAll<number>().as('waiting'), is.fn.min('since').as('since')])
        .whereRef('revision', '>', 'sent_revision')
        .executeTakeFirstOrThrow();
      return { waiting: row.waiting, ...(row.since === null ? {} : { since: row.since }) };
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
    ...(row.sending_at === null ? {} : { sendingAt: row.sending_at }),
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
