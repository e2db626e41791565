import type { Metrics, Ports } from '#app/ports.ts';
import { failure, success } from '#domain/problem.ts';
import { CATALOG } from '../domain/given.ts';

export const NO_METRICS: Metrics = {
  readings: async () => new Map(),
  readingQueries: () => [],
  series: async () => new Map(),
  stepFor: () => 15_000,
  query: async (promql) => failure('query-invalid', `Nobody is asked ${promql}.`),
  versions: async () => new Map(),
};

/** All ports of a program that has a store and a clock, and nothing outside: every question is answered by “there is nobody”. */
export function portsWith(own: Pick<Ports, 'store' | 'clock' | 'log'> & Partial<Ports>): Ports {
  return {
    catalog: { current: () => CATALOG },
    meter: { count: () => undefined, time: () => undefined, gauge: () => undefined, gauges: () => undefined },
    metrics: NO_METRICS,
    sliCounter: { count: async () => new Map(), between: async () => new Map() },
    observer: {
      observe: async (_, { from }, step) => ({ times: [from], step, gauges: {}, queries: [], problems: [] }),
    },
    cohorts: {
      observe: async (_, __, { from }, step) => ({
        ...{ times: [from], step, strata: [], queries: [], problems: [] },
      }),
    },
    rollbacks: { request: async () => ({ kind: 'refused', what: 'there is nobody to ask' }) },
    silences: { silence: async () => failure('alertmanager-unreachable', 'There is none.') },
    activeAlerts: { list: async () => failure('alertmanager-unreachable', 'There is none.') },
    failpoint: () => undefined,
    conversations: {
      message: async () => success(undefined),
      permalink: async () => undefined,
      open: async () => failure('slack-unreachable', 'There is none.'),
      invite: async () => undefined,
      setTopic: async () => undefined,
      nameOf: async (user) => user,
      share: async () => failure('slack-unreachable', 'There is none.'),
    },
    unfurls: { unfurl: async () => success(undefined) },
    documents: { write: () => '' },
    painter: { paint: async () => failure('drawing-failed', 'Nothing is drawn here.') },
    ...own,
  };
}
