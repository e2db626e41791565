import type { Ports } from '#app/ports.ts';
import type { Incident } from '#domain/incident/incident.ts';
import type { Postmortem } from '#domain/incident/postmortem.ts';
import { present } from '#domain/optional.ts';
import { type Outcome, success } from '#domain/problem.ts';
import { fill, numberAfter, numberOf, type Page, pageFrom, pageOf, strangeCursor } from './paging.ts';
import type { Place } from './query.ts';

type Stores = Pick<Ports['store'], 'postmortems' | 'incidents'>;

/** A post-mortem with its incident, and the part of either that holds the words searched for. */
export type Listed = {
  readonly postmortem: Postmortem;
  readonly incident: Incident | undefined;
  readonly excerpt?: string;
};

type Asked = {
  readonly service: string | undefined;
  readonly limit: number;
  readonly cursor: Place | undefined;
};

/** Most incidents that are looked through for words. */
const SEARCHED = 500;

/** By the numbers of their incidents. */
export async function newest(
  { service, limit, cursor }: Asked,
  { postmortems, incidents }: Stores,
): Promise<Outcome<Page<Listed>>> {
  const before = cursor === undefined ? Number.POSITIVE_INFINITY : numberOf(cursor.id);
  if (before === undefined) return strangeCursor();
  const found = await fill(
    limit + 1,
    (most) => postmortems.recent({ limit: most, ...present({ service }) }),
    (all) => all.filter(({ incident }) => (numberOf(incident) ?? 0) < before),
  );
  const page = pageOf(found, limit, ({ createdAt, incident }) => ({ at: createdAt, id: incident }));
  const items = await Promise.all(
    page.items.map(async (postmortem) => ({
      postmortem,
      incident: await incidents.get(postmortem.incident),
    })),
  );
  return success({ ...page, items });
}

/** By how well they fit. */
export async function fitting(
  words: string,
  { service, limit, cursor }: Asked,
  { postmortems, incidents }: Stores,
): Promise<Outcome<Page<Listed>>> {
  const from = numberAfter(cursor);
  if (from === undefined) return strangeCursor();
  const hits = await incidents.search(words, SEARCHED);
  const found = await Promise.all(
    hits
      .filter(({ incident }) => service === undefined || incident.services.includes(service))
      .map(async ({ incident, excerpt }) => {
        const postmortem = await postmortems.get(incident.id);
        return postmortem === undefined ? [] : [{ postmortem, incident, excerpt }];
      }),
  );
  return success(pageFrom(found.flat(), from, limit));
}
