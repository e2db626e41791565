import { type Kysely, sql } from 'kysely';

/** Values stand whole as JSON beside the columns that queries need; the domain's types say what is in them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `create table inbox (
      id integer primary key autoincrement, source text not null, dedupe_key text not null unique, event text not null,
      received_at integer not null, state text not null default 'pending', decided_at integer, problem text)`,
    `create index inbox_pending on inbox (id) where state = 'pending'`,
    `create table jobs (
      id integer primary key autoincrement, key text not null, lane text not null, due integer not null, priority integer not null,
      task text not null, state text not null default 'waiting', attempt integer not null default 0, lease_until integer,
      ended_at integer, problem text)`,
    `create unique index jobs_waiting on jobs (key) where state = 'waiting'`,
    `create index jobs_due on jobs (state, due)`,
    `create index jobs_lane on jobs (lane, state)`,
    `create table messages (
      key text primary key, channel text not null, only_to text, parent text, parent_ts text, priority integer not null,
      message text not null, revision integer not null, sent_revision integer not null default 0, since integer not null,
      not_before integer not null default 0, attempt integer not null default 0, posted_channel text, posted_ts text, problem text)`,
    `create index messages_pending on messages (priority, since) where revision > sent_revision`,
    `create index messages_place on messages (posted_channel, posted_ts)`,
    `create table uploads (snapshot text primary key, file text not null, ready integer not null, at integer not null)`,
    `create table alerts (
      id text primary key, source text not null, group_key text not null, service text, status text not null,
      started_at integer not null, resolved_at integer, value text not null)`,
    `create index alerts_group on alerts (source, group_key, started_at)`,
    `create index alerts_time on alerts (started_at)`,
    `create index alerts_open on alerts (service) where status = 'firing'`,
    `create table deploys (
      id text primary key, service text, started_at integer not null, watch text, value text not null)`,
    `create index deploys_service on deploys (service, started_at)`,
    `create index deploys_time on deploys (started_at)`,
    `create index deploys_watch on deploys (watch) where watch in ('waiting', 'watching')`,
    `create table unmatched (id integer primary key, at integer not null, value text not null)`,
    `create table snapshots (id text primary key, at integer not null, value text not null)`,
    `create table pictures (
      snapshot text primary key references snapshots (id) on delete cascade, png blob not null, width integer not null,
      height integer not null, alt text not null)`,
    `create table audit (
      id integer primary key autoincrement, at integer not null, by text not null, what text not null, subject text not null,
      detail text)`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  const tables = [
    'audit',
    'pictures',
    'snapshots',
    'unmatched',
    'deploys',
    'alerts',
    'uploads',
    'messages',
    'jobs',
    'inbox',
  ];
  for (const table of tables) await sql.raw(`drop table ${table}`).execute(db);
}
