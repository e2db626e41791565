import { type AlertEpisode, firingAlerts } from '../alert.ts';
import type { Deploy } from '../deploy.ts';
import type { Rollout } from '../flag.ts';
import { wentWords } from '../share-words.ts';
import type { TimelineEntry } from './timeline.ts';

/** What an alert’s episode tells a timeline: when it fired, each time anew; who took it; when it resolved. */
export function factsOfAlert(episode: AlertEpisode): readonly TimelineEntry[] {
  const { id, name, flaps, severity, acknowledged, resolvedAt } = episode;
  const { summary, message, description } = episode.annotations;
  const said = [summary, message, description].find((text) => text !== undefined && text.trim() !== '');
  const reference = { kind: 'alert' as const, id };
  const turn = flaps === 0 ? '' : `:${flaps}`;
  const again = flaps === 0 ? 'fires' : 'fires again';
  const fired: TimelineEntry = {
    ...{ key: `alert:${id}:fired${turn}`, kind: 'alert', at: firedAt(episode), reference },
    text: `${name} ${again} (${severity})${said === undefined ? '' : `: ${said}`}`,
  };
  return [
    ...(resolvedAt === undefined || flaps === 0 ? [fired] : []),
    ...(acknowledged === undefined
      ? []
      : [
          {
            ...{ key: `alert:${id}:acknowledged`, kind: 'alert' as const, at: acknowledged.at, reference },
            ...{ by: acknowledged.by, text: `${name} is acknowledged` },
          },
        ]),
    ...(resolvedAt === undefined
      ? []
      : [
          {
            ...{ key: `alert:${id}:resolved${turn}`, kind: 'alert' as const, at: resolvedAt, reference },
            text: `${name} resolves`,
          },
        ]),
  ];
}

/** What a deploy tells: that it began, that it failed, what its watch found, that somebody asked for its rollback. */
export function factsOfDeploy(deploy: Deploy): readonly TimelineEntry[] {
  const { id, version, service, environment, status, startedAt, finishedAt, actor, watch, rollbackAsked } =
    deploy;
  const name = `${service ?? 'an unknown service'} ${version}`;
  const entry = (what: string, at: number, text: string): TimelineEntry => ({
    ...{ key: `deploy:${id}:${what}`, kind: 'deploy', at, text, reference: { kind: 'deploy', id } },
  });
  const verdict = watch?.verdict;
  const began = `${name} is ${deploy.rollback === true ? 'put back' : 'rolled out'} to ${environment}`;
  return [
    entry('started', startedAt, actor === undefined ? began : `${began} by ${actor}`),
    ...(status === 'failed' && finishedAt !== undefined
      ? [entry('failed', finishedAt, `the rollout of ${name} fails`)]
      : []),
    ...(verdict?.verdict === 'degraded' && verdict.decidedAt !== undefined
      ? [entry('degraded', verdict.decidedAt, `${name} is found degraded`)]
      : []),
    ...(rollbackAsked === undefined
      ? []
      : [
          {
            ...entry(`rollback:${rollbackAsked.key}`, rollbackAsked.at, `a rollback of ${name} is asked for`),
            by: rollbackAsked.by,
          },
        ]),
  ];
}

/** What a rollout tells: each of its steps, and which of them was found to do harm. */
export function factsOfRollout(rollout: Rollout): readonly TimelineEntry[] {
  const { id, flag, service, steps } = rollout;
  const reference = { kind: 'rollout' as const, id };
  return steps.flatMap((step): readonly TimelineEntry[] => {
    const key = `flag:${id}:${step.number}`;
    const where = `${flag} ${wentWords(step.share)}${service === undefined ? '' : ` on ${service}`}`;
    const by = step.actor === undefined ? '' : `, by ${step.actor}`;
    const turned: TimelineEntry = { key, kind: 'flag', at: step.at, text: `${where}${by}`, reference };
    const { verdict, lookedAt, told } = step.watch ?? {};
    const found = told === 'stop' && verdict?.word === 'stop' ? lookedAt : undefined;
    return found === undefined
      ? [turned]
      : [
          turned,
          {
            ...{ key: `${key}:stop`, kind: 'flag', at: found, reference },
            text: `${where} is found to do harm: stop`,
          },
        ];
  });
}

/** When it fired last: of a group that fires again, when its alerts did. */
function firedAt(episode: AlertEpisode): number {
  if (episode.flaps === 0) return episode.startedAt;
  const starts = firingAlerts(episode).map(({ startsAt }) => startsAt);
  return starts.reduce((a, b) => Math.max(a, b), episode.startedAt);
}
