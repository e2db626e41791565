import { type Kysely, sql } from 'kysely';

/** `agent_tasks`: `subject` names what a task is about, one task each; the state follows from the columns and the clock, so it is not kept. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `create table agent_tasks (
      number integer primary key, id text not null unique, subject text not null unique, service text, created_at integer not null,
      expires_at integer not null, lease_until integer, handed_off integer not null, reported integer not null, value text not null)`,
    `create index agent_tasks_service on agent_tasks (service, number)`,
    `create index agent_tasks_unreported on agent_tasks (expires_at) where reported = 0`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql.raw('drop table agent_tasks').execute(db);
}
