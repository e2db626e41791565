import { type Kysely, sql } from 'kysely';

/**
 * `error_occurrences`: an alert's episode each, `last_at` being when it last fired anew. `error_tallies`: what old ones amount to, '' where service or version was not known;
 * `folded_to` of a pattern: what was first heard of before is counted, whether its row is still there or not. `error_backlog`: episodes that are still to be recorded. They
 * are so when the database is next opened, by the same code as new ones: a signature needs the domain, whose rules a migration would freeze.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `create table error_patterns (
      id text primary key, source text not null, name text not null, template text, example text, first_at integer not null,
      last_at integer not null, total integer not null, folded_to integer not null default 0)`,
    `create index error_patterns_last on error_patterns (last_at, id)`,
    `create table error_occurrences (
      episode text primary key, pattern text not null, service text, version text, began_at integer not null, begun_at integer not null,
      last_at integer not null, resolved_at integer, flaps integer not null, incident text)`,
    `create index error_occurrences_pattern on error_occurrences (pattern, began_at)`,
    `create index error_occurrences_of on error_occurrences (pattern, service, version)`,
    `create index error_occurrences_service on error_occurrences (service, began_at)`,
    `create index error_occurrences_open on error_occurrences (pattern) where resolved_at is null`,
    `create table error_tallies (
      id integer primary key, pattern text not null, service text not null, version text not null, count integer not null,
      first_at integer not null, last_at integer not null, unique (pattern, service, version))`,
    `create table error_backlog (episode text primary key) without rowid`,
    `insert into error_backlog select id from alerts`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ['error_backlog', 'error_tallies', 'error_occurrences', 'error_patterns'])
    await sql.raw(`drop table ${table}`).execute(db);
}
