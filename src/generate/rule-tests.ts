import { burnPairs } from '#domain/budget/burn.ts';
import { allowedShare, type Slo } from '#domain/budget/slo.ts';
import type { Service } from '#domain/service.ts';
import { burnAlertsOf, lookbacksOf, recordedRatio } from './rules.ts';

/** One test of `promtool test rules`: what is recorded, and which alerts follow. */
export type RuleTest = {
  readonly name: string;
  readonly interval: '1m';
  readonly input_series: readonly { readonly series: string; readonly values: string }[];
  readonly alert_rule_test: readonly {
    readonly eval_time: string;
    readonly alertname: string;
    readonly exp_alerts: readonly {
      readonly exp_labels: Readonly<Record<string, string>>;
      readonly exp_annotations: Readonly<Record<string, string>>;
    }[];
  }[];
};

/**
 * Tests of the alerts in generated rules: for each SLO, that burning a little above each pair’s factor fires it, and that a little below all of them nothing does. The error
 * ratios are given, as the recording rules would have them.
 */
export function ruleTestsOf(services: readonly Service[]): readonly RuleTest[] {
  return services.flatMap((service) =>
    service.slos.flatMap((slo) => {
      const alerts = burnAlertsOf(service, slo);
      if (alerts.length === 0) return [];
      const factors = burnPairs(slo.window, slo.objective).map(({ factor }) => factor);
      const above = factors.map((factor) => factor * 1.01);
      const below = Math.min(...factors) * 0.99;
      return [...above, below].map((burnRate) => testAt(service, slo, alerts, burnRate));
    }),
  );
}

function testAt(
  service: Service,
  slo: Slo,
  alerts: ReturnType<typeof burnAlertsOf>,
  burnRate: number,
): RuleTest {
  const labels = { service: service.name, slo: slo.name };
  const ratio = Number((burnRate * allowedShare(slo.objective)).toPrecision(12));
  const pairs = burnPairs(slo.window, slo.objective);
  const fires = (severity: string) =>
    pairs.some((pair) => pair.severity === severity && burnRate > pair.factor);
  const byName = Map.groupBy(alerts, ({ rule }) => rule.alert ?? '');
  return {
    name: `${service.name} ${slo.name} at ${Number(burnRate.toPrecision(4))} times its budget`,
    interval: '1m',
    input_series: lookbacksOf(slo).map((lookback) => ({
      series: recordedRatio(lookback, labels),
      values: `${ratio}x5`,
    })),
    alert_rule_test: [...byName].map(([alertname, rules]) => ({
      eval_time: '3m',
      alertname,
      exp_alerts: rules
        .filter(({ severity }) => fires(severity))
        .map(({ rule }) => ({ exp_labels: rule.labels, exp_annotations: rule.annotations ?? {} })),
    })),
  };
}
