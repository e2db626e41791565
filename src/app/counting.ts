import { COUNT_EVERY, countingOf, type SloWindow } from '#domain/budget/slo.ts';
import { windowAt } from '#domain/budget/window.ts';
import { alignDown, DAY, type Duration, HOUR, type Instant, MINUTE, type Range } from '#domain/time.ts';
import { type CountPorts, countPiece, TOGETHER } from './count-piece.ts';
import { type ServiceSlo, slosOf } from './standings.ts';

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

/** Counts kept whole and by the hour; older ones stay by the day. */
const WHOLE_FOR: Duration = 35 * DAY;
const HOURLY_FOR: Duration = 100 * DAY;

/**
 * Counts every SLO every five minutes; at first start the past too, and after being away what was missed, a day at a time with a pause between, so
 * that Prometheus keeps its breath. `after` is called when a round is done.
 */
export function startCounting(ports: CountPorts, after: () => Promise<void>): { stop(): Promise<void> } {
  const { clock, log } = ports;
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
          await thinOut(ports, thinnedAt);
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

/**
 * Counts from where counting ended up to now less `settled` ms, the last half hour again. A first count takes one day. What was counted up to later than now, by a clock
 * that went ahead or for a moment of the past, stays as it is.
 */
export async function countNew(ports: CountPorts, settled: Duration = SETTLED): Promise<void> {
  const { store, catalog, clock } = ports;
  const extents = await store.budgets.extents();
  const to = alignDown(clock.now() - settled, COUNT_EVERY);
  const fromOf = ({ key, slo }: ServiceSlo) => {
    const { every } = countingOf(slo);
    const known = extents.get(key);
    if (known === undefined) return alignDown(to - PIECE, every);
    // What Prometheus cannot have any more is not asked for.
    return alignDown(Math.max(known.to - RECOUNT, known.from, to - AT_MOST), every);
  };
  for (const [from, alike] of Map.groupBy(slosOf(catalog.current().services), fromOf)) {
    for (const range of piecesOf({ from, to }, PIECE)) await countStretch(alike, range, 'forwards', ports);
  }
}

/** Counts one piece of the past for each SLO that lacks some; `false` when there was none, or nobody answered. */
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
  let isAnswered = false;
  for (const [, alike] of Map.groupBy(missing, ({ range }) => `${range.from}/${range.to}`)) {
    const [first] = alike;
    if (first === undefined) continue;
    const ofThese = alike.map(({ of }) => of);
    const answered = await countStretch(ofThese, first.range, 'backwards', ports);
    for (const { of, range } of alike) {
      if (!answered.has(of.key)) continue;
      isAnswered = true;
      await store.budgets.asked(of.key, range.from);
      if (of.slo.absent === 'bad') await countSilenceAfter(of, range, ports);
    }
  }
  // Who does not answer is asked again in the next round, not at once.
  return isAnswered;
}

/**
 * Silence is bad from the first sample on. Once the past shows that there was one, the silence that was left open behind it is counted again.
 */
async function countSilenceAfter(of: ServiceSlo, { from, to }: Range, ports: CountPorts): Promise<void> {
  const { budgets } = ports.store;
  const [seen] = await budgets.tallies([{ key: of.key, range: { from, to } }]);
  if ((seen?.observed ?? 0) === 0) return;
  const later = await budgets.steps(of.key, { from: to, to: ports.clock.now() });
  const open = later.findIndex(({ observed }) => observed > 0);
  const end = (open < 0 ? later.at(-1)?.range.to : later[open]?.range.from) ?? to;
  for (const range of piecesOf({ from: to, to: end }, PIECE))
    await countStretch([of], range, 'forwards', ports);
}

/** Thins out old counts, but for the beginnings of calendar periods, and forgets SLOs that are no more. */
async function thinOut({ store, catalog }: CountPorts, now: Instant): Promise<void> {
  const { services, zone } = catalog.current();
  const slos = slosOf(services);
  const begun = new Map(slos.map(({ key, slo }) => [key, beginnings(slo.window, now, zone)]));
  await store.budgets.rollUp(now - WHOLE_FOR, now - HOURLY_FOR, begun);
  await store.budgets.forgetUnused(new Set(slos.map(({ key }) => key)), now - WHOLE_FOR);
}

/** When the periods of a calendar window began, as far back as is counted. */
function beginnings(window: SloWindow, now: Instant, zone: string): readonly Instant[] {
  if (window.kind === 'rolling') return [];
  const found: Instant[] = [];
  for (let at = now; at > now - AT_MOST; ) {
    const { from } = windowAt(window, at, zone);
    found.push(from);
    at = from - 1;
  }
  return found;
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
