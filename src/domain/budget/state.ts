import { DAY, type Duration, HOUR, type Instant, MINUTE } from '../time.ts';
import { type BurnPair, burnPairs, isBurning } from './burn.ts';
import { allowedShare, type Slo } from './slo.ts';
import type { Usage } from './usage.ts';

export type DataState = 'ok' | 'partial' | 'tooQuiet' | 'noData';
export type BurnState = 'none' | 'ticket' | 'page';
export type SpentState = 'healthy' | 'atRisk' | 'exhausted';
export type Colour = 'green' | 'yellow' | 'red' | 'grey';

/**
 * Where an SLO stands, on three axes that are never mixed, and as one colour. `burning` is the pair of lookbacks that says so, with the burn rate over its
 * long one. `exhausts` is when the budget ends at the burn rate named, measured over `over` ms.
 */
export type BudgetState = {
  readonly data: DataState;
  readonly burn: BurnState;
  readonly budget: SpentState;
  readonly colour: Colour;
  readonly burning?: BurnPair & { readonly rate: number };
  readonly exhausts?: { readonly at: Instant; readonly rate: number; readonly over: Duration };
};

/** Burn rates by lookback in ms; a lookback without anything counted is not there. */
export type BurnRates = ReadonlyMap<Duration, number>;

/** With so many bad events a service is not too quiet to be judged: an outage is never hidden. */
const ENOUGH_BAD = 10;

/** A budget that ends sooner than this is at risk. */
const SOON: Duration = 7 * DAY;

/** A state has to be better for so long before the colour is. */
const SETTLES_AFTER: Duration = 15 * MINUTE;

/**
 * Judges an SLO at `now` (UTC) by what it used of its window and how fast it burns. A kind of burn alert that its owner does not want is not looked at: such an
 * SLO is red when its budget is spent.
 */
export function budgetState(
  slo: Pick<Slo, 'objective' | 'window' | 'alerting'>,
  usage: Usage,
  rates: BurnRates,
  now: Instant,
): BudgetState {
  const data = dataState(slo.objective, usage);
  const [burning] = burnPairs(slo.window, slo.objective).flatMap((pair) => {
    const [rate, short] = [rates.get(pair.long), rates.get(pair.short)];
    const isWanted = slo.alerting[pair.severity];
    return isWanted && rate !== undefined && short !== undefined && isBurning(pair, rate, short)
      ? [{ ...pair, rate }]
      : [];
  });
  const burn = burning?.severity ?? 'none';
  const exhausts = exhaustion(usage, rates, burning, now);
  const budget = usage.share >= 1 ? 'exhausted' : isAtRisk(slo, usage, rates, now) ? 'atRisk' : 'healthy';
  return {
    data,
    burn,
    budget,
    colour: colourOf(data, burn, budget),
    ...(burning === undefined ? {} : { burning }),
    ...(exhausts === undefined ? {} : { exhausts }),
  };
}

/** Whether there is enough to judge by; where not, no figure of a budget means anything. */
export function isJudged({ data }: Pick<BudgetState, 'data'>): boolean {
  return data === 'ok' || data === 'partial';
}

function dataState(objective: number, { tally, observedShare }: Usage): DataState {
  if (tally.total <= 0) return 'noData';
  if (allowedShare(objective) * tally.total < 1 && tally.bad < ENOUGH_BAD) return 'tooQuiet';
  return observedShare < 0.99 ? 'partial' : 'ok';
}

/** What cannot be judged is grey, whatever a few events would say. */
function colourOf(data: DataState, burn: BurnState, budget: SpentState): Colour {
  if (!isJudged({ data })) return 'grey';
  if (budget === 'exhausted' || burn === 'page') return 'red';
  return budget === 'atRisk' || burn === 'ticket' ? 'yellow' : 'green';
}

function isAtRisk({ window }: Pick<Slo, 'window'>, usage: Usage, rates: BurnRates, now: Instant): boolean {
  const rate = rates.get(3 * DAY);
  const ends = rate === undefined ? undefined : endAt(usage, rate, now);
  if (ends === undefined || rate === undefined) return false;
  if (window.kind === 'calendar') return ends < usage.window.to;
  // What a rolling window spends at a rate of 1 or less falls out of it as fast.
  return rate > 1 && ends - now <= SOON;
}

/** Forecast by the pair that burns, else by three days. */
function exhaustion(
  usage: Usage,
  rates: BurnRates,
  burning: BurnPair | undefined,
  now: Instant,
): BudgetState['exhausts'] {
  if (usage.share >= 1) return undefined;
  const over = burning?.long ?? 3 * DAY;
  const rate = rates.get(over);
  const at = rate === undefined ? undefined : endAt(usage, rate, now);
  if (at === undefined || rate === undefined) return undefined;
  const ends = usage.projected ? at < usage.window.to : rate > 1;
  return ends ? { at, rate, over } : undefined;
}

/** At a burn rate of 1 the whole budget lasts the length that counts. */
function endAt({ share, counted }: Usage, rate: number, now: Instant): Instant | undefined {
  return rate > 0 ? now + ((1 - share) * counted) / rate : undefined;
}

/** A colour that is shown, since when, and one that may follow it. `episode` is when it last turned from well to unwell, while that lasts. */
export type Settled = {
  readonly colour: Colour;
  readonly since: Instant;
  readonly episode?: Instant;
  readonly next?: { readonly colour: Colour; readonly since: Instant };
};

const WORSE: Readonly<Record<Colour, number>> = { green: 0, grey: 1, yellow: 2, red: 3 };

/**
 * The colour to show, with hysteresis: it turns worse at once and better when it has been better for 15 minutes, so that a state at a threshold
 * does not flap. Grey is neither: it comes and goes after the same time.
 */
export function settle(shown: Settled | undefined, colour: Colour, now: Instant): Settled {
  if (shown === undefined) return { colour, since: now };
  if (colour === shown.colour) return { colour, since: shown.since };
  if (WORSE[colour] > WORSE[shown.colour] && colour !== 'grey') return { colour, since: now };
  const since = shown.next?.colour === colour ? shown.next.since : now;
  return now - since >= SETTLES_AFTER
    ? { colour, since: now }
    : { colour: shown.colour, since: shown.since, next: { colour, since } };
}

/** Lookbacks whose burn rates are shown, shortest first. */
export const SHOWN_RATES: readonly Duration[] = [HOUR, 6 * HOUR, 3 * DAY];
