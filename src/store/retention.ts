import { sql } from 'kysely';
import type { Pruned } from '#app/ports.ts';
import type { Instant } from '#domain/time.ts';
import type { Db } from './schema.ts';

/**
 * Deletes what is over and older than `before`: decided events, ended jobs, messages with their uploads, snapshots, unmatched events,
 * versions of services that nobody has any more;
 * pictures already from `picturesBefore` on, because they can be drawn again from their snapshot. Alerts, deploys and the audit stay:
 * they are what people come back for, and they are small. Messages of alerts that still fire stay too.
 */
export async function prune(db: Db, before: Instant, picturesBefore: Instant): Promise<Pruned> {
  const count = ({ numDeletedRows }: { numDeletedRows: bigint }) => Number(numDeletedRows);
  const pictures = await db
    .deleteFrom('pictures')
    .where('snapshot', 'in', (from) =>
      from.selectFrom('snapshots').select('id').where('at', '<', picturesBefore),
    )
    .executeTakeFirstOrThrow();
  const snapshots = await db.deleteFrom('snapshots').where('at', '<', before).executeTakeFirstOrThrow();
  await db.deleteFrom('uploads').where('at', '<', before).execute();
  const events = await db
    .deleteFrom('inbox')
    .where('state', '<>', 'pending')
    .where('decided_at', '<', before)
    .executeTakeFirstOrThrow();
  const jobs = await db.deleteFrom('jobs').where('ended_at', '<', before).executeTakeFirstOrThrow();
  const firing = sql<string>`select 'alert:' || id from alerts where status = 'firing'
    union select 'umbrella:' || umbrella from alerts where status = 'firing' and umbrella is not null`;
  const messages = await db
    .deleteFrom('messages')
    .where('since', '<', before)
    .whereRef('sent_revision', '=', 'revision')
    .where(sql<boolean>`key not in (${firing}) and coalesce(parent, '') not in (${firing})`)
    .executeTakeFirstOrThrow();
  await db.deleteFrom('versions').where('at', '<', before).execute();
  await db.deleteFrom('unmatched').where('at', '<', before).execute();
  return {
    pictures: count(pictures),
    snapshots: count(snapshots),
    events: count(events),
    jobs: count(jobs),
    messages: count(messages),
  };
}
