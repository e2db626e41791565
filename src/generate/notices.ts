import type { Service } from '#domain/service.ts';
import { burnAlertsOf } from './alerts.ts';
import { isExpressible } from './ratios.ts';

/** What whoever takes these rules into use has to know: what was left out, and what is counted otherwise than written. */
export function ruleNotices(services: readonly Service[]): readonly string[] {
  const all = services.flatMap((service) =>
    service.slos.map((slo) => {
      const leftOut = new Set(burnAlertsOf(service, slo).flatMap((alert) => alert.leftOut));
      return { name: `${service.name}/${slo.name}`, slo, leftOut: [...leftOut] };
    }),
  );
  const byBuckets = all.filter(({ slo: { sli } }) => sli.kind === 'latency' && isExpressible(sli));
  return [
    ...all
      .filter(({ slo }) => !isExpressible(slo.sli))
      .map(({ name }) => `${name}: no rules, because its histogram is not a selector.`),
    ...all
      .filter(({ leftOut }) => leftOut.length > 0)
      .map(({ name, leftOut }) => `${name}: ${leftOut.join(', ')} of its owner is left out of its alerts.`),
    ...(byBuckets.length > 0
      ? [
          `Where no bucket ends at the threshold of a latency, the next lower one counts; without a lower one there is no ratio and no alert (${listed(byBuckets.map(({ name }) => name))}).`,
        ]
      : []),
  ];
}

function listed(names: readonly string[]): string {
  const more = names.length > 5 ? [`${names.length - 5} more`] : [];
  return [...names.slice(0, 5), ...more].join(', ');
}
