import { type Selectable, sql } from 'kysely';
import type { Audit, AuditEntry, Snapshots, Unmatched, Uploads } from '#app/ports.ts';
import type { Db, Tables } from './schema.ts';

export function uploadsOf(db: Db): Uploads {
  return {
    async find(snapshot) {
      const row = await db
        .selectFrom('uploads')
        .selectAll()
        .where('snapshot', '=', snapshot)
        .executeTakeFirst();
      return row === undefined ? undefined : { file: row.file, ready: row.ready === 1 };
    },
    async record(snapshot, file, ready, at) {
      const row = { snapshot, file, ready: ready ? 1 : 0, at };
      await db
        .insertInto('uploads')
        .values(row)
        .onConflict((conflict) => conflict.column('snapshot').doUpdateSet(row))
        .execute();
    },
    async forget(snapshot) {
      await db.deleteFrom('uploads').where('snapshot', '=', snapshot).execute();
    },
  };
}

export function snapshotsOf(db: Db): Snapshots {
  return {
    async save({ id, at, drawing }, picture) {
      const row = { id, at, value: JSON.stringify(drawing) };
      await db
        .insertInto('snapshots')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
      if (picture === undefined) return;
      const kept = await db.selectFrom('snapshots').select('value').where('id', '=', id).executeTakeFirst();
      if (kept?.value !== row.value) return;
      const { png, width, height, alt } = picture;
      const image = { snapshot: id, png, width, height, alt };
      await db
        .insertInto('pictures')
        .values(image)
        .onConflict((conflict) => conflict.column('snapshot').doNothing())
        .execute();
    },
    async get(id) {
      const row = await db.selectFrom('snapshots').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : { id: row.id, at: row.at, drawing: JSON.parse(row.value) };
    },
    async picture(id) {
      return db.selectFrom('pictures').selectAll().where('snapshot', '=', id).executeTakeFirst();
    },
  };
}

export function unmatchedOf(db: Db): Unmatched {
  return {
    async add(item) {
      await db
        .insertInto('unmatched')
        .values({ id: item.id, at: item.at, value: JSON.stringify(item) })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
    },
    async list(limit) {
      const rows = await db
        .selectFrom('unmatched')
        .select('value')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ value }) => JSON.parse(value));
    },
  };
}

export function auditOf(db: Db): Audit {
  return {
    async record({ at, by, what, subject, detail }) {
      await db
        .insertInto('audit')
        .values({ at, by: JSON.stringify(by), what, subject, detail: detail ?? null })
        .execute();
    },
    async list(limit) {
      const rows = await db.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(limit).execute();
      return rows.map(entryOf);
    },
    async page({ limit, before, since, subject, by }) {
      let query = db.selectFrom('audit').selectAll();
      if (before !== undefined) query = query.where('id', '<', before);
      if (since !== undefined) query = query.where('at', '>=', since);
      if (subject !== undefined) query = query.where('subject', '=', subject);
      if (by !== undefined)
        query = query.where(sql<string>`coalesce(by ->> '$.user', by ->> '$.name')`, '=', by);
      const rows = await query.orderBy('id', 'desc').limit(limit).execute();
      return rows.map((row) => ({ ...entryOf(row), number: row.id }));
    },
  };
}

function entryOf({ at, by, what, subject, detail }: Selectable<Tables['audit']>): AuditEntry {
  return { at, by: JSON.parse(by), what, subject, ...(detail === null ? {} : { detail }) };
}
