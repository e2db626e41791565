import { sql } from 'kysely';
import type { Timelines } from '#app/incident-ports.ts';
import type { EntryRevision, TimelineEntry } from '#domain/incident/timeline.ts';
import { atOnce } from './at-once.ts';
import type { Db } from './schema.ts';

type Row = { value: string; revision: number; dropped: number; recorded_at: number; by: string | null };

export function timelinesOf(db: Db): Timelines {
  const revisions = (incident: string, key: string) =>
    db
      .selectFrom('timeline')
      .select(['value', 'revision', 'dropped', 'recorded_at', 'by'])
      .where('incident', '=', incident)
      .where('key', '=', key);
  return {
    async add(incident, entries, at) {
      let added = 0;
      await atOnce(db, async (tx) => {
        for (const entry of entries) {
          const { numInsertedOrUpdatedRows = 0n } = await tx
            .insertInto('timeline')
            .values(rowOf(incident, { entry, revision: 1, dropped: false, recordedAt: at }))
            .onConflict((conflict) => conflict.columns(['incident', 'key', 'revision']).doNothing())
            .executeTakeFirstOrThrow();
          added += Number(numInsertedOrUpdatedRows);
        }
      });
      return added;
    },
    async revise(incident, revision) {
      await db.insertInto('timeline').values(rowOf(incident, revision)).execute();
    },
    async list(incident, limit = -1) {
      const { rows } = await sql<{ value: string }>`
        select value from (${standing(incident)}) order by at desc, first desc limit ${limit}`.execute(db);
      return rows.reverse().map(({ value }): TimelineEntry => JSON.parse(value));
    },
    async latest(incident, kind) {
      const { rows } = await sql<{ value: string }>`
        select value from (${standing(incident)} and t.kind = ${kind}) order by at desc, first desc limit 1`.execute(
        db,
      );
      return rows[0] === undefined ? undefined : JSON.parse(rows[0].value);
    },
    async count(incident) {
      const { rows } = await sql<{ entries: number }>`
        select count(*) as entries from (${standing(incident)})`.execute(db);
      return rows[0]?.entries ?? 0;
    },
    async find(incident, key) {
      const row = await revisions(incident, key).orderBy('revision', 'desc').limit(1).executeTakeFirst();
      return row === undefined ? undefined : read(row);
    },
    async history(incident, key) {
      return (await revisions(incident, key).orderBy('revision').execute()).map(read);
    },
  };
}

/** The newest revision of each entry that is not dropped, and by `first` when it was first recorded. */
function standing(incident: string) {
  return sql`
    select t.value, t.at, (select f.id from timeline f where f.incident = t.incident and f.key = t.key order by f.revision limit 1) as first
    from timeline t
    where t.incident = ${incident} and t.dropped = 0 and not exists (
      select 1 from timeline later where later.incident = t.incident and later.key = t.key and later.revision > t.revision)`;
}

function rowOf(incident: string, { entry, revision, dropped, recordedAt, by }: EntryRevision) {
  const { key, kind, at, reference } = entry;
  return {
    ...{ incident, key, revision, kind, at, recorded_at: recordedAt, dropped: dropped ? 1 : 0 },
    by: by === undefined ? null : JSON.stringify(by),
    snapshot: reference?.kind === 'snapshot' ? reference.id : null,
    value: JSON.stringify(entry),
  };
}

function read({ value, revision, dropped, recorded_at, by }: Row): EntryRevision {
  return {
    ...{ entry: JSON.parse(value), revision, dropped: dropped === 1, recordedAt: recorded_at },
    ...(by === null ? {} : { by: JSON.parse(by) }),
  };
}
