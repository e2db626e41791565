import type { Service } from './service.ts';

/** What makes a service observable, in the order in which it is worth having. */
export const ASPECTS = ['signals', 'slo', 'owner', 'runbook', 'version', 'dashboard', 'traces'] as const;
export type Aspect = (typeof ASPECTS)[number];

/** `noData`: it is set up, and nothing was measured. */
export type Covered = 'yes' | 'noData' | 'no';

/** What was seen of a service lately. */
export type Seen = {
  /** Whether its signals (rate, errors, duration) were read. */
  readonly signals: boolean;
  /** Whether its SLOs have counted anything in their windows. */
  readonly counts: boolean;
  /** Whether its metrics show which version runs. */
  readonly version: boolean;
};

/** How far a service is observed. `covered` counts the aspects that are there and measured, of as many as there are. */
export type Scorecard = {
  readonly service: string;
  readonly owner?: string;
  readonly aspects: Readonly<Record<Aspect, Covered>>;
  readonly covered: number;
};

/** The scorecard of a service: what its configuration has, and whether anything was measured by it. */
export function scorecardOf(service: Service, seen: Seen): Scorecard {
  const { name, owner, links, slos, preset, overrides } = service;
  const hasSignals = preset !== undefined || Object.keys(overrides).length > 0;
  const aspects = {
    signals: measured(hasSignals, seen.signals),
    slo: measured(slos.length > 0, seen.counts),
    owner: there(owner),
    runbook: there(links.runbook),
    version: measured(preset !== undefined, seen.version),
    dashboard: there(links.dashboard),
    traces: there(links.traces),
  };
  const covered = ASPECTS.filter((aspect) => aspects[aspect] === 'yes').length;
  return { service: name, ...(owner === undefined ? {} : { owner }), aspects, covered };
}

/** The least observed first: who lacks what comes first in the list of aspects, lacks more. */
export function byLack(a: Scorecard, b: Scorecard): number {
  return a.covered - b.covered || weightOf(b) - weightOf(a) || a.service.localeCompare(b.service);
}

/** How many services have each aspect, and for how many nothing was measured. */
export function countsOf(
  cards: readonly Scorecard[],
): Readonly<Record<Aspect, { readonly yes: number; readonly noData: number }>> {
  const counted = (aspect: Aspect) => ({
    yes: cards.filter(({ aspects }) => aspects[aspect] === 'yes').length,
    noData: cards.filter(({ aspects }) => aspects[aspect] === 'noData').length,
  });
  return {
    ...{ signals: counted('signals'), slo: counted('slo'), owner: counted('owner') },
    ...{ runbook: counted('runbook'), version: counted('version') },
    ...{ dashboard: counted('dashboard'), traces: counted('traces') },
  };
}

function weightOf({ aspects }: Scorecard): number {
  return ASPECTS.reduce(
    (sum, aspect, i) => sum + (aspects[aspect] === 'yes' ? 0 : 2 ** (ASPECTS.length - i)),
    0,
  );
}

function measured(isSet: boolean, isSeen: boolean): Covered {
  return isSet ? (isSeen ? 'yes' : 'noData') : 'no';
}

function there(value: string | undefined): Covered {
  return value === undefined ? 'no' : 'yes';
}
