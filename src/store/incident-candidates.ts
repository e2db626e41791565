import { sql } from 'kysely';
import { type Candidate, type Facets, weightsFor } from '#domain/incident/similar.ts';
import { tellingWords } from '#domain/incident/words.ts';
import type { Db } from './schema.ts';
import { anyOf } from './words-query.ts';

/** Words that are looked up, and the rarest of them by which incidents are found. */
const WORDS_ASKED = 40;
const WORDS_USED = 12;

type Kind = 'alert' | 'service' | 'label' | 'trigger';
type Value = readonly [kind: Kind, value: string];

/** Facets as rows by which incidents are found. */
export function valuesOf({ services, alerts, labels, trigger }: Facets): readonly Value[] {
  return [
    ...services.map((name): Value => ['service', name]),
    ...alerts.map((name): Value => ['alert', name]),
    ...Object.entries(labels).map(([name, value]): Value => ['label', `${name}=${value}`]),
    ...(trigger?.subject === undefined ? [] : [['trigger', `${trigger.kind} ${trigger.subject}`] as Value]),
  ];
}

/**
 * The incidents worth comparing with these facets: the best by what they share, weighed roughly as `rankSimilar` does it, and by the rarest words. What more than a
 * third of all incidents have is used only where there is nothing else: it would find nearly all of them, and tells none apart.
 */
export async function candidatesFor(
  db: Db,
  facets: Facets,
  limit: number,
  except: string | undefined,
): Promise<readonly Candidate[]> {
  const { all } = await db
    .selectFrom('incidents')
    .select((is) => is.fn.countAll<number>().as('all'))
    .executeTakeFirstOrThrow();
  const weights = weightsFor(facets);
  const sharing = await bySharing(db, await weighed(db, facets, all), 4 * limit);
  const numbers = sharing.map(([number]) => number);
  const ranks = await byWords(db, facets.text, all, 4 * limit, numbers);
  const scores = new Map(sharing);
  for (const [number, rank] of ranks) scores.set(number, (scores.get(number) ?? 0) + weights.text * rank);
  const best = [...scores].toSorted(([a, x], [b, y]) => y - x || b - a).map(([number]) => number);
  // One more than wanted: the excepted one may be among them.
  const { rows } = await sql<{ id: string; number: number; started_at: number; facets: string }>`
    select id, number, started_at, facets from incidents
    where number in (select value from json_each(${JSON.stringify(best.slice(0, limit + 1))}))
      and facets is not null and id is not ${except ?? null}
    order by number desc`.execute(db);
  return rows
    .toSorted((a, b) => best.indexOf(a.number) - best.indexOf(b.number))
    .slice(0, limit)
    .map(({ id, number, started_at, facets: kept }) => ({
      incident: id,
      at: started_at,
      facets: JSON.parse(kept),
      textRank: ranks.get(number) ?? 0,
    }));
}

type Weighed = readonly [...Value, weight: number];

/** The values that are worth looking for, each with what it adds; labels by their rarity. */
async function weighed(db: Db, facets: Facets, all: number): Promise<readonly Weighed[]> {
  const { rows } = await sql<{ kind: Kind; value: string; held: number }>`
    select value ->> 0 as kind, value ->> 1 as value,
      (select count(*) from incident_facets f where f.kind = wanted.value ->> 0 and f.value = wanted.value ->> 1) as held
    from json_each(${JSON.stringify(valuesOf(facets))}) wanted`.execute(db);
  const held = rows.filter((row) => row.held > 0);
  const telling = held.filter((row) => row.held <= all / 3);
  const weights = weightsFor(facets);
  const rarity = (row: { held: number }) => Math.log((all + 2) / (row.held + 1));
  const labels = rows.filter(({ kind }) => kind === 'label').reduce((sum, row) => sum + rarity(row), 0);
  return (telling.length > 0 ? telling : held).map((row): Weighed => {
    if (row.kind === 'label') return ['label', row.value, (weights.labels * rarity(row)) / labels];
    const count = { alert: facets.alerts.length, service: facets.services.length, trigger: 1 }[row.kind];
    return [row.kind, row.value, weights[row.kind] / count];
  });
}

async function bySharing(
  db: Db,
  wanted: readonly Weighed[],
  limit: number,
): Promise<readonly (readonly [number, number])[]> {
  const { rows } = await sql<{ incident: number; score: number }>`
    select f.incident, sum(wanted.value ->> 2) as score
    from json_each(${JSON.stringify(wanted)}) wanted
    cross join incident_facets f on f.kind = wanted.value ->> 0 and f.value = wanted.value ->> 1
    group by f.incident order by score desc, f.incident desc limit ${limit}`.execute(db);
  return rows.map(({ incident, score }) => [incident, score]);
}

/** How well incidents fit by their words, 1 being the best of all: the first of them, and which of `others` have any of the words. By number. */
async function byWords(
  db: Db,
  text: string,
  all: number,
  limit: number,
  others: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const most = Math.max(20, Math.ceil(all / 10));
  const words = [...new Set(tellingWords(text))].slice(0, WORDS_ASKED);
  const counted: { word: string; held: number }[] = [];
  for (const word of words) {
    const { rows } = await sql<{ held: number }>`
      select count(*) as held from (select 1 from incident_words where incident_words match ${anyOf([word])} limit ${most + 1})`.execute(
      db,
    );
    counted.push({ word, held: rows[0]?.held ?? 0 });
  }
  const rarest = counted
    .filter(({ held }) => held > 0 && held <= most)
    .toSorted((a, b) => a.held - b.held)
    .slice(0, WORDS_USED);
  if (rarest.length === 0) return new Map();
  const query = anyOf(rarest.map(({ word }) => word));
  const { rows: first } = await sql<{ rowid: number; rank: number }>`
    select rowid, rank from incident_words where incident_words match ${query} order by rank limit ${limit}`.execute(
    db,
  );
  // The plus has SQLite read the matches once; else it would search anew for each of the others.
  const { rows: also } = await sql<{ rowid: number; rank: number }>`
    select rowid, rank from incident_words where incident_words match ${query}
      and +rowid in (select value from json_each(${JSON.stringify(others)}))`.execute(db);
  const best = first[0]?.rank ?? -1;
  return new Map([...first, ...also].map(({ rowid, rank }) => [rowid, rank / best]));
}
