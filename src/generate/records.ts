import { type Duration, formatDuration } from '#domain/time.ts';
import { selector } from '#promql/quote.ts';

/** One rule of Prometheus, as its rule files have it. */
export type Rule = {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels: Labels;
  readonly annotations?: Labels;
};

export type RuleGroup = { readonly name: string; readonly interval: string; readonly rules: readonly Rule[] };

export type Labels = Readonly<Record<string, string>>;

/** What starts the names of all series that generated rules record. */
const PREFIX = 'bellbuoy_slo';

/** The names of what is recorded of each SLO. */
export const RECORDED = {
  sliceLost: `${PREFIX}:slice_lost:ratio`,
  objective: `${PREFIX}:objective:ratio`,
  allowed: `${PREFIX}:error_budget:ratio`,
  currentBurnRate: `${PREFIX}:current_burn_rate:ratio`,
  periodBurnRate: `${PREFIX}:period_burn_rate:ratio`,
  periodLeft: `${PREFIX}:period_error_budget_remaining:ratio`,
} as const;

/** The name under which an error ratio over a lookback is recorded. */
export function ratioName(lookback: Duration): string {
  return `${PREFIX}:sli_error:ratio_rate${formatDuration(lookback)}`;
}

/** The ratio of one SLO as a selector. */
export function recordedRatio(lookback: Duration, labels: Labels): string {
  return recorded(ratioName(lookback), labels);
}

/** A recorded series of one SLO as a selector. */
export function recorded(name: string, labels: Labels): string {
  return selector(
    name,
    Object.entries(labels).map(([label, value]) => ({ label, op: '=', value })),
  );
}
