import { type Kysely, sql } from 'kysely';

/**
 * `digests`: what was told, by scope and local day. `digest_schedules`: up to when each scope's schedule was looked at, so that nothing is due twice. `recovery_plans`: all that were ever written, the last one of a budget counts.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `create table digests (id text primary key, scope text not null, due integer not null, value text not null)`,
    `create index digests_scope on digests (scope, due)`,
    `create table digest_schedules (scope text primary key, seen_to integer not null) without rowid`,
    `create table recovery_plans (
      id integer primary key, service text not null, slo text not null, at integer not null, text text not null, by text not null)`,
    `create index recovery_plans_budget on recovery_plans (service, slo, at)`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ['recovery_plans', 'digest_schedules', 'digests'])
    await sql.raw(`drop table ${table}`).execute(db);
}
