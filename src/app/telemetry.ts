import type { Slo } from '#domain/budget/slo.ts';
import type { PanelQuery } from '#domain/panel.ts';
import type { Outcome, Problem } from '#domain/problem.ts';
import type { Reading } from '#domain/reading.ts';
import type { RollbackOutcome, RollbackWay } from '#domain/rollback-way.ts';
import type { Frame, Sample } from '#domain/series.ts';
import type { Flag, Service } from '#domain/service.ts';
import type { Measure } from '#domain/signal.ts';
import type { Duration, Instant, Range } from '#domain/time.ts';
import type { Observed } from '#domain/verdict/observed.ts';
import type { ObservedCohorts } from '#domain/verdict/observed-cohorts.ts';
import type { Basis } from './ports.ts';

/** Samples of one service's measures over a range. A measure without data has an empty list. */
export type SignalSeries = {
  readonly measures: Readonly<Partial<Record<Measure, readonly Sample[]>>>;
  readonly queries: readonly PanelQuery[];
  readonly problems: readonly Problem[];
};

/** Questions to Prometheus. Nothing here rejects: what went wrong is in the value. Concurrent equal questions are asked once. */
export interface Metrics {
  /** Each measure over the whole range as one number, for many services: at most one query per source, preset, grouping and measure. */
  readings(
    services: readonly Service[],
    measures: readonly Measure[],
    range: Range,
  ): Promise<ReadonlyMap<string, Reading>>;
  /** The queries that `readings` asks, to be kept beside what was drawn from them. */
  readingQueries(
    services: readonly Service[],
    measures: readonly Measure[],
    range: Range,
  ): readonly PanelQuery[];
  /** Each measure over time, batched in the same way. `step` is chosen by `stepFor`. */
  series(
    services: readonly Service[],
    measures: readonly Measure[],
    range: Range,
    step: Duration,
  ): Promise<ReadonlyMap<string, SignalSeries>>;
  /** The step for a range: about 120 points, never below the scrape interval. */
  stepFor(range: Range, source?: string): Duration;
  /** User-written or configured PromQL; parsed and bounded before it is sent. `$__rate_interval` is filled in. */
  query(promql: string, range: Range, step: Duration, source?: string): Promise<Outcome<Frame>>;
  /** The running version of each service where its preset knows it. */
  versions(services: readonly Service[], at: Instant): Promise<ReadonlyMap<string, readonly string[]>>;
}

/** An SLO as it is counted: `key` names it for good, `source` is the Prometheus that has its series. */
export type CountedSlo = { readonly key: string; readonly source: string; readonly slo: Slo };

/**
 * What was counted in the step that ends at `to`. `observed` is how much of the step was seen, `silent` how much of it had no series of the SLO although
 * Prometheus was scraping, both in ms; the rest nobody knows.
 */
export type CountedStep = {
  readonly to: Instant;
  readonly bad: number;
  readonly total: number;
  readonly lost: Duration;
  readonly observed: Duration;
  readonly silent: Duration;
};

/** Counts of one SLO. `notes` say what was counted otherwise than written. With problems there may be no steps; without `unit` nothing was seen in any. */
export type Counting = Basis & {
  readonly steps: readonly CountedStep[];
  readonly problems: readonly Problem[];
};

/** Counts good and bad events by the raw counters. Nothing rejects: what went wrong is in the value. */
export interface SliCounter {
  /** Counts each SLO in the whole steps within `range`, oldest first. SLOs that are alike are counted by one question. */
  count(slos: readonly CountedSlo[], range: Range): Promise<ReadonlyMap<string, Counting>>;
  /** Counts each SLO in the one stretch given, to the second; slices are taken as one. */
  between(slos: readonly CountedSlo[], range: Range): Promise<ReadonlyMap<string, Counting>>;
}

/** Counts and measures the signals of a service step by step, as verdicts need them. Nothing rejects: what went wrong is in the value. */
export interface SignalObserver {
  /**
   * Every whole step within `range`, which is rounded to multiples of `step` (downwards). Durations are told at each bound of the service's histogram, or at `bounds` (seconds) only
   * where given: a long history needs few. Days of the past do not change: they are asked for once and kept, for all looks of all watches.
   */
  observe(service: Service, range: Range, step: Duration, bounds?: readonly number[]): Promise<Observed>;
}

/** Counts those with a flag beside those without it. Nothing rejects: what went wrong is in the value. */
export interface CohortObserver {
  /** Every whole step within `range`, which is rounded to multiples of `step` (downwards), by one query of requests and one of durations however many strata there are. */
  observe(service: Service, flag: Flag, range: Range, step: Duration): Promise<ObservedCohorts>;
}

/**
 * A mark on time for whoever looks at dashboards: over a stretch, or at `from` alone. The tags of `key`, which are among `tags`, make it
 * one. `text` is HTML.
 */
export type Annotation = {
  readonly key: readonly string[];
  readonly tags: readonly string[];
  readonly from: Instant;
  readonly to?: Instant;
  readonly text: string;
};

export interface Annotations {
  /** Makes the mark, or brings the one of the same key that is there up to date. Nothing rejects: what went wrong is in the value. */
  put(annotation: Annotation): Promise<Outcome<'created' | 'changed' | 'kept'>>;
}

/** What another system is told that is to roll back. `by` is a Slack user id. */
export type RollbackRequest = {
  readonly service: string;
  readonly version: string;
  readonly previousVersion?: string;
  readonly environment: string;
  readonly deploy: string;
  readonly by: string;
};

export interface Rollbacks {
  /** Asks once. `key` is the same for what may be the same request only: asked again under it, nobody rolls back twice. */
  request(
    way: Extract<RollbackWay, { kind: 'webhook' }>,
    body: RollbackRequest,
    key: string,
  ): Promise<RollbackOutcome>;
}
