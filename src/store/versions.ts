import type { Versions } from '#app/ports.ts';
import type { Sightings } from '#domain/sighting.ts';
import type { Db } from './schema.ts';

export function versionsOf(db: Db): Versions {
  return {
    async all() {
      const rows = await db.selectFrom('versions').select('value').execute();
      const read = ({ value }: { value: string }): Sightings => JSON.parse(value);
      return new Map(rows.map(read).map((seen) => [seen.service, seen]));
    },
    async save(sightings) {
      if (sightings.length === 0) return;
      const rows = sightings.map((seen) => ({
        service: seen.service,
        at: seen.at,
        value: JSON.stringify(seen),
      }));
      await db
        .insertInto('versions')
        .values(rows)
        .onConflict((conflict) =>
          conflict.column('service').doUpdateSet((excluded) => ({
            at: excluded.ref('excluded.at'),
            value: excluded.ref('excluded.value'),
          })),
        )
        .execute();
    },
  };
}
