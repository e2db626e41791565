import { sql } from 'kysely';
import type { Pruned } from '#app/ports.ts';
import type { Instant } from '#domain/time.ts';
import { foldErrors } from './error-retention.ts';
import type { Db } from './schema.ts';

/**
 * Deletes what is over and older than `before`: decided events, ended jobs, messages with their uploads, snapshots, unmatched events,
 * versions of services that nobody has any more, agent tasks, digests and recovery plans;
 * pictures already from `picturesBefore` on, because they can be drawn again from their snapshot. Alerts, deploys and the audit stay:
 * they are what people come back for, and they are small. So do incidents, their timelines and post-mortems, and the pictures that these show. Messages of alerts
 * that still fire and of open incidents stay too, and of every incident those that can still change: its root and its post-mortem.
 * Error patterns stay with their counts; of their occurrences the old ones do not.
 */
export async function prune(db: Db, before: Instant, picturesBefore: Instant): Promise<Pruned> {
  const count = ({ numDeletedRows }: { numDeletedRows: bigint }) => Number(numDeletedRows);
  const shown = sql<string>`select snapshot from timeline where snapshot is not null
    union select reference from postmortem_links where kind = 'snapshot'`;
  const pictures = await db
    .deleteFrom('pictures')
    .where(sql<boolean>`snapshot not in (${shown})`)
    .where('snapshot', 'in', (from) =>
      from.selectFrom('snapshots').select('id').where('at', '<', picturesBefore),
    )
    .executeTakeFirstOrThrow();
  const snapshots = await db
    .deleteFrom('snapshots')
    .where('at', '<', before)
    .where(sql<boolean>`id not in (${shown})`)
    .executeTakeFirstOrThrow();
  await db.deleteFrom('uploads').where('at', '<', before).execute();
  const events = await db
    .deleteFrom('inbox')
    .where('state', '<>', 'pending')
    .where('decided_at', '<', before)
    .executeTakeFirstOrThrow();
  const jobs = await db.deleteFrom('jobs').where('ended_at', '<', before).executeTakeFirstOrThrow();
  const firing = sql<string>`select 'alert:' || id from alerts where status = 'firing'
    union select 'umbrella:' || umbrella from alerts where status = 'firing' and umbrella is not null`;
  const lasting = sql<string>`select 'incident:' || incidents.id || part.value
    from incidents join json_each('["", ":own", ":postmortem"]') part`;
  // Threads in which an incident is worked on: its own, and those of what belongs to it.
  const worked = sql<string>`select 'incident:' || incidents.id || part.value
    from incidents join json_each('["", ":own", ":link"]') part where status <> 'resolved'
    union select case kind when 'rollout' then 'flag' else kind end || ':' || subject
    from incident_links join incidents on id = incident where status <> 'resolved'`;
  const messages = await db
    .deleteFrom('messages')
    .where('since', '<', before)
    .whereRef('sent_revision', '=', 'revision')
    .where(sql<boolean>`key not in (${firing}) and coalesce(parent, '') not in (${firing})`)
    .where(
      sql<boolean>`key not in (${lasting}) and key not in (${worked}) and coalesce(parent, '') not in (${worked})`,
    )
    .executeTakeFirstOrThrow();
  // The newest stays, so that no number is given twice.
  await db
    .deleteFrom('agent_tasks')
    .where('expires_at', '<', before)
    .where(sql<boolean>`number < (select max(number) from agent_tasks)`)
    .execute();
  await foldErrors(db, before);
  await db.deleteFrom('digests').where('due', '<', before).execute();
  await db.deleteFrom('recovery_plans').where('at', '<', before).execute();
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
