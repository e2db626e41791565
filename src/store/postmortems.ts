import { sql } from 'kysely';
import type { Postmortems } from '#app/incident-ports.ts';
import { type ActionItem, LISTS, type Postmortem, TEXTS } from '#domain/incident/postmortem.ts';
import { upgradePostmortem } from '#domain/incident/postmortem-versions.ts';
import { present } from '#domain/optional.ts';
import { atOnce } from './at-once.ts';
import type { Db } from './schema.ts';

/** Whole revisions stand as JSON beside columns and rows by which they can be asked for: by trigger, by cause, by lesson, by owner. */
export function postmortemsOf(db: Db): Postmortems {
  const of = (incident: string) =>
    db.selectFrom('postmortems').select('value').where('incident', '=', incident);
  return {
    async get(incident) {
      return read(await of(incident).orderBy('revision', 'desc').limit(1).executeTakeFirst());
    },
    async revision(incident, revision) {
      return read(await of(incident).where('revision', '=', revision).executeTakeFirst());
    },
    async save(postmortem) {
      await atOnce(db, async (tx) => {
        await tx.insertInto('postmortems').values(rowOf(postmortem)).execute();
        await saveTexts(tx, postmortem);
        await saveLinks(tx, postmortem);
        await saveActions(tx, postmortem);
      });
    },
    async recent({ service, limit }) {
      const ofService = sql<boolean>`${service ?? null} is null or exists (
        select 1 from incident_services s where s.incident = i.id and s.service = ${service ?? null})`;
      const { rows } = await sql<{ value: string }>`
        select p.value from incidents i join postmortems p on p.incident = i.id and p.revision = (
          select max(n.revision) from postmortems n where n.incident = i.id)
        where ${ofService} order by i.number desc limit ${limit}`.execute(db);
      return rows.flatMap((row) => read(row) ?? []);
    },
    async openActions({ owner, limit }) {
      const open = db
        .selectFrom('action_items')
        .selectAll()
        .where('state', '=', 'open')
        .orderBy(sql`due is null`)
        .orderBy('due')
        .orderBy('created_at')
        .orderBy('id')
        .limit(limit);
      const rows = await (owner === undefined ? open : open.where('owner', '=', owner)).execute();
      return rows.map((row) => ({
        incident: row.incident,
        item: present({
          ...{ id: row.id, title: row.title, kind: row.kind, state: row.state, createdAt: row.created_at },
          ...{ owner: row.owner ?? undefined, due: row.due ?? undefined, url: row.url ?? undefined },
        }) as ActionItem,
      }));
    },
  };
}

function read(row: { value: string } | undefined): Postmortem | undefined {
  return row === undefined ? undefined : upgradePostmortem(JSON.parse(row.value));
}

function rowOf(postmortem: Postmortem) {
  const { incident, revision, version, state, createdAt, updatedAt, approvedAt, approvedBy, fields } =
    postmortem;
  const { times = {} } = fields;
  return {
    ...{ incident, revision, version, state, created_at: createdAt, updated_at: updatedAt },
    approved_at: approvedAt ?? null,
    approved_by: approvedBy === undefined ? null : JSON.stringify(approvedBy),
    detection_source: fields.detectionSource ?? null,
    trigger_kind: fields.triggerKind ?? null,
    trigger_reference: fields.triggerReference ?? null,
    cause_category: fields.causeCategory ?? null,
    started_at: times.started ?? null,
    detected_at: times.detected ?? null,
    acknowledged_at: times.acknowledged ?? null,
    mitigated_at: times.mitigated ?? null,
    resolved_at: times.resolved ?? null,
    value: JSON.stringify(postmortem),
  };
}

/** What is written, a row a field; of a list, a row a line. */
async function saveTexts(db: Db, { incident, fields }: Postmortem): Promise<void> {
  const rows = TEXTS.flatMap((field) => {
    const text = fields[field] ?? '';
    const lines = LISTS.has(field) ? text.split('\n') : [text];
    return lines
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .map((line, place) => [field, place, line]);
  });
  await db.deleteFrom('postmortem_texts').where('incident', '=', incident).execute();
  await sql`insert into postmortem_texts (incident, field, line, text)
    select ${incident}, value ->> 0, value ->> 1, value ->> 2 from json_each(${JSON.stringify(rows)})`.execute(
    db,
  );
}

/** What it names; what only earlier revisions named stays with theirs. */
async function saveLinks(db: Db, { incident, revision, record }: Postmortem): Promise<void> {
  const rows = [
    ...record.alerts.map((id) => ['alert', id]),
    ...record.deploys.map((id) => ['deploy', id]),
    ...record.rollouts.map((id) => ['rollout', id]),
    ...record.incidents.map((id) => ['incident', id]),
    ...record.costs.map(({ service, slo }) => ['slo', `${service}/${slo}`]),
    ...record.evidence.map(({ snapshot }) => ['snapshot', snapshot]),
  ];
  await sql`insert into postmortem_links (incident, kind, reference, revision)
    select ${incident}, value ->> 0, value ->> 1, ${revision} from json_each(${JSON.stringify(rows)}) where true
    on conflict do update set revision = excluded.revision`.execute(db);
}

async function saveActions(db: Db, { incident, actions }: Postmortem): Promise<void> {
  await db.deleteFrom('action_items').where('incident', '=', incident).execute();
  for (const [place, item] of actions.entries()) {
    const { id, title, kind, state, owner, due, url, createdAt, closedAt, closedBy } = item;
    await db
      .insertInto('action_items')
      .values({
        ...{ id, incident, place, title, kind, state, created_at: createdAt },
        ...{ owner: owner ?? null, due: due ?? null, url: url ?? null, closed_at: closedAt ?? null },
        closed_by: closedBy === undefined ? null : JSON.stringify(closedBy),
      })
      .execute();
  }
}
