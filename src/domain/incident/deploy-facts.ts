import type { Deploy } from '../deploy.ts';
import type { TimelineEntry } from './timeline.ts';

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
