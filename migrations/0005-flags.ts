import { type Kysely, sql } from 'kysely';

/** `flags`: rollouts of feature flags; `first_at` and `latest_at` are when their first and their latest step were made. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    'create table flags (id text primary key, flag text not null, service text, first_at integer not null, latest_at integer not null, watched integer not null, value text not null)',
    'create index flags_by_flag on flags (flag, latest_at)',
    'create index flags_by_service on flags (service, latest_at)',
    'create index flags_watched on flags (watched) where watched = 1',
    'create index flags_by_time on flags (latest_at)',
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql.raw('drop table flags').execute(db);
}
