import { sql } from 'kysely';
import type { Deploys } from '#app/ports.ts';
import type { Deploy } from '#domain/deploy.ts';
import { atOnce } from './at-once.ts';
import { renameVersions } from './error-versions.ts';
import type { Db } from './schema.ts';

export function deploysOf(db: Db): Deploys {
  const read = (row: { value: string }): Deploy => JSON.parse(row.value);
  return {
    async get(id) {
      const row = await db.selectFrom('deploys').select('value').where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : read(row);
    },
    async save(deploy) {
      const row = {
        id: deploy.id,
        service: deploy.service ?? null,
        started_at: deploy.startedAt,
        watch: deploy.watch?.state ?? null,
        value: JSON.stringify(deploy),
      };
      await atOnce(db, async (tx) => {
        await tx
          .insertInto('deploys')
          .values(row)
          .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
          .execute();
        if (deploy.service !== undefined) await renameVersions(tx, deploy.service, deploy.startedAt);
      });
    },
    async recent({ service, environment, version, before, limit }) {
      let query = db.selectFrom('deploys').select('value').orderBy('started_at', 'desc').limit(limit);
      if (service !== undefined) query = query.where('service', '=', service);
      if (before !== undefined) query = query.where('started_at', '<', before);
      if (environment !== undefined)
        query = query.where(sql`json_extract(value, '$.environment')`, '=', environment);
      if (version !== undefined) query = query.where(sql`json_extract(value, '$.version')`, '=', version);
      return (await query.execute()).map(read);
    },
    async during(range, services) {
      const query = db
        .selectFrom('deploys')
        .select('value')
        .where('started_at', '>=', range.from)
        .where('started_at', '<', range.to)
        .orderBy('started_at');
      const rows = await (services === undefined
        ? query
        : query.where('service', 'in', [...services])
      ).execute();
      return rows.map(read);
    },
    async latestByService() {
      // SQLite takes the other columns from the row that holds the maximum.
      const latest = db
        .selectFrom('deploys')
        .select(['service', 'value', sql<number>`max(started_at)`.as('latest')])
        .where('service', 'is not', null)
        .groupBy('service');
      const rows = [...(await latest.execute()), ...(await latest.where('watch', 'is not', null).execute())];
      return new Map(rows.map((row) => [row.service ?? '', read(row)]));
    },
    async judged({ service, since }) {
      const all = db
        .selectFrom('deploys')
        .where('started_at', '>=', since)
        .where(
          sql<boolean>`(value ->> '$.watch.verdict.verdict' = 'degraded' or (value ->> '$.watch.state' = 'done' and value ->> '$.watch.verdict' is not null))`,
        );
      const those = service === undefined ? all : all.where('service', '=', service);
      const { verdicts } = await those
        .select((is) => is.fn.countAll<number>().as('verdicts'))
        .executeTakeFirstOrThrow();
      const rows = await those
        .select('value')
        .where(sql<boolean>`coalesce(value ->> '$.answered', value ->> '$.expected') is not null`)
        .orderBy('started_at', 'desc')
        .execute();
      return { verdicts, answered: rows.map(read) };
    },
    async watched(service) {
      const query = db.selectFrom('deploys').select('value').where('watch', 'in', ['waiting', 'watching']);
      const rows = await (service === undefined ? query : query.where('service', '=', service)).execute();
      return rows.map(read);
    },
  };
}
