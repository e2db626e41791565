import { sql } from 'kysely';
import type { Digests, KeptDigest } from '#app/ports.ts';
import type { Db } from './schema.ts';

/** What digests of all services are kept under; an owner’s name cannot be empty. */
const ALL = '';

export function digestsOf(db: Db): Digests {
  const get = async (id: string): Promise<KeptDigest | undefined> => {
    const row = await db.selectFrom('digests').select('value').where('id', '=', id).executeTakeFirst();
    return row === undefined ? undefined : JSON.parse(row.value);
  };
  return {
    get,
    async save(digest) {
      const { id, due, answer } = digest;
      await db
        .insertInto('digests')
        .values({ id, scope: answer.owner ?? ALL, due, value: JSON.stringify(digest) })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
      return (await get(id)) ?? digest;
    },
    async recent({ owner, limit }) {
      return db
        .selectFrom('digests')
        .select(['id', 'due'])
        .where('scope', '=', owner ?? ALL)
        .orderBy('due', 'desc')
        .limit(limit)
        .execute();
    },
    async seenTo(scope) {
      const row = await db
        .selectFrom('digest_schedules')
        .select('seen_to')
        .where('scope', '=', scope)
        .executeTakeFirst();
      return row?.seen_to;
    },
    async saveSeenTo(scope, at) {
      await db
        .insertInto('digest_schedules')
        .values({ scope, seen_to: at })
        .onConflict((conflict) => conflict.column('scope').doUpdateSet({ seen_to: at }))
        .execute();
    },
    async plans(since) {
      const rows = await db
        .selectFrom('recovery_plans as p')
        .selectAll()
        .where('at', '>=', since)
        .where(
          sql<boolean>`p.id = (select id from recovery_plans l where l.service = p.service and l.slo = p.slo order by at desc, id desc limit 1)`,
        )
        .orderBy('at')
        .execute();
      return rows.map(({ id: _, by, ...plan }) => ({ ...plan, by: JSON.parse(by) }));
    },
    async savePlan({ by, ...plan }) {
      await db
        .insertInto('recovery_plans')
        .values({ ...plan, by: JSON.stringify(by) })
        .execute();
    },
  };
}
