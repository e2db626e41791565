import { type Kysely, sql } from 'kysely';

/**
 * `slis`: what is counted, by a key that holds service, name and definition. `counts`: running totals at the end of each kept step, so that any stretch
 * is the difference of two rows; whole numbers are stored in as few bytes as they need.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `create table slis (id integer primary key, key text not null unique, asked_from integer, colour text, basis text)`,
    `create table counts (
      sli integer not null, at integer not null, bad not null, total not null, lost not null, observed not null, assumed not null,
      primary key (sli, at)) without rowid`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const statement of ['drop table counts', 'drop table slis']) await sql.raw(statement).execute(db);
}
