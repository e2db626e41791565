import { type BurnPair, burnPairs } from '#domain/budget/burn.ts';
import { allowedShare, type Slo } from '#domain/budget/slo.ts';
import { percent } from '#domain/budget/words.ts';
import type { Service } from '#domain/service.ts';
import { type Labels, type Rule, recordedRatio } from './records.ts';

/** One alert of an SLO. `leftOut` names the labels and annotations of its owner that it cannot have. */
export type BurnAlert = {
  readonly severity: BurnPair['severity'];
  readonly rule: Rule;
  readonly leftOut: readonly string[];
};

/** The alerts of one SLO, the page first; owners may call both as they like. What tells alerts apart is ours: `service`, `slo` and `severity`. */
export function burnAlertsOf(service: Service, slo: Slo): readonly BurnAlert[] {
  const labels = { service: service.name, slo: slo.name };
  const pairs = burnPairs(slo.window, slo.objective);
  const { alerting } = slo;
  return (['page', 'ticket'] as const).flatMap((severity) => {
    const own = pairs.filter((pair) => pair.severity === severity);
    if (!alerting[severity] || own.length === 0) return [];
    const [ofKind, annotationsOfKind] =
      severity === 'page'
        ? [alerting.pageLabels, alerting.pageAnnotations]
        : [alerting.ticketLabels, alerting.ticketAnnotations];
    const given = takenFrom({ ...alerting.labels, ...ofKind }, { ...labels, severity, alertname: '' });
    const annotations = takenFrom({ ...alerting.annotations, ...annotationsOfKind }, {});
    const rule: Rule = {
      alert: alerting.name ?? (severity === 'page' ? 'SloBurnsBudgetFast' : 'SloBurnsBudgetSlowly'),
      expr: own.map((pair) => `(${burning(pair, slo.objective, labels)})`).join(' or '),
      labels: { severity, ...labels, ...given.taken },
      annotations: {
        summary: `${service.name} burns the error budget of ${slo.name} (${percent(slo.objective)}) ${severity === 'page' ? 'fast' : 'too fast'}`,
        ...(service.links.runbook === undefined ? {} : { runbook_url: service.links.runbook }),
        ...annotations.taken,
      },
    };
    return [{ severity, rule, leftOut: [...given.leftOut, ...annotations.leftOut] }];
  });
}

/** What of the owner’s labels Prometheus takes, and is not `ours`. One without a value is none to Prometheus. */
function takenFrom(
  given: Labels,
  ours: Labels,
): { readonly taken: Labels; readonly leftOut: readonly string[] } {
  const isTaken = (name: string) =>
    /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) && name !== '__name__' && !Object.hasOwn(ours, name);
  const named = Object.entries(given).filter(([, value]) => value !== '');
  return {
    taken: Object.fromEntries(named.filter(([name]) => isTaken(name))),
    leftOut: named.flatMap(([name, value]) => (isTaken(name) || ours[name] === value ? [] : [name])),
  };
}

function burning({ long, short, factor }: BurnPair, objective: number, labels: Labels): string {
  const bound = `(${factor} * ${allowedShare(objective)})`;
  return `${recordedRatio(short, labels)} > ${bound} and ${recordedRatio(long, labels)} > ${bound}`;
}
