import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { handOff } from '#app/jobs/agent-task.ts';
import type { Metrics, Ports } from '#app/ports.ts';
import { type AgentTask, EXPIRES_AFTER } from '#domain/agent-task/agent-task.ts';
import type { HandOff } from '#domain/agent-task/hand-off.ts';
import { applyNotification } from '#domain/alert.ts';
import { applyReport, type Deploy } from '#domain/deploy.ts';
import { failure, success } from '#domain/problem.ts';
import type { Reading } from '#domain/reading.ts';
import type { Preset } from '#domain/service.ts';
import { type Range, SECOND } from '#domain/time.ts';
import type { DeployVerdict } from '#domain/verdict/deploy-verdict.ts';
import { alert, at, CATALOG, MINUTE, NOON, notification, report, service } from '../domain/given.ts';
import { type FreshDatabase, freshDatabase } from '../store/database.ts';
import { NO_METRICS, portsWith } from './ports.ts';

let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.close());

const PRESET: Preset = {
  name: 'otel-http',
  requests: [],
  errors: [],
  buckets: [],
  bucketUnit: 'seconds',
  native: false,
  always: [],
  version: { kind: 'label', label: 'v' },
};
const CHECKOUT = service('checkout', {
  ...{ preset: PRESET, dependsOn: ['ledger'] },
  links: { runbook: 'https://wiki.example/checkout', logs: 'https://grafana.example/explore?left=x' },
});
const log = {
  ...{ debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  child: () => log,
};
const TASK: AgentTask = {
  ...{ id: 'TASK-1', number: 1, subject: { kind: 'alert', id: 'a1' }, service: 'checkout', reports: [] },
  ...{ title: 'Errors on checkout', since: NOON, createdAt: NOON, expiresAt: NOON + EXPIRES_AFTER },
};

/** Errors of 0.1 % before 11:58, and of 5 % since. */
const MEASURED: Metrics = {
  ...NO_METRICS,
  readings: async ([of], _, { from }: Range) => {
    const reading: Reading = {
      values: { errorRatio: from < at('11:57') ? 0.001 : 0.05, rate: 40 },
      problems: [],
    };
    return new Map([[of?.name ?? '', reading]]);
  },
  readingQueries: (_, measures) =>
    measures.map((measure) => ({ source: 'default', promql: `the ${measure}`, line: measure })),
  query: async (_, range, step) =>
    success({
      ...{ range, step, warnings: [], partial: false },
      series: [0.01, 0.07].map((value) => ({
        labels: {},
        samples: [
          { at: range.from + MINUTE, value: 0.002 },
          { at: range.to, value },
        ],
      })),
    }),
};

/** Hands the task off, and gives what was read. */
async function handedOff(more: Partial<Ports>, task = TASK): Promise<HandOff> {
  const store = database.store();
  await store.agentTasks.save(task);
  const clock = { now: () => at('12:02'), sleep: () => new Promise<void>(() => undefined) };
  const catalog = { ...CATALOG, services: [CHECKOUT, service('ledger')] };
  await handOff('TASK-1', portsWith({ store, clock, log, catalog: { current: () => catalog }, ...more }));
  const [received] = await store.inbox.pending(5);
  if (received?.event.type !== 'taskHandedOff') throw new Error('nothing was handed off');
  return received.event.handOff;
}

async function keepAlert(
  id = 'a1',
  generatorUrl = 'http://prometheus/graph?g0.expr=sum(errors)+%2F+sum(all)+%3E+0.02',
) {
  const event = notification('firing', {
    groupKey: id,
    alerts: [
      alert('f1', 'firing', { generatorUrl, annotations: { runbook_url: 'https://wiki.example/errors' } }),
    ],
  });
  const episode = applyNotification(undefined, event, {
    newId: id,
    now: NOON,
    service: CHECKOUT,
    channel: '#payments',
  });
  if (episode !== undefined) await database.store().alerts.save(episode);
}

async function keepDeploy(id: string, name: string, startedAt: number, verdict?: 'degraded' | 'steady') {
  const event = report('succeeded', { hints: { service: name }, version: `${id}v`, at: startedAt });
  const known = applyReport(undefined, event, { newId: id, service: service(name), watched: true });
  const judged: Deploy =
    known.watch === undefined || verdict === undefined
      ? known
      : { ...known, watch: { ...known.watch, verdict: { verdict, signals: [], reasons: [] } } };
  await database.store().deploys.save(judged);
}

describe('what is handed off of an alert', () => {
  it('is what is wrong with its figures, the queries that show it, and what was before', async () => {
    await keepAlert();
    const { observed, evidence, links, missing } = await handedOff({ metrics: MEASURED });
    expect(observed).toMatchObject({
      headline: 'Errors on checkout: too many. Errors: 5 %, 0.1 % before.',
      ...{ summary: 'too many', expression: 'sum(errors) / sum(all) > 0.02' },
    });
    expect(evidence.slice(0, 2)).toMatchObject([
      {
        title: 'What the alert measures, fires > 0.02',
        query: 'sum(errors) / sum(all)',
        value: 0.07,
        baseline: { value: 0.002 },
      },
      {
        title: 'checkout: Errors, % of requests',
        query: 'the errorRatio',
        value: 0.05,
        baseline: { value: 0.001 },
      },
    ]);
    expect(links.map(({ title }) => title)).toEqual([
      ...['runbook of the alert', 'where it was evaluated', 'runbook', 'logs'],
    ]);
    expect(links.at(-1)?.url).toMatch(/from=\d+&to=\d+$/);
    expect(missing).toEqual(['When it began could not be told from the signals by now.']);
  });

  it('names what changed: what was found to do harm, then what is closest, its own before a dependency’s', async () => {
    await keepAlert();
    await keepDeploy('d1', 'checkout', at('10:00'));
    await keepDeploy('d2', 'ledger', at('11:50'));
    await keepDeploy('d3', 'checkout', at('11:50'), 'steady');
    await keepDeploy('d4', 'ledger', at('11:40'), 'degraded');
    const { changes } = await handedOff({ metrics: MEASURED });
    expect(changes).toMatchObject([
      { id: 'd4', what: 'ledger d4v', relation: 'dependency', verdict: 'degraded' },
      { id: 'd3', relation: 'own', verdict: 'steady' },
      { id: 'd2', relation: 'dependency' },
      { id: 'd1', relation: 'own' },
    ]);
  });

  it('tells what else fires, and which other tasks are about the same service', async () => {
    await keepAlert();
    await keepAlert('a2');
    await database.store().agentTasks.save({
      ...{ ...TASK, id: 'TASK-2', number: 2, subject: { kind: 'deploy', id: 'd4' } },
      title: 'checkout v2 is degraded',
    });
    const { alsoFiring, related } = await handedOff({ metrics: MEASURED });
    expect(alsoFiring).toEqual([{ id: 'a2', name: 'Errors', service: 'checkout' }]);
    expect(related).toEqual([{ task: 'TASK-2', title: 'checkout v2 is degraded' }]);
  });
});

describe('when something cannot be read', () => {
  it('is handed off all the same, and says what is missing: Prometheus is away', async () => {
    await keepAlert();
    const problem = failure('prometheus-unreachable', 'Nobody answers.', { where: 'default' }).problem;
    const away: Metrics = {
      ...MEASURED,
      readings: async ([of]) => new Map([[of?.name ?? '', { values: {}, problems: [problem] }]]),
      query: async () => ({ ok: false, problem }),
    };
    const { observed, evidence, missing } = await handedOff({ metrics: away });
    expect(observed.headline).toBe('Errors on checkout: too many.');
    expect(evidence.every(({ value }) => value === undefined)).toBe(true);
    expect(missing.join('\n')).toMatch(/Nobody answers/);
  });

  it('is handed off in bounded time: Prometheus never answers', async () => {
    await keepAlert();
    const never = () => new Promise<never>(() => undefined);
    const waited: number[] = [];
    const clock = {
      now: () => at('12:02'),
      sleep: async (length: number) => {
        waited.push(length);
      },
    };
    const { missing } = await handedOff({
      ...{ clock, observer: { observe: never } },
      metrics: { ...MEASURED, readings: never, query: never },
    });
    expect(missing).toEqual([
      'When it began could not be read within 20 s.',
      'The alert’s expression could not be read within 20 s.',
      'The signals of the service could not be read within 20 s.',
    ]);
    expect(Math.max(...waited)).toBe(20 * SECOND);
  });

  it('is handed off without a service, or without what it was about', async () => {
    const { service: _, ...nobody } = TASK;
    const { missing, changes } = await handedOff({ metrics: MEASURED }, nobody);
    expect(changes).toEqual([]);
    expect(missing).toEqual([
      'The alert is not kept any more.',
      'No configured service fits: no signals were read.',
    ]);
  });
});

it('of a degraded deploy it is what got worse and when it began', async () => {
  const store = database.store();
  await keepDeploy('d4', 'checkout', at('11:50'), 'degraded');
  const deploy = await store.deploys.get('d4');
  if (deploy?.watch === undefined) throw new Error('no deploy');
  const effect = { before: 0.001, after: 0.05, absolute: 0.049 };
  const signal = {
    measure: 'errorRatio',
    verdict: 'degraded',
    effect,
    floor: { relative: 0.1 },
    looks: 3,
    reasons: [],
  };
  const verdict = {
    verdict: 'degraded',
    onset: { at: at('11:51'), plusMinus: 15 * SECOND },
    signals: [signal],
    reasons: [],
  };
  await store.deploys.save({ ...deploy, watch: { ...deploy.watch, verdict: verdict as DeployVerdict } });
  const { observed, began, changes } = await handedOff(
    { metrics: MEASURED },
    { ...TASK, subject: { kind: 'deploy', id: 'd4' }, title: 'checkout d4v is degraded' },
  );
  expect(observed.headline).toBe('checkout d4v is degraded: Errors 0.1 % → 5 %.');
  expect(began).toEqual({ at: at('11:51'), plusMinus: 15 * SECOND });
  expect(changes).toMatchObject([{ id: 'd4', verdict: 'degraded', relation: 'own' }]);
});
