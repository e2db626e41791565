import type { Sample } from './series.ts';
import type { SignalKind, Unit } from './signal.ts';
import type { Duration, Instant, Range } from './time.ts';

/**
 * What a line stands for, which decides how it looks: `now` is the strong line of its signal, `p50` its lighter companion,
 * `yesterday` and `lastWeek` thin and grey, `before` and `after` the two sides of a comparison, `plain` one of several equals,
 * `projection` where it leads, `on` and `off` those with a flag and those without it.
 */
export type LineRole =
  | 'now'
  | 'p50'
  | 'yesterday'
  | 'lastWeek'
  | 'before'
  | 'after'
  | 'plain'
  | 'projection'
  | 'on'
  | 'off';

/** One line of a panel. `name` is shown at its end where it is needed to tell lines apart (`p99`). `band` is the interval around each sample. */
export type Line = {
  readonly name: string;
  readonly role: LineRole;
  readonly samples: readonly Sample[];
  readonly band?: readonly { readonly at: Instant; readonly low: number; readonly high: number }[];
};

/** A horizontal line with a word: an objective, a paging threshold. `value` is in the panel's unit. */
export type Threshold = { readonly value: number; readonly label: string };

/**
 * One idea to be drawn over time. `signal` picks the colour, or `health` that of a state; `unit` the figures. `fromZero` starts the axis at zero.
 * `problem` says why there is nothing, or not all (“Prometheus did not answer within 10 s”); it is written into the panel.
 * `omitted` counts series that were summed into the line named “other”.
 */
export type Panel = {
  readonly title: string;
  readonly unit: Unit;
  readonly signal?: SignalKind;
  readonly health?: Health;
  readonly lines: readonly Line[];
  readonly thresholds: readonly Threshold[];
  readonly fromZero: boolean;
  readonly queries: readonly PanelQuery[];
  readonly problem?: string;
  readonly omitted?: number;
};

/** The query that a line came from, as it was sent, with the source it was sent to. */
export type PanelQuery = { readonly source: string; readonly promql: string; readonly line: string };

/** What happened, as shown on a time axis; `onset` is where a signal was found to have changed. An open `until` means that it still lasts. */
export type Mark =
  | { readonly kind: 'deploy' | 'flag' | 'onset'; readonly at: Instant; readonly label: string }
  | {
      readonly kind: 'alert' | 'incident';
      readonly at: Instant;
      readonly until?: Instant;
      readonly label: string;
    };

/** How a service does, worst first; each has a colour, a shape and a word. */
export type Health = 'page' | 'burning' | 'degraded' | 'ticket' | 'atRisk' | 'noData' | 'healthy';

/** One service in the fleet picture. A value that could not be read is absent. `budgetLeft` is a share, 1 = untouched, below 0 = overspent. */
export type FleetRow = {
  readonly service: string;
  readonly health: Health;
  readonly rate?: number;
  readonly errorRatio?: number;
  readonly p99?: number;
  readonly budgetLeft?: number;
};

type Common = {
  /** The snapshot id that is printed small in the corner. */
  readonly id: string;
  readonly title: string;
  /** Short facts for the subtitle, in order; what each grey line and shade means is added by the painter. */
  readonly facts: readonly string[];
  /** IANA zone of the time axis, named in the subtitle. */
  readonly zone: string;
};

/** Panels over one time axis: `red` for a service's signals, `budget` for what is left of one, `timeseries` for anything else. */
export type TimeDrawing = Common & {
  readonly chart: 'red' | 'timeseries' | 'budget';
  readonly range: Range;
  readonly step: Duration;
  readonly panels: readonly Panel[];
  readonly marks: readonly Mark[];
};

/**
 * Two windows of the same signals. On one axis (a deploy: `before.to` ≤ `after.from`, drawn in sequence with the baseline's band and
 * both medians) or laid over each other (a comparison with another day: lines of role `before` are already shifted).
 */
export type BeforeAfterDrawing = Common & {
  readonly chart: 'before-after';
  readonly layout: 'sequence' | 'overlay';
  readonly range: Range;
  readonly step: Duration;
  readonly before: Range;
  readonly after: Range;
  readonly panels: readonly (Panel & {
    readonly medianBefore?: number;
    readonly medianAfter?: number;
    /** The baseline's middle 80 %: 10th and 90th percentile. */
    readonly band?: { readonly low: number; readonly high: number };
  })[];
  readonly marks: readonly Mark[];
};

/**
 * Those with a flag and those without it over a rollout: in each panel a line of role `on` and one of role `off`, each value counted since its step of the rollout began, with its interval of 95 %. The
 * flag's changes are among the marks.
 */
export type CohortsDrawing = Common & {
  readonly chart: 'cohorts';
  readonly range: Range;
  readonly step: Duration;
  readonly panels: readonly Panel[];
  readonly marks: readonly Mark[];
};

/** The fleet, a row a service in the order given; `hidden` healthy services are counted, not drawn. */
export type FleetDrawing = Common & {
  readonly chart: 'fleet';
  readonly range: Range;
  readonly step: Duration;
  readonly rows: readonly FleetRow[];
  readonly hidden: number;
  readonly queries: readonly PanelQuery[];
};

/**
 * Budgets as bars, in the order given. `left` is the share that is left, below 0 when overspent, absent where it cannot be told; `words` say it, and `word` what state
 * that is, where it is not well.
 */
export type GaugeDrawing = Common & {
  readonly chart: 'gauge';
  readonly rows: readonly {
    readonly name: string;
    readonly detail: string;
    readonly state: 'red' | 'yellow' | 'grey' | 'green';
    readonly words: string;
    readonly word?: string;
    readonly left?: number;
  }[];
};

/**
 * What budgets spent on each day of a week as a heat map, a row a budget in the order given. `spent` has a value for each of `days`: the share of what the whole window
 * allows, 1 = all of it in that one day; null where nothing was counted. `words` say where the budget stands now; `hidden` budgets are counted, not drawn.
 */
export type FleetWeekDrawing = Common & {
  readonly chart: 'fleet-week';
  readonly days: readonly { readonly range: Range; readonly label: string }[];
  readonly rows: readonly {
    readonly name: string;
    readonly detail: string;
    readonly state: 'red' | 'yellow' | 'grey' | 'green';
    readonly words: string;
    readonly spent: readonly (number | null)[];
  }[];
  readonly hidden: number;
};

/** One to six single numbers, each with an optional trend behind it. */
export type StatDrawing = Common & {
  readonly chart: 'stat';
  readonly range: Range;
  readonly step: Duration;
  readonly stats: readonly {
    readonly name: string;
    readonly unit: Unit;
    readonly value?: number;
    readonly trend: readonly Sample[];
  }[];
  readonly queries: readonly PanelQuery[];
};

/** Everything that can become a picture: what is to be drawn, never how. */
export type Drawing =
  | TimeDrawing
  | BeforeAfterDrawing
  | CohortsDrawing
  | FleetDrawing
  | GaugeDrawing
  | FleetWeekDrawing
  | StatDrawing;

export type Theme = 'light' | 'dark';

/** A drawing as it was made at `at`, kept so that its queries and values can be read back by its id. */
export type Snapshot = {
  readonly id: string;
  readonly at: Instant;
  readonly drawing: Drawing;
};

/** A painted snapshot. `alt` tells in words what the picture shows, for whoever cannot see it (≤ 2,000 characters). */
export type Picture = {
  readonly snapshot: string;
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly alt: string;
};
