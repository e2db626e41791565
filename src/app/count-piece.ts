import { countingOf } from '#domain/budget/slo.ts';
import { present } from '#domain/optional.ts';
import { explain, type ProblemCode } from '#domain/problem.ts';
import { type Range, WEEK } from '#domain/time.ts';
import type { Basis, BudgetStep, Budgets, Counting, Ports } from './ports.ts';
import { type Answered, type Known, keptSteps, usualTraffic } from './silence.ts';
import type { ServiceSlo } from './standings.ts';

export type CountPorts = Pick<Ports, 'store' | 'sliCounter' | 'catalog' | 'clock' | 'log' | 'meter'>;

/** SLOs that are recorded in one transaction; others may write between two. */
export const TOGETHER = 100;

/** What a shorter stretch may mend. */
const TOO_MUCH: ReadonlySet<ProblemCode> = new Set(['prometheus-timeout', 'query-too-large']);

/** Counts and records one stretch; gives the keys of those that were answered, and of those for which it was too much. */
export async function countPiece(
  slos: readonly ServiceSlo[],
  range: Range,
  ports: CountPorts,
): Promise<{ readonly answered: ReadonlySet<string>; readonly tooMuch: ReadonlySet<string> }> {
  const { store, sliCounter, log, meter } = ports;
  const tooMuch = new Set<string>();
  const counted = await sliCounter.count(slos, range);
  const bases = await store.budgets.bases();
  const ready: { readonly of: ServiceSlo; readonly counting: Counting }[] = [];
  for (const of of slos) {
    const counting = counted.get(of.key);
    if (counting === undefined) continue;
    const basis = bases.get(of.key);
    for (const problem of counting.problems) {
      meter.count('bellbuoy_slo_count_failures_total', { problem: problem.code });
      log.warn({ slo: of.key, problem }, 'an SLO could not be counted');
      if (TOO_MUCH.has(problem.code)) tooMuch.add(of.key);
    }
    if (counting.problems.length === 0) ready.push({ of, counting: inUnit(counting, basis) });
    else await keepBasis(store.budgets, of.key, { notes: counting.problems.map(explain) }, basis);
  }
  const known = await knownOf(ready, range, ports);
  const answered = ready.map((one): Answered => {
    const isAfterOutage = (known.get(one.of.key)?.before.length ?? 0) > 0;
    return { ...one, isAfterOutage };
  });
  const usual = await usualTraffic(answered, ports);
  for (let i = 0; i < answered.length; i += TOGETHER) {
    await store.transact(async ({ budgets }) => {
      for (const { of, counting } of answered.slice(i, i + TOGETHER)) {
        const { steps } = counting;
        const { from = range.from, ...before } = known.get(of.key) ?? NOTHING;
        const kept = keptSteps(steps, of.slo, usual.get(of.key), before);
        const basis = bases.get(of.key);
        // Seconds that stood in for events are not added to events.
        if (basis?.unit === 'seconds' && counting.unit === 'events') await budgets.forget(of.key);
        await budgets.record(of.key, kept.length > steps.length ? from : range.from, kept);
        await keepBasis(budgets, of.key, counting, basis);
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

const NOTHING: Known & { readonly from?: number } = { inside: new Map(), before: [], hasBegun: false };

/**
 * What is kept around the stretch of the SLOs that need it: those that were not seen throughout, and those for which an outage was assumed just before. `from` is where
 * that outage begins.
 */
async function knownOf(
  counted: readonly { readonly of: ServiceSlo; readonly counting: Counting }[],
  range: Range,
  { store }: Pick<CountPorts, 'store'>,
): Promise<ReadonlyMap<string, Known & { readonly from?: number }>> {
  const questions = counted.flatMap(({ of: { key, slo } }) => [
    { key, range: { from: 0, to: range.from } },
    { key, range: { from: range.from - countingOf(slo).every, to: range.from } },
  ]);
  const tallies = await store.budgets.tallies(questions);
  const found = new Map<string, Known & { readonly from?: number }>();
  for (const [i, { of, counting }] of counted.entries()) {
    const [ever, last] = [tallies[2 * i], tallies[2 * i + 1]];
    const isSeen = counting.steps.every(({ observed, silent }) => observed > 0 && silent === 0);
    const isAfterOutage = (last?.assumed ?? 0) > 0;
    if (isSeen && !isAfterOutage) continue;
    const from = isAfterOutage ? range.from - WEEK : range.from;
    const steps = await store.budgets.steps(of.key, { from, to: range.to });
    const kept = steps.map((step) => ({ from: step.range.from, step: asStep(step) }));
    const inside = kept.filter(({ step }) => step.to > range.from);
    const earlier = kept.filter(({ step }) => step.to <= range.from);
    const before = earlier.slice(earlier.findLastIndex(({ step }) => step.assumed <= 0) + 1);
    found.set(of.key, {
      inside: new Map(inside.map(({ step }) => [step.to, step])),
      before: before.map(({ step }) => step),
      hasBegun: (ever?.observed ?? 0) > 0,
      ...present({ from: before[0]?.from }),
    });
  }
  return found;
}

function asStep({ range, ...tally }: Omit<BudgetStep, 'to'> & { readonly range: Range }): BudgetStep {
  return { ...tally, to: range.to };
}
