import { precisionOf } from '#domain/answers.ts';
import { NO_TALLY, type Tally } from '#domain/budget/usage.ts';
import { ASPECTS } from '#domain/coverage.ts';
import type { Deploy } from '#domain/deploy.ts';
import { deliveryIn } from '#domain/digest/delivery.ts';
import { fleetCounts, needsHelp } from '#domain/digest/fleet.ts';
import { PLAN_LASTS, planResult, type RecoveryPlan, stretchesOf } from '#domain/digest/plan.ts';
import { type SpentIn, spentIn, trendOf } from '#domain/digest/spent.ts';
import { type Week, weekSoFar } from '#domain/digest/week.ts';
import { type Incident, isOpen } from '#domain/incident/incident.ts';
import { present } from '#domain/optional.ts';
import type { FleetWeekDrawing } from '#domain/panel.ts';
import type { Instant, Range } from '#domain/time.ts';
import type { Answered } from '../answer.ts';
import { spendingOf } from '../budget-spending.ts';
import type { DigestAnswer, DigestEntry, DigestLine } from '../digest-answers.ts';
import { digestDrawing, drawnOf } from '../digest-drawing.ts';
import type { DueAction } from '../incident-answers.ts';
import type { Ports } from '../ports.ts';
import { dueAction } from '../postmortem-line.ts';
import { nameOf, type Standing, slosOf, standingsOf } from '../standings.ts';
import { byNeed, lineOf } from './budget.ts';
import { coverageOf } from './coverage.ts';

/** Of so many budgets what spent them is looked up; a week that has more is not told by them. */
const SPENDERS_OF = 24;

/** Budgets of each kind that a message has room for, and more. */
const TOLD = 40;

/** Overdue action items that are listed. */
const LISTED = 10;

/** More open action items than this are not looked through. */
const ACTIONS = 1000;

type DigestPorts = Pick<Ports, 'store' | 'catalog' | 'clock' | 'metrics'>;

/** Services whose lack is named. */
const LACKING = 8;

/** The week so far of all services, or of one owner’s, as it is now, cut to what a message holds. */
export async function digest(owner: string | undefined, id: string, ports: DigestPorts): Promise<Answered> {
  const { clock, catalog } = ports;
  const { answer, ...drawn } = await digestOf(
    owner,
    weekSoFar(clock.now(), catalog.current().zone),
    id,
    ports,
  );
  return { answer: shortened(answer), ...drawn };
}

/** A week of all services, or of one owner’s; budgets are told as they stand now. `id` names the snapshot of its picture. */
export async function digestOf(
  owner: string | undefined,
  week: Week,
  id: string,
  ports: DigestPorts,
): Promise<{ readonly answer: DigestAnswer; readonly drawing?: FleetWeekDrawing }> {
  const { store, catalog, clock } = ports;
  const at = clock.now();
  const { services, zone } = catalog.current();
  const scope = owner === undefined ? services : services.filter((service) => service.owner === owner);
  const names = owner === undefined ? undefined : scope.map(({ name }) => name);
  const [standings, plans, events, { cards, problems }] = await Promise.all([
    standingsOf(slosOf(services), catalog.current(), at, store),
    store.digests.plans(at - PLAN_LASTS),
    eventsOf(week.range, names, at, ports),
    coverageOf(ports),
  ]);
  const observed = cards.filter((card) => owner === undefined || card.owner === owner);
  // What could not be asked is held against nobody.
  const lacking = problems.length > 0 ? [] : observed.filter(({ covered }) => covered < ASPECTS.length);
  const mine = standings
    .filter(({ of }) => owner === undefined || of.service.owner === owner)
    .toSorted((a, b) => byNeed(lineOf(a), lineOf(b)));
  const planned = new Map(plans.map((plan) => [`${plan.service}/${plan.slo}`, plan]));
  const counted = await tallied(mine, standings, planned, week, at, store);
  const traffic = trafficIn(standings, week.range, counted);
  const lines = mine.map((standing) => lineIn(standing, week, counted, traffic));
  const told = mine.filter(({ of, colour }) => needsHelp({ colour }) || planned.has(nameOf(of.key)));
  const isTold = new Set(told.map(({ of }) => nameOf(of.key)));
  const entries = await Promise.all(
    told.map(async (standing, i): Promise<DigestEntry> => {
      const spenders = i < SPENDERS_OF ? (await spendingOf(standing, store)).spenders : [];
      const plan = planned.get(nameOf(standing.of.key));
      return {
        ...lineIn(standing, week, counted, traffic),
        spenders,
        ...(plan === undefined ? {} : { plan: resultOf(plan, standing, at, counted) }),
      };
    }),
  );
  const counts = fleetCounts(lines);
  const withSlo = new Set(lines.map(({ service }) => service)).size;
  const answer: DigestAnswer = {
    ...{ kind: 'digest', at, zone, week, ...present({ owner }) },
    ...{ coverage: { services: scope.length, withSlo, noData: counts.noData }, counts },
    ...{
      entries,
      rest: lines.filter(({ service, slo }) => !isTold.has(`${service}/${slo}`)),
      omitted: 0,
      ...events,
    },
    ...{ lacking: lacking.slice(0, LACKING), complete: observed.length - lacking.length },
  };
  if (lines.length === 0) return { answer };
  const daily = drawnOf(mine).map((standing) =>
    week.days.map(({ range }) => spentOf(standing, range, counted)?.share ?? null),
  );
  return { answer, drawing: digestDrawing(answer, lines, daily, id) };
}

/** A digest that fits into a message: what is left out is counted. */
export function shortened(answer: DigestAnswer): DigestAnswer {
  const entries = answer.entries.slice(0, TOLD);
  const rest = answer.rest.slice(0, TOLD);
  const omitted = answer.entries.length + answer.rest.length - entries.length - rest.length;
  return { ...answer, entries, rest, omitted: answer.omitted + omitted };
}

/** What was counted of an SLO in a stretch. */
type Counted = (key: string, range: Range) => Tally;

/** Everything that is told was counted when, by one question to the database. */
async function tallied(
  mine: readonly Standing[],
  all: readonly Standing[],
  planned: ReadonlyMap<string, RecoveryPlan>,
  week: Week,
  at: Instant,
  { budgets }: Pick<Ports['store'], 'budgets'>,
): Promise<Counted> {
  const asked = [
    ...all.map(({ of: { key } }) => ({ key, range: week.range })),
    ...mine.map(({ of: { key } }) => ({ key, range: week.before })),
    ...drawnOf(mine).flatMap(({ of: { key } }) => week.days.map(({ range }) => ({ key, range }))),
    ...mine.flatMap(({ of: { key } }) => {
      const plan = planned.get(nameOf(key));
      return plan === undefined ? [] : Object.values(stretchesOf(plan, at)).map((range) => ({ key, range }));
    }),
  ];
  const tallies = await budgets.tallies(asked);
  const found = new Map(asked.map(({ key, range }, i) => [idOf(key, range), tallies[i] ?? NO_TALLY]));
  return (key, range) => found.get(idOf(key, range)) ?? NO_TALLY;
}

function idOf(key: string, { from, to }: Range): string {
  return `${key} ${from} ${to}`;
}

function spentOf({ of, usage }: Standing, range: Range, counted: Counted): SpentIn | undefined {
  return spentIn(of.slo, usage, counted(of.key, range));
}

function lineIn(
  standing: Standing,
  { range, before: earlier }: Week,
  counted: Counted,
  traffic: ReadonlyMap<string, number>,
): DigestLine {
  const { name, owner, mention } = standing.of.service;
  const [week, before] = [range, earlier].map((one) => spentOf(standing, one, counted));
  return {
    ...lineOf(standing),
    ...present({ owner, mention, week, before, trend: trendOf(before, week), traffic: traffic.get(name) }),
  };
}

/** Each service’s part of all requests of the week. What its SLOs count alike is taken once, by the one that counts most; seconds are no requests. */
function trafficIn(
  standings: readonly Standing[],
  range: Range,
  counted: Counted,
): ReadonlyMap<string, number> {
  const requests = new Map<string, number>();
  for (const { of, isTime } of standings) {
    if (isTime) continue;
    const { total } = counted(of.key, range);
    requests.set(of.service.name, Math.max(total, requests.get(of.service.name) ?? 0));
  }
  const all = [...requests.values()].reduce((sum, count) => sum + count, 0);
  return new Map(all > 0 ? [...requests].map(([name, count]) => [name, count / all]) : []);
}

function resultOf(
  plan: RecoveryPlan,
  standing: Standing,
  at: Instant,
  counted: Counted,
): NonNullable<DigestEntry['plan']> {
  const stretches = stretchesOf(plan, at);
  const [before, since] = [stretches.before, stretches.since].map((range) =>
    spentOf(standing, range, counted),
  );
  return { plan, result: planResult(stretches, before, since) };
}

type Told = Pick<DigestAnswer, 'delivery' | 'verdicts' | 'incidents' | 'actions' | 'overdue'>;

/** What deploys, incidents and action items have to tell of a week; of these services where named. */
async function eventsOf(
  range: Range,
  names: readonly string[] | undefined,
  at: Instant,
  { store, catalog }: Pick<Ports, 'store' | 'catalog'>,
): Promise<Told> {
  const [deploys, since, due] = await Promise.all([
    store.deploys.during(range, names),
    // What a deploy of the week set off may have been declared after it.
    store.incidents.during({ from: range.from, to: at }, names),
    overdueActions(names, at, { store, catalog }),
  ]);
  const incidents = since.filter(({ times, declaredAt }) => (times.started ?? declaredAt) < range.to);
  const told = deploys.filter(isTold);
  return {
    delivery: deliveryIn(range, deploys, incidents, await blamedIn(since, store)),
    verdicts: {
      told: told.length,
      degraded: told.filter(({ watch }) => watch?.verdict?.verdict === 'degraded').length,
      precision: precisionOf(told),
    },
    incidents: incidents
      .filter(({ duplicateOf }) => duplicateOf === undefined)
      .toSorted((a, b) => Number(isOpen(b)) - Number(isOpen(a)) || b.number - a.number),
    ...due,
  };
}

/** Whether a verdict was told: at the end of a watch, or as soon as it was a bad one. */
function isTold({ watch }: Deploy): boolean {
  return watch?.verdict !== undefined && (watch.state === 'done' || watch.verdict.verdict === 'degraded');
}

/** Ids of deploys that post-mortems name as what set an incident off. */
async function blamedIn(
  incidents: readonly Incident[],
  { postmortems }: Pick<Ports['store'], 'postmortems'>,
): Promise<ReadonlySet<string>> {
  const written = await Promise.all(incidents.map(({ id }) => postmortems.get(id)));
  return new Set(
    written.flatMap((postmortem) => {
      const { triggerKind, triggerReference } = postmortem?.fields ?? {};
      return triggerKind === 'deploy' && triggerReference !== undefined ? [triggerReference] : [];
    }),
  );
}

async function overdueActions(
  names: readonly string[] | undefined,
  at: Instant,
  { store, catalog }: Pick<Ports, 'store' | 'catalog'>,
): Promise<Pick<DigestAnswer, 'actions' | 'overdue'>> {
  const { zone } = catalog.current();
  const open = await store.postmortems.openActions({ limit: ACTIONS });
  const late = open
    .map(({ incident, item }) => dueAction(incident, item, at, zone))
    .filter(({ isOverdue }) => isOverdue);
  const theirs = names === undefined ? late : await ofServices(late, new Set(names), store);
  return { actions: theirs.slice(0, LISTED), overdue: theirs.length };
}

async function ofServices(
  actions: readonly DueAction[],
  names: ReadonlySet<string>,
  { incidents }: Pick<Ports['store'], 'incidents'>,
): Promise<readonly DueAction[]> {
  const found = await Promise.all(
    [...new Set(actions.map(({ incident }) => incident))].map((id) => incidents.get(id)),
  );
  const theirs = new Set(
    found.flatMap((incident) =>
      incident?.services.some((service) => names.has(service)) === true ? [incident.id] : [],
    ),
  );
  return actions.filter(({ incident }) => theirs.has(incident));
}
