import type { Umbrellas } from '#app/ports.ts';
import type { Umbrella } from '#domain/umbrella.ts';
import type { Db } from './schema.ts';

export function umbrellasOf(db: Db): Umbrellas {
  const read = (row: { value: string } | undefined): Umbrella | undefined =>
    row === undefined ? undefined : JSON.parse(row.value);
  return {
    async get(id) {
      return read(await db.selectFrom('umbrellas').select('value').where('id', '=', id).executeTakeFirst());
    },
    async save(umbrella) {
      const { id, channel, lastAt } = umbrella;
      const row = { id, channel, last_at: lastAt, value: JSON.stringify(umbrella) };
      await db
        .insertInto('umbrellas')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
        .execute();
    },
    async latestIn(channel) {
      const row = await db
        .selectFrom('umbrellas')
        .select('value')
        .where('channel', '=', channel)
        .orderBy('last_at', 'desc')
        .limit(1)
        .executeTakeFirst();
      return read(row);
    },
  };
}
