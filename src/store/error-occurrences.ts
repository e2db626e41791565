import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { AlertEpisode } from '#domain/alert.ts';
import { type ErrorSignature, exampleOf, keyOf, signatureOf } from '#domain/error-pattern.ts';
import { present } from '#domain/optional.ts';
import { versionAt } from './error-versions.ts';
import type { Db } from './schema.ts';

/** Without vowels, and what is easily misread: no word comes of it. */
const ALPHABET = '23456789bcdfghjkmnpqrstvwxz';

/** Characters of an id beside its beginning: that two of ten thousand patterns share one is less likely than one in a million. */
const ID_LENGTH = 10;

/** Episodes of the backlog that are recorded in one transaction. */
const AT_ONCE = 500;

/**
 * Records that an error occurred, in the transaction in which its episode is saved. An episode is one occurrence for good, of the pattern that its first words gave it: what
 * is told of it later changes when it was resolved, how often it came back, and its incident. Saved again without news, nothing is written.
 */
export async function recordOccurrence(db: Db, episode: AlertEpisode): Promise<void> {
  const known = await db
    .selectFrom('error_occurrences')
    .selectAll()
    .where('episode', '=', episode.id)
    .executeTakeFirst();
  if (known === undefined) return begin(db, episode);
  const { resolved_at, flaps, incident } = changing(episode);
  const isNews = known.resolved_at !== resolved_at || known.flaps !== flaps || known.incident !== incident;
  if (!isNews) return;
  const last_at = flaps > known.flaps ? Math.max(known.last_at, episode.heardAt) : known.last_at;
  await db
    .updateTable('error_occurrences')
    .set({ resolved_at, flaps, incident, last_at })
    .where('episode', '=', episode.id)
    .execute();
  await db
    .updateTable('error_patterns')
    .set({ last_at })
    .where('id', '=', known.pattern)
    .where('last_at', '<', last_at)
    .execute();
}

/** Records the episodes of which nobody did so yet, some at a time; whoever is killed goes on from there. Tells how many. */
export async function recordBacklog(db: Db): Promise<number> {
  for (let recorded = 0; ; ) {
    const some = await db.transaction().execute((tx) => recordSome(tx));
    recorded += some;
    if (some < AT_ONCE) return recorded;
  }
}

/** The id of a pattern follows from its signature alone. */
export function patternIdOf(signature: ErrorSignature): string {
  const digest = createHash('sha256').update(keyOf(signature)).digest();
  const letters = [...digest.subarray(0, ID_LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]);
  return `ep_${letters.join('')}`;
}

async function recordSome(db: Db): Promise<number> {
  const rows = await db
    .selectFrom('error_backlog')
    .leftJoin('alerts', 'alerts.id', 'error_backlog.episode')
    .select(['error_backlog.episode', 'value', 'service', 'status', 'started_at', 'begun_at', 'resolved_at'])
    .orderBy('error_backlog.episode')
    .limit(AT_ONCE)
    .execute();
  for (const { episode: id, value, service, started_at, begun_at, resolved_at, status } of rows) {
    // What the columns say was kept in every version; an old value may lack it.
    if (value === null) continue;
    await recordOccurrence(db, {
      ...{ heardAt: begun_at, flaps: 0, ...JSON.parse(value) },
      ...{ id, startedAt: started_at, begunAt: begun_at, status },
      ...present({ service: service ?? undefined, resolvedAt: resolved_at ?? undefined }),
    });
  }
  await sql`delete from error_backlog where episode in (
    select value from json_each(${JSON.stringify(rows.map(({ episode }) => episode))}))`.execute(db);
  return rows.length;
}

async function begin(db: Db, episode: AlertEpisode): Promise<void> {
  const { id, service = null, startedAt, begunAt } = episode;
  const signature = signatureOf(episode);
  const { source, name, template = null } = signature;
  const pattern = patternIdOf(signature);
  if (await isCounted(db, pattern, begunAt)) return;
  // A sender's clock may be ahead: nothing began after it was heard of.
  const at = Math.min(startedAt, begunAt);
  const seen = { source, name, template, example: exampleOf(episode) ?? null, first_at: at, last_at: at };
  await db
    .insertInto('error_patterns')
    .values({ id: pattern, ...seen, total: 1 })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({
        total: sql`error_patterns.total + 1`,
        first_at: sql`min(error_patterns.first_at, excluded.first_at)`,
        last_at: sql`max(error_patterns.last_at, excluded.last_at)`,
        example: sql`iif(excluded.last_at >= error_patterns.last_at, excluded.example, error_patterns.example)`,
      }),
    )
    .execute();
  await db
    .insertInto('error_occurrences')
    .values({
      ...{ episode: id, pattern, service, began_at: at, begun_at: begunAt, last_at: at },
      version: versionAt(sql`${service}`, sql`${at}`),
      ...changing(episode),
    })
    .execute();
}

/** Whether the occurrence of an episode that was first heard of then was counted, and its row folded into the tallies. */
async function isCounted(db: Db, pattern: string, begunAt: number): Promise<boolean> {
  const row = await db
    .selectFrom('error_patterns')
    .select('folded_to')
    .where('id', '=', pattern)
    .executeTakeFirst();
  return row !== undefined && begunAt < row.folded_to;
}

function changing({ status, resolvedAt, heardAt, flaps, incident }: AlertEpisode) {
  const resolved_at = status === 'resolved' ? (resolvedAt ?? heardAt) : null;
  return { resolved_at, flaps, incident: incident ?? null };
}
