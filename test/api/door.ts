import { createAdmission } from '#api/admission.ts';
import type { ApiToken } from '#api/auth.ts';
import { postmortemJson } from '#api/contract/postmortem-of.ts';
import { offerOf } from '#api/mcp/all.ts';
import { openMcp } from '#api/mcp/door.ts';
import type { Offer } from '#api/mcp/offer.ts';
import { apiRoutes } from '#api/rest/routes.ts';
import type { Ports } from '#app/ports.ts';
import type { Rollout, RolloutStep, StepWatch } from '#domain/flag.ts';
import { explain, success } from '#domain/problem.ts';
import type { Catalog } from '#domain/service.ts';
import { MINUTE, SECOND } from '#domain/time.ts';
import type { CohortVerdict } from '#domain/verdict/cohort-verdict.ts';
import { postmortemMarkdown } from '#render/markdown.ts';
import { startServer } from '#runtime/server.ts';
import { NO_METRICS, portsWith } from '../app/ports.ts';
import { at, CATALOG, service } from '../domain/given.ts';
import { freshDatabase } from '../store/database.ts';
import { ENTRIES, EXAMPLE, INCIDENT, POSTMORTEM } from './example.ts';

export const TOKENS: readonly ApiToken[] = [
  { name: 'ci', token: 'token-of-ci', scopes: ['read'] },
  { name: 'auditor', token: 'token-of-auditor', scopes: ['audit'] },
  { name: 'investigator', token: 'token-of-investigator', scopes: ['tasks', 'write'] },
];

const flag = (name: string) => ({ name, label: 'flag', on: 'on', off: 'off', strata: [] });

/** checkout and ledger, with three configured flags. */
const WITH_FLAGS: Catalog = {
  ...CATALOG,
  services: [
    service('checkout', { flags: [flag('new-checkout'), flag('one-click')] }),
    service('ledger', { flags: [flag('double-entry')] }),
  ],
};

/** As often as anybody likes. */
const NO_LIMIT = { perMinute: 1e9, burst: 1e9, failures: 1e9 };

/** One series that is 1 but at its end, where there is no number. */
function seriesOf(promql: string, end: number) {
  const samples = [0, 1, 2].map((n) => ({ at: end - n * MINUTE, value: n === 0 ? Number.NaN : 1 })).reverse();
  return { series: [{ labels: { __name__: promql }, samples }], warnings: [], partial: false };
}

/** The real server with the API on a real database, at 12:30 of the usual day. */
export async function openApi(
  tokens = TOKENS,
  {
    offered = (ports: Ports): Offer => offerOf(ports),
    now = () => at('12:30'),
    port = 0,
    catalog = WITH_FLAGS,
    own = {} as Partial<Ports>,
  } = {},
) {
  const database = await freshDatabase();
  const errors: unknown[] = [];
  const log = {
    ...{ debug: () => undefined, info: () => undefined, warn: () => undefined, child: () => log },
    error: (facts: object, what: string) => void errors.push({ what, ...facts }),
  };
  const clock = { now, sleep: (_: number, signal?: AbortSignal) => untilAborted(signal) };
  const bare = { store: database.store(), clock, log };
  const ports = portsWith({
    ...bare,
    catalog: { current: () => catalog },
    documents: {
      write: (value, format) => (format === 'json' ? postmortemJson(value) : postmortemMarkdown(value)),
    },
    metrics: {
      ...NO_METRICS,
      query: async (promql, range, step) => success({ range, step, ...seriesOf(promql, range.to) }),
    },
    conversations: {
      ...portsWith(bare).conversations,
      nameOf: async (user) => EXAMPLE.names.get(user) ?? user,
    },
    ...own,
  });
  const admission = createAdmission(tokens, NO_LIMIT, ports);
  const mcp = openMcp(offered(ports), { tokens, admission, names: [] }, ports);
  const server = await startServer({
    ...{ host: '127.0.0.1', port, raw: [mcp.handler], log },
    routes: apiRoutes(ports, admission),
  });
  if (!server.ok) throw new Error(explain(server.problem));
  const { url } = server.value;
  return {
    url,
    errors,
    ...{ ports, store: database.store() },
    /** Asks as ci does, or with another token; gives the status, the media type and the answer. */
    async get(path: string, headers: Record<string, string> = { authorization: 'Bearer token-of-ci' }) {
      const response = await fetch(`${url}${path}`, { headers });
      return {
        ...{ status: response.status, headers: response.headers },
        body: JSON.parse(await response.text()),
      };
    },
    async close() {
      await mcp.close();
      await server.value.close();
      await database.close();
    },
  };
}

export type Api = Awaited<ReturnType<typeof openApi>>;

/** A watch over a step that began at a moment, as far as it is known by 12:20. */
export function watchOf(from: number, verdict?: CohortVerdict, more: Partial<StepWatch> = {}): StepWatch {
  return {
    ...{ state: 'watching', window: { from: from + MINUTE, to: from + 16 * MINUTE } },
    ...{ every: MINUTE, lag: 15 * SECOND },
    ...(verdict === undefined ? { looks: 0 } : { looks: 18, lookedAt: at('12:20:15'), verdict }),
    ...more,
  };
}

export function step(number: number, clock: string, more: Partial<RolloutStep> = {}): RolloutStep {
  return { number, at: at(clock), source: 'flags', ...more };
}

export function rollout(id: string, steps: readonly RolloutStep[], more: Partial<Rollout> = {}): Rollout {
  return {
    ...{ id, flag: 'new-checkout', service: 'checkout', hints: {}, environment: 'production', steps },
    ...more,
  };
}

/** Errors double among those who have the flag: at 1 % too few of them to tell, at 10 % certain. */
export const STOPPED: Rollout = rollout('f812', [
  step(1, '11:00', {
    ...{ share: 0.01, actor: 'noor', url: 'https://flags.example.com/new-checkout' },
    watch: {
      ...watchOf(at('11:00')),
      ...{ state: 'ended', looks: 60, lookedAt: at('12:01:15') },
      verdict: {
        ...{ word: 'hold', compared: 'cohorts', rates: { off: 49.5, on: 0.5 } },
        signals: [
          {
            ...{ measure: 'errorRatio', verdict: 'inconclusive', floor: { relative: 0.1, absolute: 0.001 } },
            effect: { before: 0.005, after: 0.0094, absolute: 0.0044, relative: 0.88 },
            intervals: { off: { low: 0.0047, high: 0.0053 }, on: { low: 0.0055, high: 0.0163 } },
            counts: { off: { bad: 876, total: 175_230 }, on: { bad: 17, total: 1800 } },
            significance: { test: 'conditional', p: 0.24, n: 177_030 },
            needs: { more: 4200, what: 'requests', takes: 8_400_000 },
            reasons: [],
          },
        ],
        needs: { more: 4200, what: 'requests', takes: 8_400_000 },
        reasons: ['Too few requests had the flag.'],
      },
    },
  }),
  step(2, '12:00', {
    ...{ share: 0.1, actor: 'noor', url: 'https://flags.example.com/new-checkout' },
    watch: watchOf(
      at('12:00'),
      {
        ...{ word: 'stop', compared: 'cohorts', rates: { off: 45.1, on: 4.9 }, decidedAt: at('12:20') },
        signals: [
          {
            ...{ measure: 'errorRatio', verdict: 'degraded', floor: { relative: 0.1, absolute: 0.001 } },
            effect: { before: 0.005, after: 0.0102, absolute: 0.0052, relative: 1.04 },
            intervals: { off: { low: 0.0044, high: 0.0056 }, on: { low: 0.0079, high: 0.0131 } },
            counts: { off: { bad: 244, total: 48_800 }, on: { bad: 56, total: 5490 } },
            ...{ significance: { test: 'conditional', p: 0.000021, n: 54_290 }, decidedAt: at('12:20') },
            reasons: [],
          },
          {
            ...{ measure: 'p99', verdict: 'steady', floor: { relative: 0.1 }, slowerThan: 0.25 },
            effect: { before: 0.31, after: 0.312, absolute: 0.002, relative: 0.0065 },
            intervals: { off: { low: 0.3, high: 0.32 }, on: { low: 0.29, high: Number.POSITIVE_INFINITY } },
            counts: { off: { bad: 732, total: 48_800 }, on: { bad: 84, total: 5490 } },
            reasons: [],
          },
        ],
        sampleRatio: {
          ...{ expected: 0.1, observed: 0.1011, n: 54_290, dispersion: 1.2, p: 0.43, isMismatch: false },
        },
        reasons: ['Errors went from 0.50 % to 1.02 % of requests.'],
      },
      { state: 'ended' },
    ),
  }),
]);

/** Keeps the example of an incident with its timeline and its post-mortem, and what they name. */
export async function keepExample({ store }: Pick<Api, 'store'>): Promise<void> {
  const { alerts = [], deploys = [] } = EXAMPLE.related ?? {};
  for (const alert of alerts) await store.alerts.save(alert);
  for (const deploy of deploys) await store.deploys.save(deploy);
  await store.incidents.save(INCIDENT);
  await store.timelines.add('INC-12', ENTRIES, at('12:45'));
  await store.postmortems.save(POSTMORTEM);
  await store.incidents.index('INC-12');
}

/** The clock stands still: rounds sleep until the end, and whoever only waits a moment does so. */
function untilAborted(signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal === undefined) setTimeout(resolve, 5);
    if (signal?.aborted === true) resolve();
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
}
