import { sql } from 'kysely';
import type { Flags } from '#app/ports.ts';
import type { Rollout } from '#domain/flag.ts';
import { within } from '#domain/time.ts';
import type { Db } from './schema.ts';

export function flagsOf(db: Db): Flags {
  const read = (row: { value: string }): Rollout => JSON.parse(row.value);
  return {
    async get(id) {
      const row = await db.selectFrom('flags').select('value').where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : read(row);
    },
    async save(rollout) {
      const times = rollout.steps.map(({ at }) => at);
      const row = {
        id: rollout.id,
        flag: rollout.flag,
        service: rollout.service ?? null,
        first_at: Math.min(...times),
        latest_at: Math.max(...times),
        watched: rollout.steps.some(({ watch }) => watch?.state === 'watching') ? 1 : 0,
        value: JSON.stringify(rollout),
      };
      await db
        .insertInto('flags')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
        .execute();
    },
    async recent({ flag, service, before, limit }) {
      let query = db
        .selectFrom('flags')
        .select('value')
        .orderBy('latest_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit);
      if (flag !== undefined) query = query.where('flag', '=', flag);
      if (service !== undefined) query = query.where('service', '=', service);
      if (before !== undefined)
        query = query.where(sql<boolean>`(latest_at, id) < (${before.at}, ${before.id})`);
      return (await query.execute()).map(read);
    },
    async watched() {
      const rows = await db.selectFrom('flags').select('value').where('watched', '=', 1).execute();
      return rows.map(read);
    },
    async during(range, services) {
      const query = db
        .selectFrom('flags')
        .select('value')
        .where('latest_at', '>=', range.from)
        .where('first_at', '<', range.to)
        .orderBy('latest_at');
      const rows = await (services === undefined
        ? query
        : query.where('service', 'in', [...services])
      ).execute();
      return rows.map(read).filter(({ steps }) => steps.some(({ at }) => within(range, at)));
    },
  };
}
