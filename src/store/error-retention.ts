import { sql } from 'kysely';
import { DAY, type Instant } from '#domain/time.ts';
import type { Db } from './schema.ts';

/** Occurrences of a pattern that stay however old they are, and services and versions that are told apart among those that do not. */
const KEPT_OCCURRENCES = 1000;
const KEPT_TALLIES = 200;

/** More patterns than these nobody overlooks: those that were seen longest ago go. */
const KEPT_PATTERNS = 10_000;

/** Counts of so many days are told, and need the occurrences themselves. */
const COUNTED = 30 * DAY;

/** Most that one round takes, so that nobody waits for it. */
const AT_ONCE = 10_000;

/**
 * Keeps patterns for good, with their counts, in bounds: of each the latest occurrences, and those of incidents and those that fire; older ones become counts by service and version, and many of
 * those one count. Of too many patterns those are forgotten that were not seen since `before`, fire no more and are part of no incident.
 */
export async function foldErrors(db: Db, before: Instant): Promise<void> {
  await foldOccurrences(db, before - COUNTED);
  await foldTallies(db);
  await forgetPatterns(db, before);
}

const BELONGS = sql`(o.incident is not null or exists (
  select 1 from incident_links l where l.kind = 'alert' and l.subject = o.episode))`;

async function foldOccurrences(db: Db, before: Instant): Promise<void> {
  const { rows } = await sql<{ episode: string }>`
    select episode from (
      select o.*, row_number() over (partition by o.pattern order by o.begun_at desc, o.episode desc) as place from error_occurrences o
      where o.pattern in (select pattern from error_occurrences group by pattern having count(*) > ${KEPT_OCCURRENCES})) o
    where place > ${KEPT_OCCURRENCES} and max(begun_at, last_at) < ${before} and resolved_at < ${before} and not ${BELONGS}
    limit ${AT_ONCE}`.execute(db);
  if (rows.length === 0) return;
  const those = sql`episode in (select value from json_each(${JSON.stringify(rows.map(({ episode }) => episode))}))`;
  await sql`insert into error_tallies (pattern, service, version, count, first_at, last_at)
    select pattern, coalesce(service, ''), coalesce(version, ''), count(*), min(began_at), max(last_at)
    from error_occurrences where ${those} group by 1, 2, 3
    on conflict do update set count = count + excluded.count, first_at = min(first_at, excluded.first_at),
      last_at = max(last_at, excluded.last_at)`.execute(db);
  // An old episode that is saved once more is not counted again: all that was heard of by then is counted.
  await sql`update error_patterns set folded_to = max(folded_to, folded.upto)
    from (select pattern, max(begun_at) + 1 as upto from error_occurrences where ${those} group by pattern) folded
    where folded.pattern = error_patterns.id`.execute(db);
  await sql`delete from error_occurrences where ${those}`.execute(db);
}

/** The oldest tallies become one without service and version; the one in which the pattern began stays. */
async function foldTallies(db: Db): Promise<void> {
  const { rows } = await sql<{ id: number }>`
    select t.id from (
      select *, row_number() over (partition by pattern order by last_at desc, id) as place
      from error_tallies where service <> '' or version <> '') t
    join error_patterns p on p.id = t.pattern
    where place > ${KEPT_TALLIES} and t.first_at > p.first_at limit ${AT_ONCE}`.execute(db);
  if (rows.length === 0) return;
  const those = sql`id in (select value from json_each(${JSON.stringify(rows.map(({ id }) => id))}))`;
  await sql`insert into error_tallies (pattern, service, version, count, first_at, last_at)
    select pattern, '', '', sum(count), min(first_at), max(last_at) from error_tallies where ${those} group by pattern
    on conflict do update set count = count + excluded.count, first_at = min(first_at, excluded.first_at),
      last_at = max(last_at, excluded.last_at)`.execute(db);
  await sql`delete from error_tallies where ${those}`.execute(db);
}

async function forgetPatterns(db: Db, before: Instant): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select p.id from (
      select id, last_at, row_number() over (order by last_at desc, id desc) as place from error_patterns) p
    where place > ${KEPT_PATTERNS} and p.last_at < ${before} and not exists (
      select 1 from error_occurrences o where o.pattern = p.id and (o.resolved_at is null or ${BELONGS}))
    limit ${AT_ONCE}`.execute(db);
  if (rows.length === 0) return;
  const those = sql`(select value from json_each(${JSON.stringify(rows.map(({ id }) => id))}))`;
  await sql`delete from error_occurrences where pattern in ${those}`.execute(db);
  await sql`delete from error_tallies where pattern in ${those}`.execute(db);
  await sql`delete from error_patterns where id in ${those}`.execute(db);
}
