import { type Decision, NOTHING } from './decision.ts';
import type { DigestEvent } from './digest/event.ts';
import { job, PRIORITY } from './job.ts';
import { present } from './optional.ts';
import { type Duration, type Instant, MINUTE } from './time.ts';

/** A digest waits for so long until budgets are counted up to when it was due: what was missed meanwhile is asked for when the bot is back. */
const COUNTED_WITHIN: Duration = 30 * MINUTE;

/** Has a digest told that is due. */
export function onDigestDue(
  { digest, owner, due }: Extract<DigestEvent, { type: 'digestDue' }>,
  now: Instant,
): Decision {
  const task = {
    ...({ kind: 'tellDigest', digest, due, until: now + COUNTED_WITHIN } as const),
    ...present({ owner }),
  };
  return { ...NOTHING, jobs: [job(`digest:${digest}`, `digest:${digest}`, now, PRIORITY.progress, task)] };
}

/** Keeps a plan, and shows it where it was written. */
export function onPlanWritten(
  id: number,
  { service, slo, text, place, by }: Extract<DigestEvent, { type: 'planWritten' }>,
  at: Instant,
  now: Instant,
): Decision {
  const jobs =
    place === undefined
      ? []
      : [
          job(`plan:${id}`, `digest:${place.channel}:${place.ts}`, now, PRIORITY.answer, {
            ...{ kind: 'showPlan', service, slo, place },
          }),
        ];
  return { ...NOTHING, plan: { service, slo, text, by, at }, jobs };
}
