import { type Alerting, type Counted, type Sli, type Slo, WINDOW } from '#domain/budget/slo.ts';
import { present } from '#domain/optional.ts';
import { checkPromql } from '#promql/parse.ts';
import { withoutComments } from '#promql/rates.ts';
import { bareSelector, selectorIn } from '#promql/selector.ts';
import type { Config } from '../schema.ts';
import {
  averaged,
  countedIn,
  type Indicated,
  indicated,
  measured,
  misfitOfCount,
  overMinutes,
  ratioSli,
  totalIn,
} from './queries.ts';

/** An SLO as bellbuoy.yaml writes it. */
export type OwnSlo = Exclude<Config['services'][string]['slos'][number], { file: string }>;

/** An SLO of bellbuoy.yaml as the domain knows it. */
export function ownSlo(written: OwnSlo): Slo {
  const { window, method, timezone } = written;
  const read = sliOf(written.sli);
  return {
    name: written.name,
    ...present({ description: written.description }),
    objective: written.objective,
    window:
      'rolling' in window
        ? { kind: 'rolling', length: window.rolling }
        : {
            ...{ kind: 'calendar', unit: window.calendar, count: window.count },
            ...present({ zone: timezone, from: window.from }),
          },
    method:
      method === 'occurrences'
        ? { kind: 'occurrences' }
        : 'timeslices' in method
          ? { kind: 'timeslices', ...method.timeslices }
          : { kind: 'downtime', slice: method.downtime.slice },
    ...read,
    ...(written.absent === 'unknown' ? {} : { absent: written.absent }),
    policy: present(written.policy),
    alerting: alertingOf(written.alerts),
    origin: { format: 'bellbuoy' },
  };
}

function alertingOf({ page, ticket, name, labels, annotations }: OwnSlo['alerts']): Alerting {
  const [ofPage, ofTicket] = [page, ticket].map((one) => (typeof one === 'boolean' ? {} : one));
  return {
    ...{ page: page !== false, ticket: ticket !== false },
    ...present({ name, labels, annotations }),
    ...present({ pageLabels: ofPage?.labels, pageAnnotations: ofPage?.annotations }),
    ...present({ ticketLabels: ofTicket?.labels, ticketAnnotations: ofTicket?.annotations }),
  };
}

/** What is wrong with the PromQL of an SLI, by the keys under `sli` at which it stands. */
export function problemsOfSlo({ sli }: OwnSlo): readonly (readonly [readonly string[], string])[] {
  return promqlOf(sli).flatMap(([keys, promql]) => {
    const checked = checkPromql(promql.replaceAll(WINDOW, '5m'));
    if (!checked.ok) return [[keys, `${checked.problem.what} (${checked.problem.where ?? 'PromQL'})`]];
    const what =
      'events' in sli
        ? misfitOfCount(promql)
        : 'latency' in sli && selectorIn(promql) === undefined
          ? 'expected the selector of one histogram, such as http_request_duration_seconds{job="api"}'
          : undefined;
    return what === undefined ? [] : [[keys, what]];
  });
}

function promqlOf(sli: OwnSlo['sli']): readonly (readonly [readonly string[], string])[] {
  if ('ratio' in sli) return [[['ratio'], sli.ratio]];
  if ('up' in sli) return [[['up'], sli.up]];
  if ('latency' in sli) return [[['latency', 'histogram'], sli.latency.histogram]];
  return Object.entries(sli.events).map(([key, promql]) => [['events', key], String(promql)]);
}

function sliOf(sli: OwnSlo['sli']): Indicated {
  if ('ratio' in sli) return ratioSli(withoutComments(sli.ratio), 'bad');
  if ('up' in sli) return indicated(upSli(withoutComments(sli.up)));
  if ('latency' in sli) {
    const { histogram, threshold } = sli.latency;
    return indicated({ kind: 'latency', histogram: selectorIn(histogram) ?? histogram, threshold });
  }
  const counted = (promql: string) => countedIn(withoutComments(promql));
  const total = totalIn(withoutComments(sli.events.total));
  return indicated(
    'bad' in sli.events
      ? { kind: 'events', counts: 'bad', part: counted(sli.events.bad), total }
      : { kind: 'events', counts: 'good', part: counted(sli.events.good), total },
  );
}

/** Up or down: of series of 0 and 1 every sample counts; another expression is looked at every minute, and above 0 is up. */
export function upSli(promql: string): Sli {
  const series = bareSelector(promql);
  if (series === undefined)
    return {
      ...{ kind: 'ratio', of: 'good' },
      promql: averaged(overMinutes(`(${measured(promql)}) > bool 0`)),
    };
  const over = (how: string): Counted => ({
    kind: 'expression',
    promql: `sum(${how}_over_time(${series}[${WINDOW}]))`,
    gives: 'increase',
  });
  return { kind: 'events', counts: 'good', part: over('sum'), total: over('count') };
}
