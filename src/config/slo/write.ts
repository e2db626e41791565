import { Document } from 'yaml';
import type { Alerting, Counted, Slo, SloWindow } from '#domain/budget/slo.ts';
import { present } from '#domain/optional.ts';
import { formatDuration } from '#domain/time.ts';
import type { Imported } from './import.ts';
import { asWritten } from './queries.ts';

/** SLOs in the form of bellbuoy.yaml, below the services that they name. What that form has no word for is said in a comment. */
export function writeSlos(slos: readonly Imported[]): string {
  const services = Object.fromEntries(
    [...Map.groupBy(slos, ({ service }) => service)].map(([service, some]) => [
      service,
      { slos: some.map(({ slo }) => written(slo)) },
    ]),
  );
  const document = new Document({ services }, { aliasDuplicateObjects: false });
  const recorded = slos.flatMap(({ slo: { origin } }) => (origin.recorded === undefined ? [] : origin.file));
  if (recorded.length > 0) document.commentBefore = recordedWords(recorded[0] ?? 'FILE');
  return document.toString({ lineWidth: 0 });
}

function recordedWords(file: string): string {
  return ` What the rules of an installed Sloth or Pyrra record is read only for SLOs whose file is named: slos: [{ file: ${file} }].`;
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
    ...writtenAlerts(alerting),
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
    return sli.of === 'bad' ? { ratio: asWritten(sli.promql) } : { ratio: `1 - (${sli.promql})` };
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

/** What both alerts carry, and what one of them does; nothing where all is as usual. */
function writtenAlerts(alerting: Alerting): object {
  const kind = (isWanted: boolean, more: object) =>
    isWanted && Object.keys(more).length > 0 ? more : isWanted;
  const { name, labels, annotations, pageLabels, pageAnnotations, ticketLabels, ticketAnnotations } =
    alerting;
  const page = kind(alerting.page, present({ labels: pageLabels, annotations: pageAnnotations }));
  const ticket = kind(alerting.ticket, present({ labels: ticketLabels, annotations: ticketAnnotations }));
  const alerts = {
    ...present({ name, labels, annotations }),
    ...(page === true ? {} : { page }),
    ...(ticket === true ? {} : { ticket }),
  };
  return Object.keys(alerts).length === 0 ? {} : { alerts };
}
