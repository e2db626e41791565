import { BURN_WINDOWS, type BurnPair, burnPairs } from '#domain/budget/burn.ts';
import {
  allowedShare,
  type Counted,
  type Sli,
  type Slo,
  type SloWindow,
  WINDOW,
} from '#domain/budget/slo.ts';
import { percent } from '#domain/budget/words.ts';
import type { Service } from '#domain/service.ts';
import { DAY, type Duration, formatDuration } from '#domain/time.ts';
import { oneOf, selector } from '#promql/quote.ts';
import { readSelector } from '#promql/selector.ts';

/** One rule of Prometheus, as its rule files have it. */
export type Rule = {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
};

export type RuleGroup = { readonly name: string; readonly interval: string; readonly rules: readonly Rule[] };

/** What starts the names of all series that generated rules record. */
export const PREFIX = 'bellbuoy_slo';

/**
 * Recording and alerting rules for all SLOs of the services: error ratios over each lookback, objective, budget, burn rates, what is left of the
 * period, and multi-window multi-burn-rate alerts (SRE workbook, “Alerting on SLOs”). The period’s ratio is weighted by traffic.
 */
export function ruleGroupsOf(services: readonly Service[]): readonly RuleGroup[] {
  return services.flatMap((service) =>
    service.slos.flatMap((slo): readonly RuleGroup[] => {
      const name = `bellbuoy-slo-${service.name}-${slo.name}`;
      const labels = { service: service.name, slo: slo.name };
      return [
        {
          name,
          interval: '1m',
          rules: [
            ...ratioRules(slo, labels),
            ...metadataRules(slo, labels),
            ...burnAlertsOf(service, slo).map(({ rule }) => rule),
          ],
        },
        // A month of raw samples is read for one value: now and then is enough.
        { name: `${name}-period`, interval: '5m', rules: periodRules(slo, labels) },
      ];
    }),
  );
}

type Labels = Readonly<Record<string, string>>;

/** The name under which an error ratio over a lookback is recorded. */
export function ratioName(lookback: Duration): string {
  return `${PREFIX}:sli_error:ratio_rate${formatDuration(lookback)}`;
}

/** The ratio of one SLO as a selector. */
export function recordedRatio(lookback: Duration, labels: Labels): string {
  return selector(ratioName(lookback), matchersOf(labels));
}

function matchersOf(labels: Labels) {
  return Object.entries(labels).map(([label, value]) => ({ label, op: '=' as const, value }));
}

/** Every lookback that is recorded: those that are shown, and those of the alerts. */
export function lookbacksOf({ window, objective }: Pick<Slo, 'window' | 'objective'>): readonly Duration[] {
  const pairs = burnPairs(window, objective).flatMap(({ long, short }) => [long, short]);
  return [...new Set([...BURN_WINDOWS, ...pairs])].toSorted((a, b) => a - b);
}

function ratioRules(slo: Slo, labels: Labels): readonly Rule[] {
  return lookbacksOf(slo).map((lookback) => ({
    record: ratioName(lookback),
    expr: errorRatio(slo.sli, lookback),
    labels,
  }));
}

function metadataRules({ objective }: Slo, labels: Labels): readonly Rule[] {
  const current = recordedRatio(BURN_WINDOWS[0] ?? 0, labels);
  return [
    { record: `${PREFIX}:objective:ratio`, expr: `vector(${objective})`, labels },
    { record: `${PREFIX}:error_budget:ratio`, expr: `vector(${allowedShare(objective)})`, labels },
    { record: `${PREFIX}:current_burn_rate:ratio`, expr: `${current} / ${allowedShare(objective)}`, labels },
  ];
}

function periodRules({ sli, window, objective }: Slo, labels: Labels): readonly Rule[] {
  const length = lengthOf(window);
  // A share of time is the same averaged over its pieces, and that is read from what is recorded.
  const ratio =
    sli.kind === 'ratio'
      ? `avg_over_time(${recordedRatio(BURN_WINDOWS[0] ?? 0, labels)}[${formatDuration(length)}])`
      : errorRatio(sli, length);
  const burned = selector(`${PREFIX}:period_burn_rate:ratio`, matchersOf(labels));
  return [
    {
      record: `${PREFIX}:period_burn_rate:ratio`,
      expr: `(${ratio}) / ${allowedShare(objective)}`,
      labels,
    },
    { record: `${PREFIX}:period_error_budget_remaining:ratio`, expr: `1 - ${burned}`, labels },
  ];
}

/** PromQL has no calendar: a period is taken as its usual length, rolling. */
function lengthOf(window: SloWindow): Duration {
  if (window.kind === 'rolling') return window.length;
  return { day: 1, week: 7, month: 30, quarter: 90, year: 365 }[window.unit] * window.count * DAY;
}

/** Bad over all, over a lookback. A part without series counts as none; without a total there is no ratio. */
export function errorRatio(sli: Sli, lookback: Duration): string {
  const range = formatDuration(lookback);
  if (sli.kind === 'ratio') {
    const promql = `(${sli.promql.replaceAll(WINDOW, range)})`;
    return sli.of === 'bad' ? promql : `1 - ${promql}`;
  }
  if (sli.kind === 'latency') return latencyRatio(sli, range);
  const ratio = `(${rateOf(sli.part, range, true)}) / (${rateOf(sli.total, range, false)})`;
  return sli.counts === 'bad' ? ratio : `1 - (${ratio})`;
}

function rateOf(counted: Counted, range: string, isPart: boolean): string {
  if (counted.kind === 'expression') return counted.promql.replaceAll(WINDOW, range);
  const several = isPart || counted.terms.length > 1;
  const sum = counted.terms
    .map(({ selector: of, sign }, i) => {
      const rate = `sum(rate(${of}[${range}]))`;
      return `${sign === 1 ? (i === 0 ? '' : '+ ') : '- '}${several ? `(${rate} or vector(0))` : rate}`;
    })
    .join(' ');
  // Without any of several series the total would be a zero that somebody divides by.
  return several && !isPart ? `(${sum}) > 0` : sum;
}

/** The bucket that ends at the threshold, however exporters write its number; without such a bucket there is no ratio, not one of 1. */
function latencyRatio({ histogram, threshold }: Extract<Sli, { kind: 'latency' }>, range: string): string {
  const read = readSelector(histogram);
  const base = (read?.metric ?? histogram).replace(/_bucket$/, '');
  const matchers = read?.matchers ?? [];
  const seconds = threshold / 1000;
  const texts = [...new Set([String(seconds), seconds.toFixed(1), seconds.toFixed(2), seconds.toFixed(3)])];
  const same = texts.filter((text) => Number(text) === seconds);
  const within = selector(`${base}_bucket`, [...matchers, { label: 'le', op: '=~', value: oneOf(same) }]);
  return `1 - (sum(rate(${within}[${range}])) / sum(rate(${selector(`${base}_count`, matchers)}[${range}])))`;
}

/** The alerts of one SLO, the page first; owners may call both as they like. */
export function burnAlertsOf(
  service: Service,
  slo: Slo,
): readonly { readonly severity: BurnPair['severity']; readonly rule: Rule }[] {
  const labels = { service: service.name, slo: slo.name };
  const pairs = burnPairs(slo.window, slo.objective);
  const { alerting } = slo;
  return (['page', 'ticket'] as const).flatMap((severity) => {
    const own = pairs.filter((pair) => pair.severity === severity);
    if (!alerting[severity] || own.length === 0) return [];
    const ofKind = severity === 'page' ? alerting.pageLabels : alerting.ticketLabels;
    const rule: Rule = {
      alert: alerting.name ?? (severity === 'page' ? 'SloBurnsBudgetFast' : 'SloBurnsBudgetSlowly'),
      expr: own.map((pair) => `(${burning(pair, slo.objective, labels)})`).join(' or '),
      labels: { severity, ...labels, ...alerting.labels, ...ofKind },
      annotations: {
        summary: `${service.name} burns the error budget of ${slo.name} (${percent(slo.objective)}) ${severity === 'page' ? 'fast' : 'too fast'}`,
        ...(service.links.runbook === undefined ? {} : { runbook_url: service.links.runbook }),
        ...alerting.annotations,
      },
    };
    return [{ severity, rule }];
  });
}

function burning({ long, short, factor }: BurnPair, objective: number, labels: Labels): string {
  const bound = `(${factor} * ${allowedShare(objective)})`;
  return `${recordedRatio(short, labels)} > ${bound} and ${recordedRatio(long, labels)} > ${bound}`;
}
