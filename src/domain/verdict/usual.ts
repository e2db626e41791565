import type { Duration } from '../time.ts';
import { allOf, blocksOf, finite } from './blocks.ts';
import { type Count, conditionalTestFewer } from './counts.ts';
import { type Surroundings, upTo } from './ordinary.ts';
import { FEWEST_INDEPENDENT, FEWEST_MOMENTS } from './placebo.ts';
import type { Ratio } from './ratio-moment.ts';

/** What is usual before a moment: counts without what is not ordinary, and whether enough is known to tell. */
export type Usual = {
  /** What of a stretch is ordinary. */
  between(from: number, to: number): Count;
  /** Whether the time before a moment suffices to say what is usual. */
  isKnown(moment: number): boolean;
};

const DAY: Duration = 86_400_000;

/** Blocks whose rate is so many times that of the lower nineteen in twenty, by at least so many bad events, are outages that nobody announced. */
const OUTAGE = { times: 10, events: 10 } as const;
const LOWER = 0.95;

/** A baseline that is lower than what is usual by so small a chance is usual for this hour, or since lately. */
const LOWER_BY_CHANCE = 0.01;

/** The counts before a moment without what is excluded and without outages, which nobody should be held against. */
export function usualBefore({ bad, total }: Ratio, rules: Surroundings, moment: number): Usual {
  const begin = Math.max(0, moment - rules.history);
  const isOut = outagesIn(bad, total, rules, begin, moment);
  const sums = { bad: new Float64Array(total.length + 1), total: new Float64Array(total.length + 1) };
  for (let i = 0; i < total.length; i += 1) {
    const counts = rules.excluded?.[i] || isOut[i] ? 0 : 1;
    sums.bad[i + 1] = (sums.bad[i] ?? 0) + (counts === 1 ? finite(bad[i]) : 0);
    sums.total[i + 1] = (sums.total[i] ?? 0) + (counts === 1 ? finite(total[i]) : 0);
  }
  const known = rules.known === undefined ? undefined : upTo(rules.known);
  const enough = Math.max(
    rules.before + rules.after + FEWEST_MOMENTS,
    FEWEST_INDEPENDENT * (rules.before + rules.after),
  );
  return {
    between: (from, to) => ({
      bad: (sums.bad[to] ?? 0) - (sums.bad[Math.max(0, from)] ?? 0),
      total: (sums.total[to] ?? 0) - (sums.total[Math.max(0, from)] ?? 0),
    }),
    isKnown: (at) => {
      const from = Math.max(0, at - rules.history);
      return (known === undefined ? at - from : (known[at] ?? 0) - (known[from] ?? 0)) >= enough;
    },
  };
}

/**
 * The counts that a moment is held against: its whole history, which knows the usual rate best; where the baseline is clearly lower than that, the same hours of the days before, and where it is lower than those
 * too, the baseline alone. A service that fails more at night, or until last week, is judged by what it does now.
 */
export function baseAt(
  usual: Usual,
  { step }: Pick<Ratio, 'step'>,
  rules: Surroundings,
  moment: number,
  before: Count,
  dispersion: number,
): Count {
  const history = usual.between(moment - rules.history, moment);
  if (history.total <= 0) return before;
  if (!isLower(before, history, dispersion)) return history;
  const sameHours = sameHoursOf(usual, Math.round(DAY / step), rules, moment);
  const joined = { bad: sameHours.bad + before.bad, total: sameHours.total + before.total };
  return isLower(before, joined, dispersion) ? before : joined;
}

function isLower(before: Count, others: Count, dispersion: number): boolean {
  if (others.total <= 0 || before.total <= 0) return false;
  const isLess = before.bad / before.total < others.bad / others.total;
  return isLess && conditionalTestFewer(others, before, dispersion) < LOWER_BY_CHANCE;
}

function sameHoursOf(usual: Usual, day: number, rules: Surroundings, moment: number): Count {
  let [bad, total] = [0, 0];
  for (let at = moment - day; at - rules.before >= moment - rules.history && at > rules.before; at -= day) {
    const one = usual.between(at - rules.before, Math.min(moment, at + rules.after));
    bad += one.bad;
    total += one.total;
  }
  return { bad, total };
}

/** Marks blocks, as long as what comes after, in which far more failed than ever otherwise. */
function outagesIn(
  bad: Float64Array,
  total: Float64Array,
  rules: Surroundings,
  begin: number,
  end: number,
): Uint8Array {
  const marks = new Uint8Array(total.length);
  const size = Math.max(1, rules.after);
  const from = Math.ceil(begin / size) * size;
  const { excluded } = rules;
  const blocks = blocksOf(bad, total, { from, to: end - rules.before, size, excluded });
  const sorted = blocks.toSorted((a, b) => a.bad / a.total - b.bad / b.total);
  const lower = sorted.slice(0, Math.ceil(LOWER * sorted.length));
  const all = allOf(lower);
  if (all.total <= 0 || all.bad <= 0) return marks;
  const rate = all.bad / all.total;
  for (const block of blocks)
    if (block.bad >= OUTAGE.events && block.bad / block.total > OUTAGE.times * rate)
      marks.fill(1, block.at, block.at + size);
  return marks;
}
