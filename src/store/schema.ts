import type { Generated, Kysely, Transaction } from 'kysely';

/** The tables as Kysely sees them. Times are epoch milliseconds, UTC; `value`, `event`, `task` and `message` hold JSON. */
export type Tables = {
  inbox: {
    id: Generated<number>;
    source: string;
    dedupe_key: string;
    event: string;
    received_at: number;
    state: Generated<'pending' | 'decided' | 'failed'>;
    decided_at: number | null;
    problem: string | null;
  };
  jobs: {
    id: Generated<number>;
    key: string;
    lane: string;
    due: number;
    priority: number;
    task: string;
    state: Generated<'waiting' | 'running' | 'done' | 'failed'>;
    attempt: Generated<number>;
    lease_until: number | null;
    ended_at: number | null;
    problem: string | null;
  };
  messages: {
    key: string;
    channel: string;
    only_to: string | null;
    parent: string | null;
    parent_ts: string | null;
    priority: number;
    message: string;
    revision: number;
    sent_revision: Generated<number>;
    since: number;
    not_before: Generated<number>;
    attempt: Generated<number>;
    posted_channel: string | null;
    posted_ts: string | null;
    sending_at: Generated<number | null>;
    has_picture: Generated<number>;
    problem: string | null;
  };
  uploads: { snapshot: string; file: string; ready: number; at: number };
  alerts: {
    id: string;
    source: string;
    group_key: string;
    service: string | null;
    status: string;
    started_at: number;
    resolved_at: number | null;
    value: string;
    channel: string;
    begun_at: number;
    umbrella: string | null;
  };
  umbrellas: { id: string; channel: string; last_at: number; value: string };
  deploys: { id: string; service: string | null; started_at: number; watch: string | null; value: string };
  flags: {
    id: string;
    flag: string;
    service: string | null;
    first_at: number;
    latest_at: number;
    watched: number;
    value: string;
  };
  /** `own_channel` is an id; `facets` holds JSON, or nothing before it was indexed or where it is not to be found by likeness. */
  incidents: {
    id: string;
    number: number;
    status: string;
    severity: string;
    declared_at: number;
    started_at: number;
    resolved_at: number | null;
    own_channel: string | null;
    value: string;
    facets: string | null;
  };
  incident_services: { incident: string; service: string; place: number };
  incident_links: { incident: string; kind: string; subject: string };
  /** `by` holds JSON, as all that names somebody. */
  timeline: {
    id: Generated<number>;
    incident: string;
    key: string;
    revision: number;
    kind: string;
    at: number;
    recorded_at: number;
    dropped: number;
    by: string | null;
    snapshot: string | null;
    value: string;
  };
  postmortems: {
    incident: string;
    revision: number;
    version: number;
    state: string;
    created_at: number;
    updated_at: number;
    approved_at: number | null;
    approved_by: string | null;
    detection_source: string | null;
    trigger_kind: string | null;
    trigger_reference: string | null;
    cause_category: string | null;
    started_at: number | null;
    detected_at: number | null;
    acknowledged_at: number | null;
    mitigated_at: number | null;
    resolved_at: number | null;
    value: string;
  };
  postmortem_texts: { incident: string; field: string; line: number; text: string };
  postmortem_links: { incident: string; kind: string; reference: string; revision: number };
  /** `due` is a day, `2026-12-01`. */
  action_items: {
    id: string;
    incident: string;
    place: number;
    title: string;
    kind: string;
    state: string;
    owner: string | null;
    due: string | null;
    url: string | null;
    created_at: number;
    closed_at: number | null;
    closed_by: string | null;
  };
  /** Full text; `rowid` is the incident's number. */
  incident_words: { rowid: number; title: string; body: string };
  /** `incident` is its number. */
  incident_facets: { kind: string; value: string; incident: number };
  /** `lease_until` is absent where nobody ever claimed it; `reported` and `handed_off` are 0 or 1. */
  agent_tasks: {
    number: number;
    id: string;
    subject: string;
    service: string | null;
    created_at: number;
    expires_at: number;
    lease_until: number | null;
    handed_off: number;
    reported: number;
    value: string;
  };
  /** `folded_to`: of what was first heard of before, all is counted in `total`, and what has no row of its own in the tallies. */
  error_patterns: {
    id: string;
    source: 'alerts';
    name: string;
    template: string | null;
    example: string | null;
    first_at: number;
    last_at: number;
    total: number;
    folded_to: Generated<number>;
  };
  error_occurrences: {
    episode: string;
    pattern: string;
    service: string | null;
    version: string | null;
    began_at: number;
    begun_at: number;
    last_at: number;
    resolved_at: number | null;
    flaps: number;
    incident: string | null;
  };
  /** `service` and `version` are empty where they are not known. */
  error_tallies: {
    id: Generated<number>;
    pattern: string;
    service: string;
    version: string;
    count: number;
    first_at: number;
    last_at: number;
  };
  error_backlog: { episode: string };
  /** `scope` is an owner, or empty for all services; `value` holds JSON. */
  digests: { id: string; scope: string; due: number; value: string };
  digest_schedules: { scope: string; seen_to: number };
  /** `by` holds JSON. */
  recovery_plans: {
    id: Generated<number>;
    service: string;
    slo: string;
    at: number;
    text: string;
    by: string;
  };
  versions: { service: string; at: number; value: string };
  unmatched: { id: number; at: number; value: string };
  snapshots: { id: string; at: number; value: string };
  pictures: { snapshot: string; png: Uint8Array; width: number; height: number; alt: string };
  audit: {
    id: Generated<number>;
    at: number;
    by: string;
    what: string;
    subject: string;
    detail: string | null;
  };
  /** `asked_from` in epoch milliseconds; `colour` and `notes` hold JSON. */
  slis: {
    id: Generated<number>;
    key: string;
    asked_from: number | null;
    colour: string | null;
    basis: string | null;
  };
  /** Running totals; `at`, `lost` and `observed` in seconds. */
  counts: {
    sli: number;
    at: number;
    bad: number;
    total: number;
    lost: number;
    observed: number;
    assumed: number;
  };
};

/** The database, or a transaction on it: every store works with either. */
export type Db = Kysely<Tables> | Transaction<Tables>;
