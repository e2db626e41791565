import { type RawBuilder, sql } from 'kysely';
import type { Instant } from '#domain/time.ts';
import type { Db } from './schema.ts';

/**
 * The version of a service that ran at a moment, as an expression: that of the latest deploy by then, a watched one if there is any; one that failed counts until it did.
 * Where no deploy is known, what the metrics showed, if it was one version alone. Null where nothing is known.
 */
export function versionAt(service: RawBuilder<unknown>, at: RawBuilder<unknown>): RawBuilder<string | null> {
  const deployed = (watched: RawBuilder<unknown>) => sql`
    select d.value ->> '$.version' from deploys d where d.service = ${service} and d.started_at <= ${at} and ${watched}
      and (d.value ->> '$.status' <> 'failed' or d.value ->> '$.finishedAt' > ${at})
    order by d.started_at desc limit 1`;
  return sql<string | null>`coalesce(
    (${deployed(sql`d.watch is not null`)}), (${deployed(sql`true`)}),
    (select iif(count(*) = 1, max(v.value ->> '$.version'), null) from versions s, json_each(s.value, '$.versions') v
      where s.service = ${service} and v.value ->> '$.firstAt' <= ${at}
        and (v.value ->> '$.state' <> 'gone' or v.value ->> '$.lastAt' >= ${at})))`;
}

/** Sets right in which version errors occurred since a moment: a deploy may be told of only at its end, or fail. */
export async function renameVersions(db: Db, service: string, since: Instant): Promise<void> {
  const version = versionAt(sql`error_occurrences.service`, sql`error_occurrences.began_at`);
  await sql`update error_occurrences set version = ${version}
    where service = ${service} and began_at >= ${since} and version is not ${version}`.execute(db);
}
