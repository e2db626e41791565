import type { AgentTask } from '#domain/agent-task/agent-task.ts';
import type { HandOff } from '#domain/agent-task/hand-off.ts';
import { firingAlerts } from '#domain/alert.ts';
import type { Deploy } from '#domain/deploy.ts';
import type { Rollout, RolloutStep } from '#domain/flag.ts';
import { type Facets, facetsOfAlert } from '#domain/incident/similar.ts';
import { present } from '#domain/optional.ts';
import { factsOf } from '#domain/signal.ts';
import { formatValue } from '#domain/units.ts';
import type { Effect, Onset, Verdict } from '#domain/verdict/verdict.ts';
import { alertRoot } from './jobs/alert.ts';
import { panelsKey } from './jobs/alert-causes.ts';
import type { Ports } from './ports.ts';
import { type Standing, slosOf, standingsOf } from './standings.ts';

/** What is known of a task's subject without asking the metrics. */
export type SubjectFacts = {
  readonly observed: HandOff['observed'];
  /** What it is compared by with earlier incidents. */
  readonly facets: Facets;
  /** When it began, where a verdict told. */
  readonly began?: Onset;
  /** The alert's own expression with its values is asked for. */
  readonly expression?: string;
  /** The picture that was drawn of it. */
  readonly snapshot?: string;
  readonly links: HandOff['links'];
  /** An incident that was declared from it is no earlier one. */
  readonly incident?: string;
  readonly missing: readonly string[];
};

type FactPorts = Pick<Ports, 'store' | 'catalog' | 'clock'>;

/** Reads what a task is about. What is gone meanwhile is said in `missing`. */
export async function subjectFacts(task: AgentTask, ports: FactPorts): Promise<SubjectFacts> {
  const { subject } = task;
  const { store } = ports;
  switch (subject.kind) {
    case 'alert':
      return alertFacts(task, subject.id, store);
    case 'deploy': {
      const deploy = await store.deploys.get(subject.id);
      return deploy === undefined ? gone(task, 'The deploy') : deployFacts(task, deploy);
    }
    case 'rollout': {
      const rollout = await store.flags.get(subject.id);
      const step = rollout?.steps.find(({ number }) => number === subject.step);
      return rollout === undefined || step === undefined
        ? gone(task, 'The step of the rollout')
        : stepFacts(task, rollout, step);
    }
    case 'budget': {
      const slos = slosOf(ports.catalog.current().services).filter(
        ({ service, slo }) => service.name === subject.service && slo.name === subject.slo,
      );
      const [standing] = await standingsOf(slos, ports.catalog.current(), ports.clock.now(), store);
      return standing === undefined ? gone(task, 'The objective') : budgetFacts(task, standing);
    }
  }
}

async function alertFacts(task: AgentTask, id: string, store: Ports['store']): Promise<SubjectFacts> {
  const episode = await store.alerts.get(id);
  if (episode === undefined) return gone(task, 'The alert');
  const [first] = firingAlerts(episode);
  const said = { ...first?.annotations, ...episode.annotations };
  const drawn = (await store.outbox.find(panelsKey(id, 0)))?.message;
  const root = (await store.outbox.find(alertRoot(id)))?.message;
  const began = root?.about === 'alert' ? root.onset?.began : undefined;
  const { expression, incident } = episode;
  const summary = said.summary ?? said.title ?? said.message;
  return {
    observed: {
      headline: `${task.title}${summary === undefined ? ' fires' : `: ${summary.replace(/[\s.!?]+$/, '')}`}`,
      labels: { ...episode.groupLabels, ...episode.labels },
      ...present({ summary, description: said.description, expression }),
    },
    facets: facetsOfAlert(episode),
    links: linksIn([
      ['runbook of the alert', said.runbook_url ?? said.runbook],
      ['dashboard of the alert', said.dashboard_url ?? said.dashboard],
      ['where it was evaluated', first?.generatorUrl],
    ]),
    missing: expression === undefined ? ['Nobody said what expression the alert has.'] : [],
    ...present({
      ...{ began, expression, incident },
      snapshot: drawn?.about === 'alertSnapshot' ? drawn.picture?.snapshot : undefined,
    }),
  };
}

function deployFacts(task: AgentTask, deploy: Deploy): SubjectFacts {
  const { watch, url, service, incident } = deploy;
  const { verdict } = watch ?? {};
  return {
    observed: { headline: `${task.title}${signalWords(verdict?.signals ?? [])}`, labels: {} },
    facets: facetsOf(task, 'deploy', service),
    links: linksIn([['the deploy', url]]),
    missing: [],
    ...present({ began: verdict?.onset, incident }),
  };
}

function stepFacts(
  task: AgentTask,
  { flag, incident }: Rollout,
  { url, watch, at }: RolloutStep,
): SubjectFacts {
  const reason = watch?.verdict?.reasons[0];
  const words = signalWords(watch?.verdict?.signals ?? []);
  return {
    observed: {
      headline: `${task.title}${words}`,
      labels: {},
      ...present({ summary: reason }),
    },
    facets: facetsOf(task, 'flag', flag),
    began: { at, plusMinus: 0 },
    links: linksIn([['the change of the flag', url]]),
    missing: [],
    ...present({ incident }),
  };
}

function budgetFacts(task: AgentTask, { state, usage }: Standing): SubjectFacts {
  const rate =
    state.burning === undefined
      ? ''
      : ` at ${formatValue(state.burning.rate, 'short')} times the rate that it can bear`;
  return {
    observed: {
      headline: `${task.title}${rate}; ${formatValue(usage.share, 'ratio')} of it is used`,
      labels: {},
    },
    facets: facetsOf(task),
    links: [],
    missing: [],
  };
}

/** The signal that turned for the worse most, with its values. */
function signalWords(
  signals: readonly {
    readonly measure: Parameters<typeof factsOf>[0];
    readonly verdict: Verdict;
    readonly effect?: Effect;
  }[],
): string {
  const worse = signals.filter(({ verdict }) => verdict === 'degraded');
  const words = worse.flatMap(({ measure, effect }) => {
    if (effect === undefined) return [];
    const { title, unit } = factsOf(measure);
    return [`${shortTitle(title)} ${formatValue(effect.before, unit)} → ${formatValue(effect.after, unit)}`];
  });
  return words.length === 0 ? '' : `: ${words.join('; ')}`;
}

/** The title of a measure where its unit stands behind its value. */
export function shortTitle(title: string): string {
  return title.replace(/^.*?: /, '').replace(/, (% of requests|requests a second)$/, '');
}

function facetsOf({ service, title }: AgentTask, kind?: 'deploy' | 'flag', subject?: string): Facets {
  return {
    ...{ services: service === undefined ? [] : [service], alerts: [], labels: {}, text: title },
    ...(kind === undefined ? {} : { trigger: { kind, ...present({ subject }) } }),
  };
}

function gone(task: AgentTask, what: string): SubjectFacts {
  return {
    observed: { headline: task.title, labels: {} },
    ...{ facets: facetsOf(task), links: [], missing: [`${what} is not kept any more.`] },
  };
}

/** Links that are addresses of the web, of a length that can be told. */
export function linksIn(
  pairs: readonly (readonly [title: string, url: string | undefined])[],
): HandOff['links'] {
  return pairs.flatMap(([title, url]) =>
    url !== undefined && /^https?:\/\/\S{1,2000}$/.test(url) ? [{ title, url }] : [],
  );
}
