import { type RawBuilder, sql } from 'kysely';
import type { Incident } from '#domain/incident/incident.ts';
import type { Db } from './schema.ts';

/** Whose root begins with what, and under which kind incidents are linked to it. */
const LINKED: ReadonlyMap<string, string> = new Map([
  ['alert', 'alert'],
  ['deploy', 'deploy'],
  ['flag', 'rollout'],
]);

/**
 * The incident that is meant at a place in Slack: the one that the thread's message is of, else whose own channel it is, else to which the alert, storm, deploy or
 * rollout of the thread belongs. Outside of any thread it is the only open one with its root in that channel. Of several it is an open one, then the newest.
 */
export async function incidentAt(
  db: Db,
  { channel, thread }: { channel: string; thread?: string },
): Promise<Incident | undefined> {
  const keys = thread === undefined ? [] : await keysAt(db, channel, thread);
  const named = keys.map((key) => /^incident:([^:]+)/.exec(key)?.[1]).find((id) => id !== undefined);
  if (named !== undefined) return first(db, sql`id = ${named}`);
  const own = await first(db, sql`own_channel = ${channel}`);
  if (own !== undefined) return own;
  if (thread === undefined) return loneIn(db, channel);
  const root = keys.at(-1);
  return root === undefined ? undefined : linkedTo(db, root);
}

/** The key of our message at a place, and of those above it, the root last. */
async function keysAt(db: Db, channel: string, ts: string): Promise<readonly string[]> {
  const { rows } = await sql<{ key: string }>`
    with recursive above (key, parent, height) as (
      select key, parent, 0 from messages where posted_channel = ${channel} and posted_ts = ${ts}
      union all
      select up.key, up.parent, height + 1 from above join messages up on up.key = above.parent where height < 10)
    select key from above order by height`.execute(db);
  return rows.map(({ key }) => key);
}

async function loneIn(db: Db, channel: string): Promise<Incident | undefined> {
  const { rows } = await sql<{ value: string }>`
    select i.value from incidents i join messages m on m.key = 'incident:' || i.id
    where i.status <> 'resolved' and m.posted_channel = ${channel} limit 2`.execute(db);
  const [only, another] = rows;
  return only === undefined || another !== undefined ? undefined : JSON.parse(only.value);
}

async function linkedTo(db: Db, root: string): Promise<Incident | undefined> {
  const [kind = '', ...rest] = root.split(':');
  const id = rest.join(':');
  if (kind === 'umbrella')
    return first(
      db,
      sql`id in (select l.incident from alerts a join incident_links l on l.kind = 'alert' and l.subject = a.id
        where a.umbrella = ${id})`,
    );
  const linked = LINKED.get(kind);
  if (linked === undefined) return undefined;
  return first(
    db,
    sql`id in (select incident from incident_links where kind = ${linked} and subject = ${id})`,
  );
}

async function first(db: Db, condition: RawBuilder<unknown>): Promise<Incident | undefined> {
  const { rows } = await sql<{ value: string }>`
    select value from incidents where ${condition} order by status = 'resolved', number desc limit 1`.execute(
    db,
  );
  return rows[0] === undefined ? undefined : JSON.parse(rows[0].value);
}
