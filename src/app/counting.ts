import { COUNT_EVERY, countingOf } from '#domain/budget/slo.ts';
import { windowAt } from '#domain/budget/window.ts';
import { present } from '#domain/optional.ts';
import { explain, type ProblemCode } from '#domain/problem.ts';
import { alignDown, DAY, type Duration, HOUR, type Instant, MINUTE, type Range, WEEK } from '#domain/time.ts';
import type { Basis, BudgetStep, Budgets, CountedStep, Counting, Ports } from './ports.ts';
import { type ServiceSlo, slosOf } from './standings.ts';

export type CountPorts = Pick<Ports, 'store' | 'sliCounter' | 'catalog' | 'clock' | 'log' | 'meter'>;

/** The newest steps are counted again each time, because samples come late. */
const RECOUNT: Duration = 30 * MINUTE;

/** A step is first counted when its last scrape should be in. */
const SETTLED: Duration = 20_000;

/** The past is counted in pieces of this length, so that no query is large. */
const PIECE: Duration = DAY;

/** Beside the window, burn rates and last week’s traffic are looked at. */
const AT_LEAST: Duration = 8 * DAY;

/** As far back as is ever counted: a year, which is the longest window. */
const AT_MOST: Duration = 400 * DAY;

/** Between two pieces of the past. */
const BREATH: Duration = 250;

/** SLOs that are recorded in one transaction; others may write between two. */
const TOGETHER = 100;

/** Counts kept whole and by the hour; older ones stay by the day. */
const WHOLE_FOR: Duration = 35 * DAY;
const HOURLY_FOR: Duration = 100 * DAY;

/**
 * Counts every SLO every five minutes; at first start the past too, and after being away what was missed, a day at a time with a pause between, so
 * that Prometheus keeps its breath. `after` is called when a round is done.
 */
export function startCounting(ports: CountPorts, after: () => Promise<void>): { stop(): Promise<void> } {
  const { clock, log, store } = ports;
  const stopping = new AbortController();
  let thinnedAt = Number.NEGATIVE_INFINITY;
  const loop = async () => {
    while (!stopping.signal.aborted) {
      try {
        await countNew(ports);
        await countPast(ports, stopping.signal);
        // What is told of a budget of which half the window is not counted yet would be told again.
        await after();
        if (clock.now() - thinnedAt > DAY) {
          thinnedAt = clock.now();
          await store.budgets.rollUp(thinnedAt - WHOLE_FOR, thinnedAt - HOURLY_FOR);
        }
      } catch (error) {
        log.warn({ error }, 'budgets could not be counted; it is tried again');
      }
      const now = clock.now();
      const next = alignDown(now - SETTLED, COUNT_EVERY) + COUNT_EVERY + SETTLED;
      await clock.sleep(Math.max(1000, next - now), stopping.signal);
    }
  };
  const done = loop();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

/** Counts the past for as long as it takes, but for no longer than until the next round. */
async function countPast(ports: CountPorts, signal: AbortSignal): Promise<void> {
  const { clock } = ports;
  const until = clock.now() + COUNT_EVERY;
  while (!signal.aborted && clock.now() < until && (await countOlder(ports)))
    await clock.sleep(BREATH, signal);
}

/** Counts from where counting ended up to now less `settled` ms, the last half hour again. A first count takes one day. */
export async function countNew(ports: CountPorts, settled: Duration = SETTLED): Promise<void> {
  const { store, catalog, clock } = ports;
  const slos = slosOf(catalog.current().services);
  const extents = await store.budgets.extents();
  const to = alignDown(clock.now() - settled, COUNT_EVERY);
  const fromOf = ({ key, slo }: ServiceSlo) => {
    const { every } = countingOf(slo);
    const known = extents.get(key)?.to;
    // What Prometheus cannot have any more is not asked for.
    const from = known === undefined ? to - PIECE : Math.max(Math.min(known, to) - RECOUNT, to - AT_MOST);
    return alignDown(Math.max(from, extents.get(key)?.from ?? from), every);
  };
  for (const [from, alike] of Map.groupBy(slos, fromOf)) {
    for (const range of piecesOf({ from, to }, PIECE)) await countStretch(alike, range, 'forwards', ports);
  }
}

/** Counts one piece of the past that no SLO has yet; `false` when every SLO has all that its window needs. */
export async function countOlder(ports: CountPorts): Promise<boolean> {
  const { store, catalog, clock } = ports;
  const { services, zone } = catalog.current();
  const extents = await store.budgets.extents();
  const now = clock.now();
  const slos = slosOf(services);
  // Few SLOs are counted a week at a time: the answer is as large as a day’s of many.
  const piece = PIECE * Math.min(7, Math.max(1, Math.floor(TOGETHER / Math.max(1, slos.length))));
  const missing = slos.flatMap((of) => {
    const extent = extents.get(of.key);
    if (extent === undefined) return [];
    const wanted = Math.max(Math.min(windowAt(of.slo.window, now, zone).from, now - AT_LEAST), now - AT_MOST);
    const { every } = countingOf(of.slo);
    const from = alignDown(Math.max(wanted, extent.from - piece), every);
    return from < extent.from ? [{ of, range: { from, to: extent.from } }] : [];
  });
  for (const [, alike] of Map.groupBy(missing, ({ range }) => `${range.from}/${range.to}`)) {
    const [first] = alike;
    if (first === undefined) continue;
    const ofThese = alike.map(({ of }) => of);
    const answered = await countStretch(ofThese, first.range, 'backwards', ports);
    for (const { of } of alike) if (answered.has(of.key)) await store.budgets.asked(of.key, first.range.from);
    // Who does not answer is asked again in the next round, not at once.
    if (answered.size === 0) return false;
  }
  return missing.length > 0;
}

function piecesOf({ from, to }: Range, length: Duration): readonly Range[] {
  const pieces: Range[] = [];
  for (let at = from; at < to; at += length) pieces.push({ from: at, to: Math.min(to, at + length) });
  return pieces;
}

/**
 * Counts a stretch, in smaller pieces where it is too much for Prometheus at once. Pieces go on from what is counted already, and stop where one fails, so that
 * there is never a hole. Gives the keys of those that were answered throughout.
 */
async function countStretch(
  slos: readonly ServiceSlo[],
  range: Range,
  direction: 'forwards' | 'backwards',
  ports: CountPorts,
): Promise<ReadonlySet<string>> {
  const { answered, tooMuch } = await countPiece(slos, range, ports);
  const smaller = SMALLER.find((length) => length < range.to - range.from);
  if (tooMuch.size === 0 || smaller === undefined) return answered;
  let left = slos.filter(({ key }) => tooMuch.has(key));
  const pieces = piecesOf(range, smaller);
  for (const piece of direction === 'forwards' ? pieces : pieces.toReversed()) {
    const some = await countStretch(left, piece, direction, ports);
    left = left.filter(({ key }) => some.has(key));
    if (left.length === 0) break;
  }
  return new Set([...answered, ...left.map(({ key }) => key)]);
}

/** Lengths to try where a stretch is too much at once. */
const SMALLER: readonly Duration[] = [DAY, 3 * HOUR];

/** What a shorter stretch may mend. */
const TOO_MUCH: ReadonlySet<ProblemCode> = new Set(['prometheus-timeout', 'query-too-large']);

/** Counts and records one stretch; gives the keys of those that were answered, and of those for which it was too much. */
async function countPiece(
  slos: readonly ServiceSlo[],
  range: Range,
  ports: CountPorts,
): Promise<{ readonly answered: ReadonlySet<string>; readonly tooMuch: ReadonlySet<string> }> {
  const { store, sliCounter, log, meter } = ports;
  const tooMuch = new Set<string>();
  const counted = await sliCounter.count(slos, range);
  const failed: { key: string; notes: readonly string[] }[] = [];
  const known = await store.budgets.bases();
  const answered = slos.flatMap((of) => {
    const counting = counted.get(of.key);
    if (counting === undefined) return [];
    for (const problem of counting.problems) {
      meter.count('bellbuoy_slo_count_failures_total', { problem: problem.code });
      log.warn({ slo: of.key, problem }, 'an SLO could not be counted');
      if (TOO_MUCH.has(problem.code)) tooMuch.add(of.key);
    }
    if (counting.problems.length > 0) failed.push({ key: of.key, notes: counting.problems.map(explain) });
    return counting.problems.length > 0 ? [] : [{ of, counting: inUnit(counting, known.get(of.key)) }];
  });
  for (const { key, notes } of failed) await keepBasis(store.budgets, key, { notes }, known.get(key));
  const usual = await usualTraffic(answered, ports);
  for (let i = 0; i < answered.length; i += TOGETHER) {
    await store.transact(async ({ budgets }) => {
      for (const { of, counting } of answered.slice(i, i + TOGETHER)) {
        const steps = counting.steps.map((step) => stepOf(step, of, usual.get(of.key)));
        const before = known.get(of.key);
        // Seconds that stood in for events are not added to events.
        if (before?.unit === 'seconds' && counting.unit === 'events') await budgets.forget(of.key);
        await budgets.record(of.key, range.from, steps);
        await keepBasis(budgets, of.key, counting, before);
      }
    });
  }
  return { answered: new Set(answered.map(({ of }) => of.key)), tooMuch };
}

/** Where events were counted before, seconds of a share in their place are as if nothing had been seen. */
function inUnit(counting: Counting, known: Basis | undefined): Counting {
  if (counting.unit !== 'seconds' || known?.unit !== 'events') return counting;
  const unseen = { bad: 0, total: 0, lost: 0, observed: 0, silent: 0 };
  return { notes: known.notes, problems: [], steps: counting.steps.map(({ to }) => ({ to, ...unseen })) };
}

/** What was seen once stays known while nothing is seen. */
async function keepBasis(
  budgets: Pick<Budgets, 'saveBasis'>,
  key: string,
  { notes, unit }: Basis,
  known: Basis | undefined,
): Promise<void> {
  const basis: Basis = { notes, ...present({ unit: unit ?? known?.unit }) };
  const isSame = basis.unit === known?.unit && notes.join('\n') === (known?.notes ?? []).join('\n');
  if (!isSame) await budgets.saveBasis(key, basis);
}

/** A step as it is kept: what was seen, and for what was silent, what silence means. */
function stepOf(step: CountedStep, { slo }: ServiceSlo, usual: Usual | undefined): BudgetStep {
  const { to, bad, total, lost, observed, silent } = step;
  const seen = { to, bad, total, lost, observed, assumed: 0 };
  if (silent === 0) return seen;
  if (slo.absent === 'good') return { ...seen, observed: observed + silent };
  const expected = (usual?.at(to) ?? 0) * silent;
  const isOutage = slo.absent === 'bad' || expected >= FEWEST;
  if (!isOutage) return seen;
  return {
    to,
    bad: bad + expected,
    total: total + expected,
    lost: lost + (slo.method.kind === 'occurrences' ? 0 : silent),
    observed: observed + silent,
    assumed: expected,
  };
}

/** Below one event in a step nobody would miss them. */
const FEWEST = 1;

/** Events per millisecond that are usual at a moment. */
type Usual = { at(to: Instant): number | undefined };

/** The traffic around the same hour a week before, of the SLOs that were silent: from what was kept, or asked for where nothing was. */
async function usualTraffic(
  answered: readonly { of: ServiceSlo; counting: Counting }[],
  { store, sliCounter }: CountPorts,
): Promise<ReadonlyMap<string, Usual>> {
  const asked = answered.flatMap(({ of, counting }) => {
    if (of.slo.absent === 'good') return [];
    const silent = counting.steps.filter((step) => step.silent > 0);
    return [...new Set(silent.map(({ to }) => hourOf(to)))].map((hour) => ({
      ...{ of, key: of.key, hour },
      range: { from: hour - WEEK - HOUR / 2, to: hour - WEEK + (3 * HOUR) / 2 },
    }));
  });
  if (asked.length === 0) return new Map();
  const rates = new Map<string, Map<Instant, number>>();
  const put = (key: string, hour: Instant, total: number, observed: Duration) => {
    if (observed < HOUR / 4) return false;
    const ofKey = rates.get(key) ?? new Map<Instant, number>();
    rates.set(key, ofKey.set(hour, total / observed));
    return true;
  };
  const kept = await store.budgets.tallies(asked);
  const unknown = asked.filter(({ key, hour }, i) => {
    const tally = kept[i];
    // Events that were themselves assumed are no evidence.
    return tally === undefined || !put(key, hour, tally.total - tally.assumed, tally.observed);
  });
  for (const [day, alike] of Map.groupBy(unknown, ({ hour }) => alignDown(hour, PIECE))) {
    const range = { from: day - WEEK - HOUR, to: day - WEEK + PIECE + 2 * HOUR };
    const counted = await sliCounter.count([...new Set(alike.map(({ of }) => of))], range);
    for (const { key, hour, range: near } of alike) {
      const steps = (counted.get(key)?.steps ?? []).filter(({ to }) => to > near.from && to <= near.to);
      const sum = (of: 'total' | 'observed') => steps.reduce((all, step) => all + step[of], 0);
      put(key, hour, sum('total'), sum('observed'));
    }
  }
  return new Map([...rates].map(([key, ofKey]) => [key, { at: (to) => ofKey.get(hourOf(to)) }]));
}

/** The beginning of the hour that a step lies in. */
function hourOf(end: Instant): Instant {
  return alignDown(end - 1, HOUR);
}
