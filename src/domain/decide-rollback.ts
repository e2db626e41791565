import { showAnswerJob } from './decide-answers.ts';
import { type Decision, NOTHING, type State } from './decision.ts';
import type { Deploy } from './deploy.ts';
import type { PersonEvent, ResultEvent } from './event.ts';
import { type Job, job, PRIORITY } from './job.ts';
import { present } from './optional.ts';
import { firstUnknown, type RollbackAsked, rollbackOffer, whyNoRollback } from './rollback-way.ts';
import { findService } from './service.ts';
import type { Instant } from './time.ts';

/** Asks for a rollback, once for the press that the event is. `id` is the event's. Nothing follows where it cannot be asked for: whoever pressed was told. */
export function onRollbackRequested(
  state: State,
  id: number,
  { deploy: of, by }: Extract<PersonEvent, { type: 'rollbackRequested' }>,
  at: Instant,
  now: Instant,
): Decision {
  const deploy = state.deploys.find((one) => one.id === of);
  if (deploy?.service === undefined) return NOTHING;
  const way = findService(state.catalog, deploy.service)?.rollback;
  const offer = rollbackOffer(way, deploy, state.deploys);
  if (offer?.kind !== 'webhook' || whyNoRollback(way, deploy, state.deploys) !== undefined) return NOTHING;
  const { kind: _, ...target } = offer;
  const request = { key: `r${id}`, by, at, ...target, ...present({ first: firstUnknown(deploy) }) };
  return told({ ...deploy, rollbackAsked: request }, now, (asked) => [
    job(`rollback:${of}:${asked.key}`, laneOf(of), now, PRIORITY.alert, {
      kind: 'requestRollback',
      deploy: of,
      key: asked.key,
    }),
  ]);
}

/** Keeps what came of it. A rollback that was answered already, or that another one followed, stays as it is. */
export function onRollbackAnswered(
  state: State,
  { deploy: of, key, outcome }: Extract<ResultEvent, { type: 'rollbackAnswered' }>,
  now: Instant,
): Decision {
  const deploy = state.deploys.find((one) => one.id === of);
  const asked = deploy?.rollbackAsked;
  if (deploy === undefined || asked?.key !== key || asked.outcome !== undefined) return NOTHING;
  return told({ ...deploy, rollbackAsked: { ...asked, outcome } }, now, () => []);
}

/**
 * Puts the reports of earlier degraded deploys there again when a newer one takes their place, or turns out to have failed: the way back
 * under them closes, or opens again.
 */
export function showWaysBack(
  deploy: Deploy,
  known: Deploy | undefined,
  others: readonly Deploy[],
  now: Instant,
): readonly Job[] {
  const hasFailed = deploy.status === 'failed';
  if (known === undefined ? hasFailed : (known.status === 'failed') === hasFailed) return [];
  return others
    .filter(
      (other) =>
        other.id !== deploy.id &&
        other.channel !== undefined &&
        other.service === deploy.service &&
        other.environment === deploy.environment &&
        other.startedAt < deploy.startedAt &&
        other.watch?.verdict?.verdict === 'degraded',
    )
    .map(({ id }) => showAnswerJob(id, 'report', now));
}

/** Tells of the request in the thread before it is made, for the lane is in order; and whether the button still stands under the report. */
function told(
  deploy: Deploy & { readonly rollbackAsked: RollbackAsked },
  now: Instant,
  then: (asked: RollbackAsked) => readonly Job[],
): Decision {
  const { id, rollbackAsked: asked } = deploy;
  const state = asked.outcome === undefined ? 'asked' : 'answered';
  return {
    ...NOTHING,
    deploys: [deploy],
    jobs: [
      job(`tell-rollback:${id}:${asked.key}:${state}`, laneOf(id), now, PRIORITY.alert, {
        kind: 'tellRollback',
        deploy: id,
        asked,
      }),
      ...then(asked),
      showAnswerJob(id, 'report', now),
    ],
  };
}

function laneOf(deploy: string): string {
  return `deploy:${deploy}:rollback`;
}
