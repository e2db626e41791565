import type { Slo } from '#domain/budget/slo.ts';
import type { Tally } from '#domain/budget/usage.ts';
import { alignDown, DAY, HOUR, type Instant, type Range, WEEK } from '#domain/time.ts';
import type { BudgetStep, CountedStep, Counting, Ports } from './ports.ts';
import type { ServiceSlo } from './standings.ts';

/** What is usual at a moment: events per millisecond, and how many there were in the two hours around it. */
type Traffic = { readonly rate: number; readonly count: number };

/** The traffic that a service usually has, by the end of a step. */
export type Usual = { at(to: Instant): Traffic | undefined };

/** What is kept of an SLO around a stretch that was counted. */
export type Known = {
  /** Kept steps of the stretch, by their end. */
  readonly inside: ReadonlyMap<Instant, BudgetStep>;
  /** The steps before it that were taken for an outage without a break, oldest first. */
  readonly before: readonly BudgetStep[];
  /** Whether anything of the SLO was ever seen before. */
  readonly hasBegun: boolean;
};

/** A service with less than this in two hours is not missed. */
const FEWEST = 1;

/** Of what was assumed to be lost, the share that counters have to prove afterwards for nothing to have been. */
const PROVEN = 0.5;

/**
 * Steps as they are kept: what was seen, and for what was silent, what silence means by the SLO’s word and the usual traffic. What was seen once stays when
 * Prometheus does not have it any more. An outage that was assumed is withdrawn, from the first step on, when the counters go on behind it as if there had been
 * none: then only the scrapes were missing. Steps that follow each other, the withdrawn ones of `known.before` first.
 */
export function keptSteps(
  steps: readonly CountedStep[],
  slo: Pick<Slo, 'absent' | 'method'>,
  usual: Usual | undefined,
  known: Known,
): readonly BudgetStep[] {
  const kept: BudgetStep[] = [...known.before];
  let outage = kept.map((_, i) => i);
  let hasBegun = known.hasBegun || kept.length > 0;
  for (const step of steps) {
    const remembered = step.observed > 0 ? undefined : rememberedOf(known.inside.get(step.to));
    const isMissed = remembered === undefined && isOutage(step, slo, usual, hasBegun);
    const index = kept.length;
    kept.push(remembered ?? stepOf(step, slo, isMissed ? usual : undefined, isMissed));
    if (remembered === undefined && step.observed === 0) {
      if (isMissed) outage.push(index);
      continue;
    }
    hasBegun = true;
    // A step that was silent in part is the end of an outage, or the beginning of one.
    const over = isMissed && outage.length > 0 ? [...outage, index] : outage;
    if (
      wasNone(
        over.map((i) => kept[i] as BudgetStep),
        kept[index] as BudgetStep,
        usual,
      )
    )
      for (const i of over) kept[i] = withdrawn(kept[i] as BudgetStep, kept[index] as BudgetStep);
    outage = isMissed && outage.length === 0 ? [index] : [];
  }
  return kept[0] !== undefined && kept[0] === known.before[0] ? kept.slice(known.before.length) : kept;
}

/** What was seen of a step when it was counted before. */
function rememberedOf(step: BudgetStep | undefined): BudgetStep | undefined {
  return step !== undefined && step.observed > 0 && step.assumed === 0 && step.total > 0 ? step : undefined;
}

function isOutage(
  { to, silent }: CountedStep,
  { absent }: Pick<Slo, 'absent'>,
  usual: Usual | undefined,
  hasBegun: boolean,
): boolean {
  if (silent === 0 || absent === 'good') return false;
  return absent === 'bad' ? hasBegun : (usual?.at(to)?.count ?? 0) >= FEWEST;
}

function stepOf(
  { to, bad, total, lost, observed, silent }: CountedStep,
  { absent, method }: Pick<Slo, 'absent' | 'method'>,
  usual: Usual | undefined,
  isMissed: boolean,
): BudgetStep {
  const expected = (usual?.at(to)?.rate ?? 0) * silent;
  const away = isMissed && method.kind !== 'occurrences' ? silent : 0;
  return {
    to,
    bad: bad + expected,
    total: total + expected,
    lost: lost + away,
    observed: observed + (isMissed || absent === 'good' ? silent : 0),
    assumed: expected,
  };
}

/** Whether the counters have grown by so much behind an outage that it was none. */
function wasNone(outage: readonly BudgetStep[], after: BudgetStep, usual: Usual | undefined): boolean {
  if (outage.length === 0) return false;
  const expected = outage.reduce((sum, { assumed }) => sum + assumed, 0);
  const own = (usual?.at(after.to)?.rate ?? 0) * after.observed;
  const late = after.total - after.assumed - own;
  return late > 0 && late >= expected * PROVEN;
}

/** What happened in it is in the step that was seen after it; its share of lost time holds for both. */
function withdrawn(step: BudgetStep, after: BudgetStep): BudgetStep {
  const { to, bad, total, assumed, observed } = step;
  const share = after.observed > 0 ? (after.lost - (after.assumed > 0 ? after.lost : 0)) / after.observed : 0;
  return { to, bad: bad - assumed, total: total - assumed, lost: observed * share, observed, assumed: 0 };
}

/** How many weeks back an SLO is looked at that is always bad when it is silent: it may be so for long. */
const WEEKS_BACK = 5;

/** What was counted of an SLO, and whether an outage was assumed just before. */
export type Answered = {
  readonly of: ServiceSlo;
  readonly counting: Counting;
  readonly isAfterOutage: boolean;
};

/**
 * The traffic around the same hour a week before, of the SLOs that were silent: from what was kept, or asked for where nothing was. Events that were themselves
 * assumed are no evidence; where silence is always bad, earlier weeks are looked at then.
 */
export async function usualTraffic(
  answered: readonly Answered[],
  { store, sliCounter }: Pick<Ports, 'store' | 'sliCounter'>,
): Promise<ReadonlyMap<string, Usual>> {
  const found = new Map<string, Map<Instant, Traffic>>();
  let asked = answered.flatMap(({ of, counting: { steps }, isAfterOutage }) => {
    if (of.slo.absent === 'good') return [];
    // The first step behind a silence is held against what is usual too.
    const hours = steps.flatMap(({ to, silent }, i) =>
      silent > 0 || (i === 0 ? isAfterOutage : (steps[i - 1]?.silent ?? 0) > 0) ? [hourOf(to)] : [],
    );
    return [...new Set(hours)].map((hour): Wanted => ({ of, key: of.key, hour }));
  });
  for (let week = 1; week <= WEEKS_BACK && asked.length > 0; week += 1) {
    const missing: Wanted[] = [];
    const kept = await store.budgets.tallies(
      asked.map(({ key, hour }) => ({ key, range: around(hour - week * WEEK) })),
    );
    asked.forEach((one, i) => {
      if (!put(found, one, kept[i])) missing.push(one);
    });
    await askFor(missing, week, sliCounter, found);
    asked = missing.filter(({ of, key, hour }) => of.slo.absent === 'bad' && !found.get(key)?.has(hour));
  }
  return new Map([...found].map(([key, ofKey]) => [key, { at: (to) => ofKey.get(hourOf(to)) }]));
}

type Wanted = { readonly of: ServiceSlo; readonly key: string; readonly hour: Instant };

async function askFor(
  wanted: readonly Wanted[],
  week: number,
  sliCounter: Ports['sliCounter'],
  found: Map<string, Map<Instant, Traffic>>,
): Promise<void> {
  for (const [day, alike] of Map.groupBy(wanted, ({ hour }) => alignDown(hour, DAY))) {
    const from = day - week * WEEK;
    const range = { from: from - HOUR, to: from + DAY + 2 * HOUR };
    const counted = await sliCounter.count([...new Set(alike.map(({ of }) => of))], range);
    for (const one of alike) {
      const near = around(one.hour - week * WEEK);
      const steps = (counted.get(one.key)?.steps ?? []).filter(({ to }) => to > near.from && to <= near.to);
      const sum = (of: 'total' | 'observed') => steps.reduce((all, step) => all + step[of], 0);
      put(found, one, { total: sum('total'), observed: sum('observed'), assumed: 0 });
    }
  }
}

/** Keeps what was usual at an hour; `false` where it is not known: nothing was looked at, or what is kept was assumed. */
function put(
  found: Map<string, Map<Instant, Traffic>>,
  { key, hour }: Wanted,
  tally: Pick<Tally, 'total' | 'observed' | 'assumed'> | undefined,
): boolean {
  if (tally === undefined || tally.observed < HOUR / 4) return false;
  const count = tally.total - tally.assumed;
  if (tally.assumed > 0 && count < FEWEST) return false;
  const ofKey = found.get(key) ?? new Map<Instant, Traffic>();
  found.set(key, ofKey.set(hour, { rate: count / tally.observed, count }));
  return true;
}

/** The hour that begins at a moment, with half an hour on both sides. */
function around(hour: Instant): Range {
  return { from: hour - HOUR / 2, to: hour + (3 * HOUR) / 2 };
}

/** The beginning of the hour that a step lies in. */
function hourOf(end: Instant): Instant {
  return alignDown(end - 1, HOUR);
}
