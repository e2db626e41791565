import { DAY, type Duration, HOUR, MINUTE } from '../time.ts';
import { allowedShare, type SloWindow } from './slo.ts';
import { type BudgetState, type Colour, isJudged } from './state.ts';
import { type Minutes, minutesOf, type Usage } from './usage.ts';
import { windowWords } from './window.ts';

/** What a sentence about a budget needs. `isTime` says that the SLI counts time, not events. */
export type Told = {
  readonly subject: string;
  readonly objective: number;
  readonly window: SloWindow;
  readonly usage: Pick<Usage, 'allowed' | 'used' | 'tally' | 'passed' | 'observedShare'>;
  readonly state: Pick<BudgetState, 'data'>;
  readonly isTime: boolean;
};

/**
 * The sentence that says where a budget stands, with figures that add up as printed: “checkout has used 23 of its 43 allowed minutes this month;
 * 20 remain.” What cannot be judged says why.
 */
export function budgetSentence({ subject, objective, window, usage, state, isTime }: Told): string {
  const during = `${window.kind === 'calendar' ? '' : 'in '}${windowWords(window)}`;
  const { bad, total } = usage.tally;
  if (state.data === 'noData') return `${subject} has no data ${during}: nothing was counted.`;
  if (state.data === 'tooQuiet') {
    const were = bad === 0 ? 'none was' : `${plainCount(bad)} ${bad === 1 ? 'was' : 'were'}`;
    return `${subject} is too quiet to judge: of ${plainCount(total)} ${nounOf(total, isTime)} ${during} less than one may be bad (${percent(objective)}), and ${were}.`;
  }
  const seen = observedWords(usage);
  const printed = minutesOf(usage);
  const { used, allowed, left, over } = printed;
  const amount = isAll(printed) ? `all of its ${allowed}` : `${used} of its ${allowed}`;
  const rest =
    over !== undefined
      ? `, ${over} over`
      : isAll(printed)
        ? ''
        : `; ${left} ${Number(left) === 1 ? 'remains' : 'remain'}`;
  const unit = (printed.unit ?? 'minutes').slice(0, Number(allowed) === 1 ? -1 : undefined);
  return `${subject} has used ${amount} allowed ${unit} ${during}${rest}.${seen === undefined ? '' : ` (${seen})`}`;
}

/** The same for a line among others: `23 of 43 min used`, `61 of 43 min used, 18 over`, `too quiet to judge`, `no data`. */
export function budgetShort({ usage, state }: Pick<Told, 'usage' | 'state'>): string {
  if (state.data === 'noData') return 'no data';
  if (state.data === 'tooQuiet') return 'too quiet to judge';
  const printed = minutesOf(usage);
  const { used, allowed, over } = printed;
  const unit = shortUnit(printed);
  if (isAll(printed)) return `all ${allowed} ${unit} used`;
  return over === undefined
    ? `${used} of ${allowed} ${unit} used`
    : `${used} of ${allowed} ${unit} used, ${over} over`;
}

/** What is left, shorter still: `20 min left`, `18 min over`, `nothing left`. */
export function budgetLeft({ usage, state }: Pick<Told, 'usage' | 'state'>): string {
  if (!isJudged(state)) return budgetShort({ usage, state });
  const printed = minutesOf(usage);
  const { left, over } = printed;
  if (isAll(printed)) return 'nothing left';
  return over === undefined ? `${left} ${shortUnit(printed)} left` : `${over} ${shortUnit(printed)} over`;
}

/** The unit of printed figures as it stands beside them. */
export function shortUnit({
  unit = 'minutes',
}: Pick<Minutes, 'unit'> | { readonly unit: 'minutes' }): string {
  return { minutes: 'min', seconds: 's', milliseconds: 'ms' }[unit];
}

/**
 * Why a budget has the colour that is shown, in a word. A colour that stays for a while although the state is better already says so: a red line is never
 * called well.
 */
export function stateWord({
  state,
  colour,
}: {
  readonly state: Pick<BudgetState, 'data' | 'burn' | 'budget' | 'colour'>;
  readonly colour: Colour;
}): string {
  if (colour !== state.colour) {
    if (state.colour === 'grey') return 'going quiet';
    return colour === 'grey' ? 'data again' : 'recovering';
  }
  if (colour === 'grey') return state.data === 'tooQuiet' ? 'too quiet' : 'no data';
  if (state.budget === 'exhausted') return 'spent';
  if (state.burn === 'page') return 'burning fast';
  if (state.budget === 'atRisk') return 'at risk';
  return state.burn === 'ticket' ? 'burning' : 'well';
}

/** Which part of the time that has passed was observed: `15 of 30 days observed`; nothing where that is all. */
export function observedWords(usage: Pick<Usage, 'observedShare' | 'passed'>): string | undefined {
  const part = observedPart(usage);
  return part === undefined ? undefined : part === HARDLY ? 'hardly observed' : `${part} observed`;
}

const HARDLY = 'hardly any';

/** The same without the word, in the largest unit that shows both figures and their difference: `15 of 30 days`. */
export function observedPart({
  observedShare,
  passed,
}: Pick<Usage, 'observedShare' | 'passed'>): string | undefined {
  if (observedShare >= 0.99) return undefined;
  const said = UNITS.filter(([, one]) => passed >= 2 * one)
    .flatMap(([unit, one]) =>
      [0, 1].map((digits) => {
        const shown = (length: Duration) => Number((length / one).toFixed(length < 9.95 * one ? 1 : digits));
        return { unit, seen: shown(observedShare * passed), all: shown(passed) };
      }),
    )
    .find(({ seen, all }) => seen > 0 && seen < all);
  return said === undefined ? HARDLY : `${said.seen} of ${said.all} ${said.unit}`;
}

const UNITS: readonly (readonly [string, Duration])[] = [
  ['days', DAY],
  ['hours', HOUR],
  ['minutes', MINUTE],
];

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
  const { bad, total, assumed } = tally;
  const were = `${plainCount(bad)} of ${plainCount(total)} ${nounOf(total, isTime)} ${bad === 1 ? 'was' : 'were'} bad`;
  const may = `${percent(allowedShare(objective))} may be: ${plainCount(allowedEvents)}${projected ? ' by the end, at the traffic so far' : ''}`;
  const unseen =
    assumed > 0
      ? `; ${plainCount(assumed)} of the bad ones were never seen: nothing was sent, while last week had traffic at these hours`
      : '';
  return `${were} (${may})${unseen}`;
}

/** A count in full up to 9,999, then in thousands and millions; small fractions with a decimal. */
export function plainCount(count: number): string {
  if (count >= 999_500) return `${(count / 1e6).toFixed(count >= 9.95e6 ? 0 : 1)} M`;
  if (count >= 10_000) return `${Math.round(count / 1000)} k`;
  if (count > 0 && count < 10 && !Number.isInteger(count)) return count.toFixed(1);
  return Math.round(count).toLocaleString('en-US');
}

/** Nothing is left and nothing is over, as far as the figures show. */
function isAll({ used, allowed, left }: Minutes): boolean {
  return used === allowed && Number(left) === 0;
}

function nounOf(count: number, isTime: boolean): string {
  return `${isTime ? 'second' : 'event'}${count === 1 ? '' : 's'}`;
}
