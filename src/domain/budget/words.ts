import { allowedShare, type SloWindow } from './slo.ts';
import type { BudgetState } from './state.ts';
import { minutesOf, type Usage } from './usage.ts';
import { windowWords } from './window.ts';

/** What a sentence about a budget needs. `isTime` says that the SLI counts time, not requests. */
export type Told = {
  readonly subject: string;
  readonly objective: number;
  readonly window: SloWindow;
  readonly usage: Pick<Usage, 'allowed' | 'used' | 'tally' | 'observedShare' | 'window'>;
  readonly state: Pick<BudgetState, 'data'>;
  readonly isTime: boolean;
};

/**
 * The sentence that says where a budget stands, with figures that add up as printed: “checkout has used 23 of its 43 allowed minutes this month;
 * 20 remain.” What cannot be judged says why.
 */
export function budgetSentence({ subject, objective, window, usage, state, isTime }: Told): string {
  const during = windowWords(window);
  const noun = isTime ? 'seconds' : 'requests';
  if (state.data === 'noData') return `${subject} has no data in ${during}: nothing was counted.`;
  if (state.data === 'tooQuiet')
    return `${subject} is too quiet to judge: ${plainCount(usage.tally.total)} ${noun} in ${during}, of which ${percent(objective)} allows less than one to be bad; ${plainCount(usage.tally.bad)} were.`;
  const { used, allowed, left, over } = minutesOf(usage);
  const rest = over === undefined ? `; ${left} remain` : `, ${over} over`;
  return `${subject} has used ${used} of its ${allowed} allowed minutes ${window.kind === 'calendar' ? during : `in ${during}`}${rest}.${observed(usage)}`;
}

/** The same for a line among others: `23 of 43 min used`, `18 min over`, `too quiet`, `no data`. */
export function budgetShort({ usage, state }: Pick<Told, 'usage' | 'state'>): string {
  if (state.data === 'noData') return 'no data';
  if (state.data === 'tooQuiet') return 'too quiet to judge';
  const { used, allowed, over } = minutesOf(usage);
  return over === undefined
    ? `${used} of ${allowed} min used`
    : `${used} of ${allowed} min used, ${over} over`;
}

/** 0.999 as `99.9 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(10))} %`;
}

/** Events that were bad and that may be, and what was assumed or projected, for whoever counts along. */
export function eventsWords(
  { tally, allowedEvents, projected }: Pick<Usage, 'tally' | 'allowedEvents' | 'projected'>,
  objective: number,
  isTime: boolean,
): string {
  const noun = isTime ? ' seconds' : ' requests';
  const bad = `${plainCount(tally.bad)} of ${plainCount(tally.total)}${noun} were bad`;
  const may = `${plainCount(allowedEvents)} may${projected ? ' by the end, at the traffic so far' : ''}`;
  const assumed =
    tally.assumed > 0
      ? `; ${plainCount(tally.assumed)} of them were never seen: nothing was sent, while last week had traffic at these hours`
      : '';
  return `${bad} (${percent(allowedShare(objective))}: ${may})${assumed}`;
}

/** A count in full up to 9,999, then in thousands and millions; small fractions with a decimal. */
export function plainCount(count: number): string {
  if (count >= 999_500) return `${(count / 1e6).toFixed(count >= 9.95e6 ? 0 : 1)} M`;
  if (count >= 10_000) return `${Math.round(count / 1000)} k`;
  if (count > 0 && count < 10 && !Number.isInteger(count)) return count.toFixed(1);
  return Math.round(count).toLocaleString('en-US');
}

function observed({ observedShare, window }: Told['usage']): string {
  if (observedShare >= 0.99) return '';
  const days = (window.to - window.from) / 86_400_000;
  const seen = observedShare * days;
  return ` (${Number(seen.toFixed(seen < 2 ? 1 : 0))} of ${Number(days.toFixed(0))} days observed)`;
}
