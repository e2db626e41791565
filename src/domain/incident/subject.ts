import type { AlertEpisode } from '../alert.ts';
import type { State } from '../decision.ts';
import type { Deploy } from '../deploy.ts';
import { latestStep, type Rollout } from '../flag.ts';
import { present } from '../optional.ts';
import type { Instant } from '../time.ts';
import type { IncidentSeverity, Subject } from './incident.ts';

/** What an incident is declared from, as much of it as an incident takes over. */
export type Known = Subject & {
  readonly title: string;
  readonly severity: IncidentSeverity;
  readonly service?: string;
  readonly started?: Instant;
  readonly detected?: Instant;
  readonly acknowledged?: Instant;
  readonly channel?: string;
};

export function subjectOf(state: State, subject: Subject | undefined): Known | undefined {
  switch (subject?.kind) {
    case 'alert':
      return state.episode === undefined ? undefined : fromAlert(state.episode);
    case 'deploy': {
      const deploy = state.deploys.find(({ id }) => id === subject.id);
      return deploy === undefined ? undefined : fromDeploy(deploy);
    }
    case 'rollout': {
      const rollout = state.rollouts?.find(({ id }) => id === subject.id);
      return rollout === undefined ? undefined : fromRollout(rollout);
    }
    case undefined:
      return undefined;
  }
}

function fromAlert({
  id,
  name,
  service,
  severity,
  startedAt,
  begunAt,
  acknowledged,
  channel,
}: AlertEpisode): Known {
  return {
    ...{ kind: 'alert', id, channel, started: startedAt, detected: begunAt },
    title: service === undefined ? name : `${name} on ${service}`,
    severity: severity === 'page' ? 'sev2' : 'sev3',
    ...present({ service, acknowledged: acknowledged?.at }),
  };
}

function fromDeploy({ id, version, service, watch, startedAt, channel }: Deploy): Known {
  const verdict = watch?.verdict;
  return {
    ...{ kind: 'deploy', id, severity: 'sev2' },
    title: `${service ?? 'An unknown service'} ${version} does harm`,
    started: verdict?.onset?.at ?? startedAt,
    ...present({ service, channel, detected: verdict?.decidedAt }),
  };
}

function fromRollout(rollout: Rollout): Known {
  const { id, flag, service, channel } = rollout;
  const harmful = rollout.steps.findLast(({ watch }) => watch?.verdict?.word === 'stop');
  const step = harmful ?? latestStep(rollout);
  return {
    ...{ kind: 'rollout', id, severity: 'sev3' },
    title: `${flag} does harm${service === undefined ? '' : ` on ${service}`}`,
    ...present({ service, channel, started: step?.at, detected: harmful?.watch?.lookedAt }),
  };
}
