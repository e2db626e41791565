import { type RawBuilder, sql } from 'kysely';
import type { ErrorPatterns } from '#app/ports.ts';
import type { ErrorCounts, ErrorPattern, ErrorVersion } from '#domain/error-pattern.ts';
import { present } from '#domain/optional.ts';
import { DAY, type Instant, WEEK } from '#domain/time.ts';
import type { Db, Tables } from './schema.ts';

type Row = Omit<Tables['error_patterns'], 'folded_to'>;

/** What the kept occurrences and the tallies of older ones say alike. */
const SEEN = sql`(
  select pattern, service, version, 1 as count, began_at as first_at, last_at from error_occurrences
  union all
  select pattern, nullif(service, ''), nullif(version, ''), count, first_at, last_at from error_tallies)`;

export function errorPatternsOf(db: Db): ErrorPatterns {
  return {
    async get(id, now) {
      const row = await db.selectFrom('error_patterns').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : (await withFacts(db, [row], now))[0];
    },
    async list({ now, service, version, since, open, atLeast, before, limit }) {
      const conditions = [
        ...(since === undefined ? [] : [sql`p.last_at >= ${since}`]),
        ...(atLeast === undefined ? [] : [sql`p.total >= ${atLeast}`]),
        ...(before === undefined ? [] : [sql`(p.last_at, p.id) < (${before.at}, ${before.id})`]),
        ...(service === undefined && version === undefined ? [] : [occurredIn(service, version)]),
        ...(open === undefined ? [] : [sql`${firesNow} = ${open ? 1 : 0}`]),
      ];
      const { rows } = await sql<Row>`select p.* from error_patterns p
        where ${sql.join([sql`true`, ...conditions], sql` and `)}
        order by p.last_at desc, p.id desc limit ${limit}`.execute(db);
      return withFacts(db, rows, now);
    },
    async occurrences(id, limit) {
      const { rows } = await sql<Occurred>`
        select o.*, coalesce(o.incident, (${linked(sql`o.episode`)})) as belongs_to from error_occurrences o
        where o.pattern = ${id} order by o.began_at desc, o.episode desc limit ${limit}`.execute(db);
      return rows.map(({ episode, service, version, began_at, resolved_at, flaps, belongs_to }) => ({
        ...{ alert: episode, startedAt: began_at, flaps },
        ...present({
          service: service ?? undefined,
          version: version ?? undefined,
          resolvedAt: resolved_at ?? undefined,
          incident: belongs_to ?? undefined,
        }),
      }));
    },
    async days(id, since) {
      const { rows } = await sql<{ day: number; count: number }>`
        select began_at - began_at % ${DAY} as day, count(*) as count from error_occurrences
        where pattern = ${id} and began_at >= ${since} group by 1 order by 1`.execute(db);
      return rows;
    },
  };
}

type Occurred = Tables['error_occurrences'] & { readonly belongs_to: string | null };

const firesNow = sql`exists (select 1 from error_occurrences o where o.pattern = p.id and o.resolved_at is null)`;

/** The incident to which an episode belongs, the newest where there are several. */
function linked(episode: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`select i.id from incident_links l join incidents i on i.id = l.incident
    where l.kind = 'alert' and l.subject = ${episode} order by i.number desc limit 1`;
}

function occurredIn(service: string | undefined, version: string | undefined): RawBuilder<unknown> {
  const same = sql.join(
    [
      sql`pattern = p.id`,
      ...(service === undefined ? [] : [sql`service = ${service}`]),
      ...(version === undefined ? [] : [sql`version = ${version}`]),
    ],
    sql` and `,
  );
  return sql`(exists (select 1 from error_occurrences where ${same}) or exists (select 1 from error_tallies where ${same}))`;
}

async function withFacts(db: Db, rows: readonly Row[], now: Instant): Promise<readonly ErrorPattern[]> {
  const ids = sql`(select value from json_each(${JSON.stringify(rows.map(({ id }) => id))}))`;
  const counts = await countsOf(db, ids, now);
  const versions = await versionsOf(db, ids);
  const firing = await firingOf(db, ids);
  const incidents = await incidentsOf(db, ids);
  return rows.map(({ id, source, name, template, example, first_at, last_at, total }): ErrorPattern => {
    const own = versions.get(id) ?? [];
    // Of the first occurrence: every version has its own first, and one of them is the first of all.
    const first = own.find(({ firstAt }) => firstAt === first_at);
    return {
      ...{ id, source, name, firstAt: first_at, lastAt: last_at, versions: own },
      counts: { total, ...(counts.get(id) ?? { lastDay: 0, lastWeek: 0, last30Days: 0 }) },
      ...{ firesNow: firing.has(id), incidents: incidents.get(id) ?? [] },
      ...present({
        template: template ?? undefined,
        example: example ?? undefined,
        firstVersion: first?.version,
      }),
    };
  });
}

type Recent = Omit<ErrorCounts, 'total'>;

async function countsOf(
  db: Db,
  ids: RawBuilder<unknown>,
  now: Instant,
): Promise<ReadonlyMap<string, Recent>> {
  const { rows } = await sql<Recent & { pattern: string }>`
    select pattern, sum(began_at >= ${now - DAY}) as lastDay, sum(began_at >= ${now - WEEK}) as lastWeek, count(*) as last30Days
    from error_occurrences where pattern in ${ids} and began_at >= ${now - 30 * DAY} group by pattern`.execute(
    db,
  );
  return new Map(rows.map(({ pattern, ...recent }) => [pattern, recent]));
}

async function versionsOf(
  db: Db,
  ids: RawBuilder<unknown>,
): Promise<ReadonlyMap<string, readonly ErrorVersion[]>> {
  const { rows } = await sql<{
    pattern: string;
    service: string | null;
    version: string | null;
    count: number;
    firstAt: number;
    lastAt: number;
  }>`select pattern, service, version, sum(count) as count, min(first_at) as firstAt, max(last_at) as lastAt
    from ${SEEN} where pattern in ${ids} group by pattern, service, version
    order by lastAt desc, service, version`.execute(db);
  const byPattern = Map.groupBy(rows, ({ pattern }) => pattern);
  const read = ({ pattern: _, service, version, ...seen }: (typeof rows)[number]): ErrorVersion => ({
    ...seen,
    ...present({ service: service ?? undefined, version: version ?? undefined }),
  });
  return new Map([...byPattern].map(([pattern, of]) => [pattern, of.map(read)]));
}

async function firingOf(db: Db, ids: RawBuilder<unknown>): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ pattern: string }>`
    select distinct pattern from error_occurrences where resolved_at is null and pattern in ${ids}`.execute(
    db,
  );
  return new Set(rows.map(({ pattern }) => pattern));
}

/** By what their episodes say, and by what incidents collected; the incident of the latest occurrence first. */
async function incidentsOf(
  db: Db,
  ids: RawBuilder<unknown>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await sql<{ pattern: string; incident: string }>`
    select pattern, incident, max(began_at) as at from (
      select pattern, incident, began_at from error_occurrences where pattern in ${ids} and incident is not null
      union all
      select o.pattern, l.incident, o.began_at from error_occurrences o
        join incident_links l on l.kind = 'alert' and l.subject = o.episode where o.pattern in ${ids})
    group by pattern, incident order by at desc, length(incident) desc, incident desc`.execute(db);
  const byPattern = Map.groupBy(rows, ({ pattern }) => pattern);
  return new Map([...byPattern].map(([pattern, of]) => [pattern, of.map(({ incident }) => incident)]));
}
