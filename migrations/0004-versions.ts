import { type Kysely, sql } from 'kysely';

/** `versions`: what the metrics showed of each service's versions, and the latest look that showed any. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw('create table versions (service text primary key, at integer not null, value text not null)')
    .execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql.raw('drop table versions').execute(db);
}
