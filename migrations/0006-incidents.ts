import { type Kysely, sql } from 'kysely';

/**
 * `incidents`: `facets` is what they are compared by, as JSON, once they were indexed. `incident_links`: the alerts, deploys and rollouts that belong to one.
 * `timeline` is only ever appended to: every revision of every entry stays. `postmortems`: a row for each revision, what is chosen in columns of its own;
 * `postmortem_texts`, `postmortem_links` and `action_items` are rows of the newest one, a list's lines each for itself; a link's `revision` is the last that named it.
 * `incident_words` is the full text, its rowid the incident's number: a title counts for five times as much as all else. `incident_facets` finds by what is shared.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `create table incidents (
      id text primary key, number integer not null unique, status text not null, severity text not null, declared_at integer not null,
      started_at integer not null, resolved_at integer, own_channel text, value text not null, facets text)`,
    `create index incidents_open on incidents (number) where status <> 'resolved'`,
    `create index incidents_resolved on incidents (resolved_at)`,
    `create index incidents_own on incidents (own_channel) where own_channel is not null`,
    `create table incident_services (
      incident text not null, service text not null, place integer not null, primary key (incident, service)) without rowid`,
    `create index incident_services_service on incident_services (service)`,
    `create table incident_links (
      incident text not null, kind text not null, subject text not null, primary key (incident, kind, subject)) without rowid`,
    `create index incident_links_subject on incident_links (kind, subject)`,
    `create table timeline (
      id integer primary key autoincrement, incident text not null, key text not null, revision integer not null, kind text not null,
      at integer not null, recorded_at integer not null, dropped integer not null, by text, snapshot text, value text not null,
      unique (incident, key, revision))`,
    `create index timeline_kind on timeline (incident, kind)`,
    `create index timeline_snapshot on timeline (snapshot) where snapshot is not null`,
    `create table postmortems (
      incident text not null, revision integer not null, version integer not null, state text not null, created_at integer not null,
      updated_at integer not null, approved_at integer, approved_by text, detection_source text, trigger_kind text,
      trigger_reference text, cause_category text, started_at integer, detected_at integer, acknowledged_at integer,
      mitigated_at integer, resolved_at integer, value text not null, primary key (incident, revision))`,
    `create table postmortem_texts (
      incident text not null, field text not null, line integer not null, text text not null,
      primary key (incident, field, line)) without rowid`,
    `create table postmortem_links (
      incident text not null, kind text not null, reference text not null, revision integer not null,
      primary key (incident, kind, reference)) without rowid`,
    `create index postmortem_links_reference on postmortem_links (kind, reference)`,
    `create table action_items (
      id text primary key, incident text not null, place integer not null, title text not null, kind text not null,
      state text not null, owner text, due text, url text, created_at integer not null, closed_at integer, closed_by text)`,
    `create index action_items_incident on action_items (incident)`,
    `create index action_items_open on action_items (due) where state = 'open'`,
    `create virtual table incident_words using fts5 (title, body, tokenize = 'porter unicode61 remove_diacritics 2', prefix = '3')`,
    `insert into incident_words (incident_words, rank) values ('rank', 'bm25(5.0, 1.0)')`,
    `create table incident_facets (
      kind text not null, value text not null, incident integer not null, primary key (kind, value, incident)) without rowid`,
    `create index incident_facets_incident on incident_facets (incident)`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  const tables = [
    ...['incident_facets', 'incident_words', 'action_items', 'postmortem_links', 'postmortem_texts'],
    ...['postmortems', 'timeline', 'incident_links', 'incident_services', 'incidents'],
  ];
  for (const table of tables) await sql.raw(`drop table ${table}`).execute(db);
}
