import { coverageOf } from '#app/answers/coverage.ts';
import { digestOf } from '#app/answers/digest.ts';
import { fleetRows } from '#app/answers/fleet.ts';
import { incident as incidentAnswer, incidents as incidentsAnswer } from '#app/answers/incidents.ts';
import { serviceIn } from '#app/answers/service.ts';
import { PAGES, rangeIn } from '#app/page-address.ts';
import type { Ports } from '#app/ports.ts';
import { postmortemExport } from '#app/postmortem-export.ts';
import { snapshotId } from '#app/show.ts';
import { weekSoFar } from '#domain/digest/week.ts';
import { present } from '#domain/optional.ts';
import { findService } from '#domain/service.ts';
import { DAY, HOUR, last, MINUTE, SECOND } from '#domain/time.ts';
import type { Incoming, Reply, Route } from '#runtime/server.ts';
import { assetRoutes } from './assets.ts';
import { type Charts, chartRoutes, createCharts, type Vectors } from './charts.ts';
import { coveragePage } from './coverage.ts';
import { digestPage, digestsPage } from './digest.ts';
import { fleetPage } from './fleet.ts';
import { framed, HEADERS, type Sheet } from './frame.ts';
import { type Html, html, NOTHING } from './html.ts';
import { incidentPage, incidentsPage } from './incidents.ts';
import { namesOf } from './names.ts';
import { postmortemPage } from './postmortem.ts';
import { servicePage } from './service.ts';
import { mayRead, type PagesAccess } from './session.ts';
import { SIGN_IN } from './sign-in.ts';
import { signInRoutes } from './sign-in-routes.ts';
import { clockIn, type PageClock } from './words.ts';

/** Digests that the list shows: a year of them. */
const DIGESTS = 53;

/** A page shows no longer stretch: Prometheus is asked for all of it. */
const LONGEST: number = 31 * DAY;

type Show = (request: Incoming, clock: PageClock) => Promise<Sheet | undefined>;

/** The read-only pages, for whoever may read them; without a way to know who that is there are none. */
export function pageRoutes(ports: Ports, vectors: Vectors, access: PagesAccess): readonly Route[] {
  if (access.token === undefined && access.proxyHeader === undefined) return [];
  const charts = createCharts(ports);
  const guarded = (path: string, answer: (request: Incoming) => Promise<Reply>): Route => ({
    method: 'GET',
    path,
    async handle(request) {
      if (mayRead(request, access, ports.clock.now())) return answer(request);
      if (access.token === undefined) return page(403, refusedSheet());
      return {
        status: 303,
        headers: { ...HEADERS, location: `${SIGN_IN}?to=${encodeURIComponent(wanted(path, request))}` },
        body: '',
      };
    },
  });
  const shown = (path: string, show: Show): Route =>
    guarded(path, async (request) => {
      const sheet = await show(request, clockIn(ports.catalog.current().zone));
      return sheet === undefined ? page(404, missingSheet()) : page(200, sheet);
    });
  return [
    ...assetRoutes(),
    ...signInRoutes(access, ports.clock),
    ...chartRoutes(charts, vectors, guarded),
    {
      method: 'GET',
      path: '/',
      handle: async () => ({ status: 303, headers: { location: PAGES }, body: '' }),
    },
    shown(PAGES, async ({ query }, clock) =>
      fleetPage(
        await fleetRows(ports),
        ports.catalog.current().services,
        present({ q: one(query.q), owner: one(query.owner), sort: one(query.sort) }),
        clock,
      ),
    ),
    shown(`${PAGES}/services/{service}`, (request, clock) => service(request, charts, vectors, ports, clock)),
    shown(`${PAGES}/coverage`, async (_, clock) => coveragePage(await coverageOf(ports), clock)),
    shown(`${PAGES}/incidents`, async (_, clock) => {
      const { answer } = await incidentsAnswer({}, ports);
      return answer.kind === 'incidents' ? incidentsPage(answer, clock) : undefined;
    }),
    shown(`${PAGES}/incidents/{incident}`, (request, clock) =>
      incident(request, charts, vectors, ports, clock),
    ),
    shown(`${PAGES}/incidents/{incident}/postmortem`, async ({ params }) => {
      const value = await postmortemExport(params.incident ?? '', ports);
      return value && postmortemPage(value, ports.documents.write(value, 'markdown'));
    }),
    shown(`${PAGES}/digests`, async (_, clock) => {
      const owners = [...new Set(ports.catalog.current().services.flatMap(({ owner }) => owner ?? []))];
      return digestsPage(await ports.store.digests.recent({ limit: DIGESTS }), owners, clock);
    }),
    shown(`${PAGES}/digests/{digest}`, (request, clock) => digest(request, charts, vectors, ports, clock)),
  ];
}

async function service(
  { params, query }: Incoming,
  charts: Charts,
  vectors: Vectors,
  ports: Ports,
  clock: PageClock,
): Promise<Sheet | undefined> {
  const found = findService(ports.catalog.current(), params.service ?? '');
  if (found === undefined) return undefined;
  const now = ports.clock.now();
  const asked = rangeIn(one(query.from), one(query.to));
  const range =
    asked !== undefined && asked.to - asked.from <= LONGEST ? asked : last(lengthIn(one(query.last)), now);
  const isLive = range !== asked;
  const id = snapshotId(`page:${found.name}:${range.from}:${range.to}`);
  const [{ answer, drawing }, deploys] = await Promise.all([
    serviceIn(found, range, id, ports),
    ports.store.deploys.during(range, [found.name]),
  ]);
  const chart = await charts.show(drawing, vectors);
  return servicePage(found, answer, { chart, shown: { range, isLive }, deploys }, clock);
}

async function incident(
  { params }: Incoming,
  charts: Charts,
  vectors: Vectors,
  ports: Ports,
  clock: PageClock,
): Promise<Sheet | undefined> {
  const { answer } = await incidentAnswer(params.incident ?? '', ports);
  if (answer.kind !== 'incident') return undefined;
  const { incident: of } = answer.line;
  const entries = await ports.store.timelines.list(of.id);
  const pictures = new Map<string, Html>();
  for (const { reference } of entries) {
    if (reference?.kind !== 'snapshot') continue;
    const kept = await ports.store.snapshots.get(reference.id);
    if (kept !== undefined) pictures.set(reference.id, await charts.show(kept.drawing, vectors));
  }
  const actors = [of.declaredBy, ...Object.values(of.roles), ...entries.flatMap(({ by }) => by ?? [])];
  const names = await namesOf(actors, ports);
  return incidentPage(answer, { entries, charts: pictures, names }, clock);
}

/** A digest as it was sent; `now`, or `now` and an owner, is the week so far. */
async function digest(
  { params }: Incoming,
  charts: Charts,
  vectors: Vectors,
  ports: Ports,
  clock: PageClock,
): Promise<Sheet | undefined> {
  const { digest: id = '' } = params;
  const [, owner] = /^now(?: (.+))?$/.exec(id) ?? [];
  const isNow = id === 'now' || owner !== undefined;
  const { services, zone } = ports.catalog.current();
  if (owner !== undefined && !services.some((one) => one.owner === owner)) return undefined;
  const at = ports.clock.now();
  const made = isNow
    ? await digestOf(owner, weekSoFar(at, zone), snapshotId(`page:digest:${id}:${at}`), ports)
    : await ports.store.digests.get(id);
  if (made === undefined) return undefined;
  const { answer, drawing } = made;
  const chart = drawing === undefined ? NOTHING : await charts.show(drawing, vectors, 'week');
  const plans = answer.entries.flatMap(({ plan }) => plan?.plan.by ?? []);
  const owners = answer.actions.flatMap(({ item }) => item.owner ?? []);
  const names = await namesOf(
    [...plans, ...owners.map((user) => ({ kind: 'person' as const, user }))],
    ports,
  );
  return digestPage(answer, { chart, names, ...(isNow ? {} : { sent: id }) }, clock);
}

function lengthIn(seconds: string | undefined): number {
  const length = Number(seconds ?? Number.NaN) * SECOND;
  return length >= MINUTE && length <= LONGEST ? length : HOUR;
}

/** The address that was asked for, as far as a page has one. */
function wanted(path: string, { params, query }: Incoming): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as [string, string]] : [],
    ),
  );
  return search.size === 0 ? filled : `${filled}?${search}`;
}

function page(status: number, sheet: Sheet): Reply {
  return { status, type: 'text/html; charset=utf-8', headers: HEADERS, body: framed(sheet) };
}

function missingSheet(): Sheet {
  return {
    title: 'Not here',
    body: html`<p>There is no such page (any more). The <a href="${PAGES}">fleet</a> lists every service.</p>`,
  };
}

function refusedSheet(): Sheet {
  return {
    title: 'Not signed in',
    body: html`<p>The proxy before Bellbuoy did not say who you are: sign in there, and come back.</p>`,
  };
}

function one(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}
