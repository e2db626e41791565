import { BURN_WINDOWS, burnPairs } from '#domain/budget/burn.ts';
import { allowedShare, type Slo, type SloWindow } from '#domain/budget/slo.ts';
import type { Service } from '#domain/service.ts';
import { DAY, type Duration, formatDuration } from '#domain/time.ts';
import { burnAlertsOf } from './alerts.ts';
import { errorRatio, isExpressible, sliceLoss } from './ratios.ts';
import {
  type Labels,
  RECORDED,
  type Rule,
  type RuleGroup,
  ratioName,
  recorded,
  recordedRatio,
} from './records.ts';

/**
 * Recording and alerting rules for all SLOs of the services: error ratios over each lookback, objective, budget, burn rates, what is left of the
 * period, and multi-window multi-burn-rate alerts (SRE workbook, “Alerting on SLOs”). The period’s ratio is weighted by traffic, or is that of the slices where those are counted.
 * Names of services hold no slash, so that no two groups are called the same.
 */
export function ruleGroupsOf(services: readonly Service[]): readonly RuleGroup[] {
  return expressible(services).flatMap(({ service, slo }): readonly RuleGroup[] => {
    const named = (what: string) => `bellbuoy-${what}/${service.name}/${slo.name}`;
    const labels = { service: service.name, slo: slo.name };
    return [
      ...sliceGroups(slo, labels, named('slices')),
      {
        name: named('slo'),
        interval: '1m',
        rules: [
          ...ratioRules(slo, labels),
          ...metadataRules(slo, labels),
          ...burnAlertsOf(service, slo).map(({ rule }) => rule),
        ],
      },
      // A month of raw samples is read for one value: now and then is enough.
      { name: named('period'), interval: '5m', rules: periodRules(slo, labels) },
    ];
  });
}

/** The SLOs of which there are rules, each with its service. */
export function expressible(
  services: readonly Service[],
): readonly { readonly service: Service; readonly slo: Slo }[] {
  return services.flatMap((service) =>
    service.slos.filter(({ sli }) => isExpressible(sli)).map((slo) => ({ service, slo })),
  );
}

/** Every lookback that is recorded: those that are shown, and those of the alerts. */
export function lookbacksOf({ window, objective }: Pick<Slo, 'window' | 'objective'>): readonly Duration[] {
  const pairs = burnPairs(window, objective).flatMap(({ long, short }) => [long, short]);
  return [...new Set([...BURN_WINDOWS, ...pairs])].toSorted((a, b) => a - b);
}

/** What each slice lost, recorded once a slice: lookbacks and period are averages of that, which is as cheap as it is exact. */
function sliceGroups({ sli, method }: Slo, labels: Labels, name: string): readonly RuleGroup[] {
  if (method.kind === 'occurrences') return [];
  const rule: Rule = { record: RECORDED.sliceLost, expr: sliceLoss(sli, method), labels };
  return [{ name, interval: formatDuration(method.slice), rules: [rule] }];
}

function ratioRules(slo: Slo, labels: Labels): readonly Rule[] {
  return lookbacksOf(slo).map((lookback) => ({
    record: ratioName(lookback),
    expr:
      slo.method.kind === 'occurrences'
        ? errorRatio(slo.sli, lookback)
        : // A lookback is never shorter than a slice.
          `avg_over_time(${recorded(RECORDED.sliceLost, labels)}[${formatDuration(Math.max(lookback, slo.method.slice))}])`,
    labels,
  }));
}

function metadataRules({ objective }: Slo, labels: Labels): readonly Rule[] {
  const current = recordedRatio(BURN_WINDOWS[0] ?? 0, labels);
  return [
    { record: RECORDED.objective, expr: `vector(${objective})`, labels },
    { record: RECORDED.allowed, expr: `vector(${allowedShare(objective)})`, labels },
    { record: RECORDED.currentBurnRate, expr: `${current} / ${allowedShare(objective)}`, labels },
  ];
}

function periodRules(slo: Slo, labels: Labels): readonly Rule[] {
  const { sli, method, window, objective } = slo;
  const length = lengthOf(window);
  const averaged = (of: string) => `avg_over_time(${of}[${formatDuration(length)}])`;
  const ratio =
    method.kind !== 'occurrences'
      ? averaged(recorded(RECORDED.sliceLost, labels))
      : // A share of time is the same averaged over its pieces, and that is read from what is recorded.
        sli.kind === 'ratio'
        ? averaged(recordedRatio(BURN_WINDOWS[0] ?? 0, labels))
        : errorRatio(sli, length);
  const burned = recorded(RECORDED.periodBurnRate, labels);
  return [
    { record: RECORDED.periodBurnRate, expr: `(${ratio}) / ${allowedShare(objective)}`, labels },
    { record: RECORDED.periodLeft, expr: `1 - ${burned}`, labels },
  ];
}

/** PromQL has no calendar: a period is taken as its usual length, rolling. */
function lengthOf(window: SloWindow): Duration {
  if (window.kind === 'rolling') return window.length;
  return { day: 1, week: 7, month: 30, quarter: 90, year: 365 }[window.unit] * window.count * DAY;
}
