import { burnPairs } from '#domain/budget/burn.ts';
import { allowedShare, type Slo } from '#domain/budget/slo.ts';
import type { Service } from '#domain/service.ts';
import { type BurnAlert, burnAlertsOf } from './alerts.ts';
import { type Labels, recorded, recordedRatio } from './records.ts';
import { expressible, lookbacksOf } from './rules.ts';

/** One test of `promtool test rules`: what is recorded, and which alerts follow. */
export type RuleTest = {
  readonly name: string;
  readonly interval: '1m';
  readonly input_series: readonly { readonly series: string; readonly values: string }[];
  readonly alert_rule_test: readonly {
    readonly eval_time: string;
    readonly alertname: string;
    readonly exp_alerts: readonly { readonly exp_labels: Labels; readonly exp_annotations: Labels }[];
  }[];
  readonly promql_expr_test: readonly {
    readonly expr: string;
    readonly eval_time: string;
    readonly exp_samples: readonly { readonly labels: '{}'; readonly value: 1 }[];
  }[];
};

const AT = '3m';

/**
 * Tests of the alerts in generated rules: that burning a little above each pair’s factor fires it, and that a little below all of them nothing does. The error ratios are given, as the
 * recording rules would have them. One test holds all SLOs, because promtool runs all rules for each.
 */
export function ruleTestsOf(services: readonly Service[]): readonly RuleTest[] {
  const tried = expressible(services).flatMap(({ service, slo }): readonly Tried[] => {
    const alerts = burnAlertsOf(service, slo);
    const factors = burnPairs(slo.window, slo.objective).map(({ factor }) => factor);
    const above = factors.map((factor) => factor * 1.01);
    return alerts.length === 0 ? [] : [{ service, slo, alerts, above, below: Math.min(...factors) * 0.99 }];
  });
  if (tried.length === 0) return [];
  const most = Math.max(...tried.map(({ above }) => above.length));
  const levels = Array.from({ length: most }, (_, i) =>
    testAt(
      `a little above the factor of each SLO’s pair ${i + 1}`,
      tried,
      ({ above, below }) => above[i] ?? below,
    ),
  );
  return [...levels, testAt('a little below the factors of all pairs', tried, ({ below }) => below)];
}

/** An SLO with its alerts, and the burn rates at which it is tried. */
type Tried = {
  readonly service: Service;
  readonly slo: Slo;
  readonly alerts: readonly BurnAlert[];
  readonly above: readonly number[];
  readonly below: number;
};

function testAt(name: string, tried: readonly Tried[], burnRateOf: (one: Tried) => number): RuleTest {
  const all = tried.flatMap((one) =>
    one.alerts.map((alert) => ({
      alert,
      labels: labelsOf(one),
      fires: doesFire(one, alert, burnRateOf(one)),
    })),
  );
  const byName = [...Map.groupBy(all, ({ alert }) => alert.rule.alert ?? '')];
  const isTemplated = (some: typeof all) => some.some(({ alert }) => hasTemplate(alert));
  return {
    ...{ name, interval: '1m' },
    input_series: tried.flatMap((one) => {
      const ratio = burnRateOf(one) * allowedShare(one.slo.objective);
      return lookbacksOf(one.slo).map((lookback) => ({
        series: recordedRatio(lookback, labelsOf(one)),
        values: `${Number(ratio.toPrecision(12))}x5`,
      }));
    }),
    alert_rule_test: byName
      .filter(([, some]) => !isTemplated(some))
      .map(([alertname, some]) => ({
        ...{ eval_time: AT, alertname },
        exp_alerts: some
          .filter(({ fires }) => fires)
          .map(({ alert: { rule } }) => ({
            ...{ exp_labels: rule.labels, exp_annotations: rule.annotations ?? {} },
          })),
      })),
    // What a template becomes is Prometheus’ own doing: such alerts are looked for by what tells them apart.
    promql_expr_test: byName
      .filter(([, some]) => isTemplated(some))
      .flatMap(([, some]) => some)
      .map(({ alert, labels, fires }) => ({
        ...{ expr: `count(${firing(alert, labels)})`, eval_time: AT },
        exp_samples: fires ? [{ labels: '{}', value: 1 }] : [],
      })),
  };
}

function labelsOf({ service, slo }: Tried): Labels {
  return { service: service.name, slo: slo.name };
}

function doesFire({ slo }: Tried, { severity }: BurnAlert, burnRate: number): boolean {
  return burnPairs(slo.window, slo.objective).some(
    (pair) => pair.severity === severity && burnRate > pair.factor,
  );
}

function hasTemplate({ rule }: BurnAlert): boolean {
  const texts = [...Object.values(rule.labels), ...Object.values(rule.annotations ?? {})];
  return texts.some((text) => text.includes('{{'));
}

function firing({ rule, severity }: BurnAlert, labels: Labels): string {
  return recorded('ALERTS', { alertname: rule.alert ?? '', alertstate: 'firing', ...labels, severity });
}
