import { stringify } from 'yaml';
import type { Counted, Slo, SloWindow } from '#domain/budget/slo.ts';
import { formatDuration } from '#domain/time.ts';
import type { Imported } from './import.ts';

/** SLOs in the form of bellbuoy.yaml, below the services that they name. What that form has no word for is said in a comment. */
export function writeSlos(slos: readonly Imported[]): string {
  const services = Object.fromEntries(
    [...Map.groupBy(slos, ({ service }) => service)].map(([service, some]) => [
      service,
      { slos: some.map(({ slo }) => written(slo)) },
    ]),
  );
  return stringify({ services }, { lineWidth: 0 });
}

function written(slo: Slo): object {
  const { name, description, objective, window, method, absent, policy, alerting } = slo;
  return {
    name,
    ...(description === undefined ? {} : { description }),
    objective,
    window: writtenWindow(window),
    ...(window.kind === 'calendar' && window.zone !== undefined ? { timezone: window.zone } : {}),
    ...(method.kind === 'occurrences'
      ? {}
      : method.kind === 'timeslices'
        ? { method: { timeslices: { slice: formatDuration(method.slice), target: method.target } } }
        : { method: { downtime: { slice: formatDuration(method.slice) } } }),
    sli: writtenSli(slo),
    ...(absent === 'unknown' ? {} : { absent }),
    ...(Object.keys(policy).length === 0 ? {} : { policy }),
    ...(alerting.page && alerting.ticket ? {} : { alerts: { page: alerting.page, ticket: alerting.ticket } }),
  };
}

function writtenWindow(window: SloWindow): object {
  if (window.kind === 'rolling') return { rolling: formatDuration(window.length) };
  return {
    calendar: window.unit,
    ...(window.count === 1 ? {} : { count: window.count }),
    ...(window.from === undefined ? {} : { from: window.from }),
  };
}

function writtenSli({ sli }: Slo): object {
  if (sli.kind === 'latency')
    return { latency: { histogram: sli.histogram, threshold: formatDuration(sli.threshold) } };
  if (sli.kind === 'ratio')
    return sli.of === 'bad' ? { ratio: sli.promql } : { ratio: `1 - (${sli.promql})` };
  return { events: { [sli.counts]: writtenCount(sli.part), total: writtenCount(sli.total) } };
}

/** One counter as its selector; several as the expression that adds their rates. */
function writtenCount(counted: Counted): string {
  if (counted.kind === 'expression') return counted.promql;
  const [first, ...more] = counted.terms;
  if (first !== undefined && more.length === 0 && first.sign === 1) return first.selector;
  return counted.terms
    .map(
      ({ selector, sign }, i) =>
        `${sign === 1 ? (i === 0 ? '' : '+ ') : '- '}sum(rate(${selector}[$window]))`,
    )
    .join(' ');
}
