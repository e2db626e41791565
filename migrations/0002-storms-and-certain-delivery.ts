import { type Kysely, sql } from 'kysely';

/**
 * `has_picture`: its upload has to be waited for. `sending_at`: a post was begun, and what came of it is not known yet. `umbrella`: the storm that an alert group is told
 * in.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `alter table messages add column sending_at integer`,
    `alter table messages add column has_picture integer not null default 0`,
    `update messages set has_picture = json_extract(message, '$.picture') is not null`,
    `alter table alerts add column channel text not null default ''`,
    `alter table alerts add column begun_at integer not null default 0`,
    `alter table alerts add column umbrella text`,
    // When an old episode was first and last heard of was not kept; when it began is the closest that is known.
    `update alerts set channel = coalesce(json_extract(value, '$.channel'), ''), begun_at = started_at,
      value = json_set(value, '$.begunAt', started_at, '$.heardAt', started_at)`,
    `create index alerts_begun on alerts (channel, begun_at)`,
    `create index alerts_umbrella on alerts (umbrella) where umbrella is not null`,
    `create table umbrellas (
      id text primary key, channel text not null, last_at integer not null, value text not null)`,
    `create index umbrellas_channel on umbrellas (channel, last_at)`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  const statements = [
    'drop table umbrellas',
    'drop index alerts_umbrella',
    'drop index alerts_begun',
    'alter table alerts drop column umbrella',
    'alter table alerts drop column begun_at',
    'alter table alerts drop column channel',
    'alter table messages drop column has_picture',
    'alter table messages drop column sending_at',
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
