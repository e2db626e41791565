import { sql } from 'kysely';
import type { Incidents } from '#app/incident-ports.ts';
import { facetsOfIncident } from '#domain/incident/facets.ts';
import type { Incident } from '#domain/incident/incident.ts';
import type { Postmortem } from '#domain/incident/postmortem.ts';
import type { Facets } from '#domain/incident/similar.ts';
import { apart } from '#domain/incident/words.ts';
import { present } from '#domain/optional.ts';
import { atOnce } from './at-once.ts';
import { deploysOf } from './deploys.ts';
import { flagsOf } from './flags.ts';
import { candidatesFor, valuesOf } from './incident-candidates.ts';
import { postmortemsOf } from './postmortems.ts';
import type { Db } from './schema.ts';
import { queriesFor, readable, searchable } from './words-query.ts';

/** Alerts of an incident that it is found by, the first ones: in a storm the others say the same. */
const MOST_ALERTS = 50;
/** Characters of an incident that are searched, and by which it is compared. */
const SEARCHED = 200_000;
const COMPARED = 6000;
/** Words of an excerpt. */
const EXCERPT = 24;

export function incidentSearchOf(db: Db): Pick<Incidents, 'search' | 'candidates' | 'index'> {
  return {
    async search(text, limit) {
      for (const query of queriesFor(text)) {
        const { rows } = await sql<{ value: string; excerpt: string }>`
          select i.value, found.excerpt from (
            select rowid, rank as fit, snippet(incident_words, -1, '', '', '…', ${EXCERPT}) as excerpt
            from incident_words where incident_words match ${query} order by rank limit ${limit}) found
          join incidents i on i.number = found.rowid order by found.fit, i.number desc`.execute(db);
        if (rows.length > 0)
          return rows.map(({ value, excerpt }) => ({
            incident: JSON.parse(value),
            excerpt: readable(excerpt),
          }));
      }
      return [];
    },
    candidates: (facets, limit, except) => candidatesFor(db, facets, limit, except),
    async index(id) {
      await atOnce(db, async (tx) => {
        const row = await tx.selectFrom('incidents').select('value').where('id', '=', id).executeTakeFirst();
        if (row === undefined) return;
        const incident: Incident = JSON.parse(row.value);
        const facets = await gather(tx, incident);
        await saveWords(tx, incident, facets);
        // A duplicate is found by its words, but it is not what is shown as similar: the one is, in which the work went on.
        await saveFacets(tx, incident, incident.duplicateOf === undefined ? facets : undefined);
      });
    },
  };
}

async function gather(db: Db, incident: Incident): Promise<Facets> {
  const episodes = await sql<{ value: string }>`
    select value from alerts where id in (select value from json_each(${JSON.stringify(incident.alerts)}))
    order by begun_at limit ${MOST_ALERTS}`.execute(db);
  // What was collected is found by the alerts and changes themselves; these are the words of people.
  const texts = await sql<{ text: string }>`
    select t.value ->> '$.text' as text from timeline t
    where t.incident = ${incident.id} and t.kind in ('declared', 'status', 'severity', 'details', 'note') and t.dropped = 0
      and not exists (select 1 from timeline later where later.incident = t.incident and later.key = t.key and later.revision > t.revision)
    order by t.at, t.id`.execute(db);
  const postmortem = await postmortemsOf(db).get(incident.id);
  const subject = await subjectOf(db, incident, postmortem);
  return facetsOfIncident({
    incident,
    episodes: episodes.rows.map(({ value }) => JSON.parse(value)),
    texts: texts.rows.map(({ text }) => text),
    ...present({ postmortem, subject }),
  });
}

/** What set it off by a name that would be the same the next time: the flag, or the service that was deployed. Ids and addresses are new each time. */
async function subjectOf(
  db: Db,
  { subject }: Incident,
  postmortem: Postmortem | undefined,
): Promise<string | undefined> {
  const reference = postmortem?.fields.triggerReference ?? subject?.id;
  if (reference === undefined) return undefined;
  const rollout = await flagsOf(db).get(reference);
  if (rollout !== undefined) return rollout.flag;
  const deploy = await deploysOf(db).get(reference);
  if (deploy !== undefined) return deploy.service;
  const isName = postmortem?.fields.triggerReference !== undefined && !/[\s/]/.test(reference);
  return isName ? reference : undefined;
}

async function saveWords(db: Db, { id, number, title }: Incident, facets: Facets): Promise<void> {
  const { services, alerts, labels, text } = facets;
  const names = [...services, ...alerts, ...alerts.map(apart), ...Object.values(labels)].join(' ');
  const body = `${text.slice(0, SEARCHED)}\n${names}\n${id}`;
  await sql`delete from incident_words where rowid = ${number}`.execute(db);
  await sql`insert into incident_words (rowid, title, body) values (${number}, ${searchable(title)}, ${searchable(body)})`.execute(
    db,
  );
}

async function saveFacets(db: Db, { id, number }: Incident, facets: Facets | undefined): Promise<void> {
  const kept = facets && JSON.stringify({ ...facets, text: facets.text.slice(0, COMPARED) });
  await db
    .updateTable('incidents')
    .set({ facets: kept ?? null })
    .where('id', '=', id)
    .execute();
  await db.deleteFrom('incident_facets').where('incident', '=', number).execute();
  const values = facets === undefined ? [] : valuesOf(facets);
  await sql`insert or ignore into incident_facets (kind, value, incident)
    select value ->> 0, value ->> 1, ${number} from json_each(${JSON.stringify(values)})`.execute(db);
}
