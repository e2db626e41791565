import { z } from 'zod';
import { rankedLike } from '#app/incident-similar.ts';
import type { Ports } from '#app/ports.ts';
import { type Incident, isOpen } from '#domain/incident/incident.ts';
import { present } from '#domain/optional.ts';
import { failure, type Outcome, success } from '#domain/problem.ts';
import { IncidentDetail, IncidentList, incidentOf, similarOf } from '../contract/incidents.ts';
import { entryOf, Timeline } from '../contract/timeline.ts';
import { timeOf } from '../contract/values.ts';
import { type Operation, operation } from '../operation.ts';
import { knownService, shown } from './names.ts';
import { fill, numberOf, type Page, pageOf, strangeCursor } from './paging.ts';
import { Cursor, IncidentId, Limit, type Place, Text } from './query.ts';

type Needed = Pick<Ports, 'store' | 'catalog' | 'clock'>;

/** An incident with the part of it that holds the words searched for. */
type Found = { readonly incident: Incident; readonly excerpt?: string };

const OPEN_OR_RESOLVED = { error: 'Expected open or resolved.' };

const ListQuery = z.strictObject({
  service: Text.optional().describe('Only those that hit this service.'),
  status: z.enum(['open', 'resolved'], OPEN_OR_RESOLVED).optional().describe('Only those that are so.'),
  q: Text.max(500, { error: 'Expected 500 characters at most.' })
    .optional()
    .describe('Words to be found in them; what fits best comes first.'),
  limit: Limit,
  cursor: Cursor.optional(),
});
type ListQuery = z.output<typeof ListQuery>;

/** What is asked of incidents. */
export function incidentOperations(ports: Needed): readonly Operation[] {
  const { store, clock } = ports;
  return [
    operation({
      name: 'list_incidents',
      method: 'GET',
      path: '/api/v1/incidents',
      summary: 'Incidents, the newest first; with `q` what fits the words best.',
      scope: 'read',
      input: ListQuery,
      answer: IncidentList,
      tool: {
        description:
          'Incidents, newest first, or with `q` those that fit the words best: title, severity, status, services, times, what they cost each budget. Use it to see what is open, or whether something like this happened before; get_incident has one with those like it, list_timeline what happened in it.',
        bound: 20_000,
        more: 'Ask for the next page with `cursor`, for fewer with `limit`, or for one with get_incident.',
      },
      async ask(query) {
        const known = knownService(query.service, ports);
        if (!known.ok) return known;
        const page =
          query.q === undefined ? await newest(query, ports) : await fitting(query.q, query, ports);
        if (!page.ok) return page;
        const now = clock.now();
        const { items, nextCursor } = page.value;
        return success({
          at: timeOf(now),
          incidents: items.map(({ incident, excerpt }) => ({
            ...incidentOf(incident, now),
            ...present({ excerpt }),
          })),
          ...present({ nextCursor }),
        });
      },
    }),
    operation({
      name: 'get_incident',
      method: 'GET',
      path: '/api/v1/incidents/{incident}',
      summary: 'One incident, with earlier ones like it.',
      scope: 'read',
      input: z.strictObject({ incident: IncidentId }),
      answer: IncidentDetail,
      tool: {
        description:
          'One incident by its id: what is known, who does what, its times with what is odd about them, what it cost, and earlier incidents that are like it with why. Go on with list_timeline, or get_postmortem once it is resolved.',
        bound: 12_000,
      },
      async ask({ incident: id }) {
        const incident = await store.incidents.get(id);
        if (incident === undefined) return noIncident(id);
        const [now, similar] = [clock.now(), await rankedLike(incident, ports)];
        return success({
          ...{ at: timeOf(now), incident: incidentOf(incident, now), similar: similar.map(similarOf) },
        });
      },
    }),
    operation({
      name: 'list_timeline',
      method: 'GET',
      path: '/api/v1/incidents/{incident}/timeline',
      summary: 'What happened in an incident, the oldest first.',
      scope: 'read',
      input: z.strictObject({ incident: IncidentId, limit: Limit, cursor: Cursor.optional() }),
      answer: Timeline,
      tool: {
        description:
          'What happened in an incident, oldest first: alerts, deploys, flag changes, pictures, reports of agents, and what people wrote. Use it to catch up, or to write a post-mortem.',
        bound: 16_000,
        more: 'Ask for the next page with `cursor`.',
      },
      async ask({ incident: id, limit, cursor }) {
        if ((await store.incidents.get(id)) === undefined) return noIncident(id);
        const entries = await store.timelines.list(id);
        const from = cursor === undefined ? 0 : placeAfter(entries, cursor);
        if (from === undefined) return strangeCursor();
        const { items, nextCursor } = pageOf(entries.slice(from), limit, ({ at }, index) => ({
          at,
          id: String(entries.slice(0, from + index + 1).filter((entry) => entry.at === at).length),
        }));
        return success({
          ...{ at: timeOf(clock.now()), incident: id, entries: items.map((entry) => entryOf(entry)) },
          ...present({ nextCursor }),
        });
      },
    }),
  ];
}

function noIncident(id: string) {
  return failure('not-found', `There is no incident ${shown(id)}.`, { where: 'the path' });
}

/** By number, so that a page begins behind the one before it whatever was resolved meanwhile. */
async function newest(
  { service, status, limit, cursor }: ListQuery,
  { store }: Needed,
): Promise<Outcome<Page<Found>>> {
  const before = cursor === undefined ? Number.POSITIVE_INFINITY : numberOf(cursor.id);
  if (before === undefined) return strangeCursor();
  const isListed = (incident: Incident) => incident.number < before && isAsked(incident, { service, status });
  const byNumber = (a: Incident, b: Incident) => b.number - a.number;
  const read = (most: number) => store.incidents.recent({ limit: most, ...present({ service }) });
  const found =
    status === 'open'
      ? (await store.incidents.open()).filter(isListed).toSorted(byNumber)
      : await fill(limit + 1, read, (incidents, isAll) => {
          // Open ones come first: what is older than the oldest resolved one here may have others before it.
          const oldest = incidents.at(-1);
          if (!isAll && (oldest === undefined || isOpen(oldest))) return [];
          const from = isAll ? 0 : (oldest?.number ?? 0);
          return incidents
            .filter((incident) => incident.number >= from && isListed(incident))
            .toSorted(byNumber);
        });
  const page = pageOf(found, limit, ({ declaredAt, id }): Place => ({ at: declaredAt, id }));
  return success({ ...page, items: page.items.map((incident) => ({ incident })) });
}

/** By how well they fit; there the cursor says how many were given. */
async function fitting(
  words: string,
  { service, status, limit, cursor }: ListQuery,
  { store }: Needed,
): Promise<Outcome<Page<Found>>> {
  if (cursor !== undefined && cursor.id !== BEST) return strangeCursor();
  const given = cursor?.at ?? 0;
  const found = await fill(
    given + limit + 1,
    (most) => store.incidents.search(words, most),
    (hits) => hits.filter(({ incident }) => isAsked(incident, { service, status })),
  );
  return success(
    pageOf(found.slice(given), limit, (_, index): Place => ({ at: given + index + 1, id: BEST })),
  );
}

const BEST = 'best';

function isAsked(incident: Incident, { service, status }: Pick<ListQuery, 'service' | 'status'>): boolean {
  return (
    (service === undefined || incident.services.includes(service)) &&
    (status === undefined || isOpen(incident) === (status === 'open'))
  );
}

/** Where a timeline goes on behind so many entries of a moment; `undefined` for the cursor of another list. */
function placeAfter(entries: readonly { readonly at: number }[], { at, id }: Place): number | undefined {
  if (!/^\d{1,6}$/.test(id)) return undefined;
  const before = entries.filter((entry) => entry.at < at).length;
  const same = entries.filter((entry) => entry.at === at).length;
  return before + Math.min(same, Number(id));
}
