import { type Counted, type Sli, type Slo, WINDOW } from '#domain/budget/slo.ts';
import { present } from '#domain/optional.ts';
import { isSelector } from '#promql/rates.ts';
import type { Config } from '../schema.ts';
import { countedIn, ratioSli } from './queries.ts';

/** An SLO as bellbuoy.yaml writes it. */
export type OwnSlo = Exclude<Config['services'][string]['slos'][number], { file: string }>;

/** An SLO of bellbuoy.yaml as the domain knows it. */
export function ownSlo(written: OwnSlo): Slo {
  const { window, method, timezone } = written;
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
    sli: sliOf(written.sli),
    absent: written.absent,
    policy: present(written.policy),
    alerting: { page: written.alerts.page, ticket: written.alerts.ticket },
    origin: { format: 'bellbuoy' },
  };
}

/** The PromQL of an SLI, by the keys under `sli` at which it stands. */
export function promqlOfSlo({ sli }: OwnSlo): readonly [readonly string[], string][] {
  if ('ratio' in sli) return [[['ratio'], sli.ratio]];
  if ('up' in sli) return [[['up'], sli.up]];
  if ('latency' in sli) return [[['latency', 'histogram'], sli.latency.histogram]];
  return Object.entries(sli.events).map(([key, promql]) => [['events', key], String(promql)]);
}

function sliOf(sli: OwnSlo['sli']): Sli {
  if ('ratio' in sli) return ratioSli(sli.ratio, 'bad');
  if ('up' in sli) return upSli(sli.up);
  if ('latency' in sli) return { kind: 'latency', ...sli.latency };
  const total = countedIn(sli.events.total);
  return 'bad' in sli.events
    ? { kind: 'events', counts: 'bad', part: countedIn(sli.events.bad), total }
    : { kind: 'events', counts: 'good', part: countedIn(sli.events.good), total };
}

/** Up or down: of series of 0 and 1 every sample counts; another expression is looked at every minute, and above 0 is up. */
export function upSli(promql: string): Sli {
  if (!isSelector(promql))
    return { kind: 'ratio', of: 'good', promql: `avg(avg_over_time(((${promql}) > bool 0)[${WINDOW}:1m]))` };
  const over = (how: string): Counted => ({
    kind: 'expression',
    promql: `sum(${how}_over_time(${promql.trim()}[${WINDOW}]))`,
    gives: 'increase',
  });
  return { kind: 'events', counts: 'good', part: over('sum'), total: over('count') };
}
