import { sql } from 'kysely';
import type { Incidents } from '#app/incident-ports.ts';
import { type Incident, isOpen } from '#domain/incident/incident.ts';
import { atOnce } from './at-once.ts';
import { incidentAt } from './incident-place.ts';
import { incidentSearchOf } from './incident-search.ts';
import type { Db } from './schema.ts';

export function incidentsOf(db: Db): Incidents {
  const read = (row: { value: string }): Incident => JSON.parse(row.value);
  const all = () => db.selectFrom('incidents').select('value');
  return {
    ...incidentSearchOf(db),
    at: (place) => incidentAt(db, place),
    async get(id) {
      const row = await all().where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : read(row);
    },
    async save(incident) {
      await atOnce(db, async (tx) => {
        const row = rowOf(incident);
        await tx
          .insertInto('incidents')
          .values({ ...row, facets: null })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
          .execute();
        await saveServices(tx, incident);
        await saveLinks(tx, incident);
      });
    },
    async nextNumber() {
      const { highest } = await db
        .selectFrom('incidents')
        .select((is) => is.fn.max('number').as('highest'))
        .executeTakeFirstOrThrow();
      return (highest ?? 0) + 1;
    },
    async open() {
      return (await all().where('status', '<>', 'resolved').orderBy('number').execute()).map(read);
    },
    async collecting(since) {
      // Two look-ups: with both in one condition SQLite reads all incidents.
      const { rows } = await sql<{ value: string }>`
        select value from incidents where number in (
          select number from incidents where status <> 'resolved'
          union all select number from incidents where resolved_at >= ${since}) order by number`.execute(db);
      return rows.map(read);
    },
    async recent({ service, limit }) {
      const newest = all().orderBy(sql`status = 'resolved'`).orderBy('number', 'desc').limit(limit);
      const rows = await (service === undefined
        ? newest
        : newest.where('id', 'in', (from) =>
            from.selectFrom('incident_services').select('incident').where('service', '=', service),
          )
      ).execute();
      return rows.map(read);
    },
    async during(range, services) {
      const overlapping = all()
        .where('started_at', '<', range.to)
        .where((is) => is.or([is('resolved_at', 'is', null), is('resolved_at', '>=', range.from)]))
        .orderBy('started_at')
        .orderBy('number');
      const rows = await (services === undefined
        ? overlapping
        : overlapping.where(
            sql<boolean>`id in (select incident from incident_services where service in (
              select value from json_each(${JSON.stringify(services)})))`,
          )
      ).execute();
      return rows.map(read);
    },
  };
}

function rowOf(incident: Incident) {
  const { id, number, status, severity, declaredAt, times, own } = incident;
  return {
    ...{ id, number, status, severity, declared_at: declaredAt },
    started_at: times.started ?? declaredAt,
    // What was reopened may still say when it was resolved first.
    resolved_at: isOpen(incident) ? null : (times.resolved ?? incident.touchedAt),
    own_channel: own?.id ?? null,
    value: JSON.stringify(incident),
  };
}

async function saveServices(db: Db, { id, services }: Incident): Promise<void> {
  await db.deleteFrom('incident_services').where('incident', '=', id).execute();
  await sql`insert or ignore into incident_services (incident, service, place)
    select ${id}, value, key from json_each(${JSON.stringify(services)})`.execute(db);
}

async function saveLinks(db: Db, { id, alerts, deploys, rollouts, subject }: Incident): Promise<void> {
  const links = [
    ...alerts.map((alert) => ['alert', alert]),
    ...deploys.map((deploy) => ['deploy', deploy]),
    ...rollouts.map((rollout) => ['rollout', rollout]),
    ...(subject === undefined ? [] : [[subject.kind, subject.id]]),
  ];
  await db.deleteFrom('incident_links').where('incident', '=', id).execute();
  await sql`insert or ignore into incident_links (incident, kind, subject)
    select ${id}, value ->> 0, value ->> 1 from json_each(${JSON.stringify(links)})`.execute(db);
}
