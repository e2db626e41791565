import { DAY, type Duration } from '../time.ts';

/**
 * Where the length of a rate's range stands in an SLI's PromQL: filled in with 5m, 1h and so on. Sloth writes it `{{.window}}`.
 */
export const WINDOW = '$window';

/** A counter that is added or taken away, as a PromQL selector. */
export type Term = { readonly selector: string; readonly sign: 1 | -1 };

/**
 * Something that is counted. `counters` are added up by differences of their raw values, exactly. An `expression` is PromQL with
 * `WINDOW` in it, for what is no sum of counters: it gives a rate a second, or the increase in the window.
 */
export type Counted =
  | { readonly kind: 'counters'; readonly terms: readonly Term[] }
  | { readonly kind: 'expression'; readonly promql: string; readonly gives: 'rate' | 'increase' };

/**
 * A service-level indicator. `events`: bad or good ones of a total. `latency`: requests within `threshold`, by the buckets of a
 * histogram whose selector is given (with or without `_bucket`). `ratio`: PromQL of a share, 0…1, with `WINDOW` in it; time is what it counts.
 */
export type Sli =
  | {
      readonly kind: 'events';
      readonly counts: 'bad' | 'good';
      readonly part: Counted;
      readonly total: Counted;
    }
  | { readonly kind: 'latency'; readonly histogram: string; readonly threshold: Duration }
  | { readonly kind: 'ratio'; readonly of: 'bad' | 'good'; readonly promql: string };

export type CalendarUnit = 'day' | 'week' | 'month' | 'quarter' | 'year';

/**
 * What the budget is counted over: the last `length`, or the calendar period that is running. `zone` is an IANA time zone; without one
 * the configured zone is meant. `from` anchors periods elsewhere than at the calendar’s own start (OpenSLO’s `startTime`), as local time `yyyy-MM-ddTHH:mm:ss`.
 */
export type SloWindow =
  | { readonly kind: 'rolling'; readonly length: Duration }
  | {
      readonly kind: 'calendar';
      readonly unit: CalendarUnit;
      readonly count: number;
      readonly zone?: string;
      readonly from?: string;
    };

/**
 * How what is bad becomes time. `occurrences`: bad events of all events. `timeslices`: a slice of `slice` ms whose share of good events
 * misses `target` is lost whole. `downtime`: of each slice its bad share is lost (OpenSLO’s RatioTimeslices).
 */
export type Method =
  | { readonly kind: 'occurrences' }
  | { readonly kind: 'timeslices'; readonly slice: Duration; readonly target: number }
  | { readonly kind: 'downtime'; readonly slice: Duration };

/** What silence means: decided by evidence (`unknown`), always an outage (`bad`), or never (`good`). */
export type Absent = 'unknown' | 'bad' | 'good';

/** Sentences to show when a budget is at risk or spent. */
export type Policy = { readonly atRisk?: string; readonly exhausted?: string };

/**
 * Which of the two kinds of burn alerts are wanted, under which name, and the labels and annotations that the owner gave them: both, and
 * those of one kind, which win.
 */
export type Alerting = {
  readonly name?: string;
  readonly page: boolean;
  readonly ticket: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly pageLabels?: Readonly<Record<string, string>>;
  readonly ticketLabels?: Readonly<Record<string, string>>;
  readonly pageAnnotations?: Readonly<Record<string, string>>;
  readonly ticketAnnotations?: Readonly<Record<string, string>>;
};

/**
 * Whose file an SLO was read from. `recorded` selects the error ratio of five minutes that the tool’s own rules record, where they run: it is read in the place of an
 * expression.
 */
export type Origin = {
  readonly format: 'bellbuoy' | 'openslo' | 'sloth' | 'pyrra';
  readonly file?: string;
  readonly recorded?: string;
};

/** A service-level objective. `objective` is the share of good events to reach, 0…1 exclusive. */
export type Slo = {
  readonly name: string;
  readonly description?: string;
  readonly objective: number;
  readonly window: SloWindow;
  readonly method: Method;
  readonly sli: Sli;
  readonly absent: Absent;
  readonly policy: Policy;
  readonly alerting: Alerting;
  readonly origin: Origin;
};

/** Sloth’s and Google’s usual period, for files that do not say one. */
export const USUAL_WINDOW: SloWindow = { kind: 'rolling', length: 30 * DAY };

/** Counts are kept at these boundaries, in ms. */
export const COUNT_EVERY: Duration = 5 * 60_000;

/** The step in which an SLO is counted, and the distance of the counts that are kept: slices are counted one by one. */
export function countingOf({ method }: Pick<Slo, 'method'>): {
  readonly step: Duration;
  readonly every: Duration;
} {
  if (method.kind === 'occurrences') return { step: COUNT_EVERY, every: COUNT_EVERY };
  const { slice } = method;
  return { step: slice, every: COUNT_EVERY % slice === 0 ? COUNT_EVERY : slice };
}

/** What an SLO may lose, as a share of its events or time: 1 − objective, without the noise of binary fractions. */
export function allowedShare(objective: number): number {
  return Number((1 - objective).toPrecision(12));
}
