import { PLAN_LASTS, type RecoveryPlan } from '#domain/digest/plan.ts';
import { wholeWeek } from '#domain/digest/week.ts';
import { job, PRIORITY, type Task } from '#domain/job.ts';
import { present } from '#domain/optional.ts';
import { DAY, type Duration, MINUTE } from '#domain/time.ts';
import { digestOf, shortened } from '../answers/digest.ts';
import type { DigestAnswer } from '../digest-answers.ts';
import type { Message } from '../message.ts';
import type { KeptDigest, Ports } from '../ports.ts';
import { draw, snapshotId } from '../show.ts';
import { slosOf } from '../standings.ts';

/** One that goes out so much later than it was due says so. */
const LATE: Duration = 15 * MINUTE;

/** Counts are kept in steps of five minutes: of what is being counted, the last whole step and the one before it may be missing. */
const BEHIND: Duration = 12 * MINUTE;

/** A source that was not counted for so long is gone. */
const GONE: Duration = 2 * DAY;

/** How often it is looked whether budgets are counted by now. */
const AGAIN: Duration = MINUTE;

/**
 * Tells a digest in the channel of whose it is. What is told is kept first, so that a second run tells the same; the message is one by its key. Where
 * budgets are still being counted it waits, and tells what it has when its time is up.
 */
export async function tellDigest(task: Extract<Task, { kind: 'tellDigest' }>, ports: Ports): Promise<void> {
  const { store, catalog, clock, log, failpoint } = ports;
  const { digest, owner, due, until } = task;
  const key = digestKey(digest);
  if ((await store.outbox.find(key)) !== undefined) return;
  const { channels, digests } = catalog.current();
  const channel = owner === undefined ? channels.digest : digests?.teams[owner]?.channel;
  if (channel === undefined) {
    log.warn({ digest }, 'a digest is due and has no channel any more; it is not sent');
    return;
  }
  const now = clock.now();
  if (now < until && (await isBehind(owner, due, ports))) {
    await store.jobs.put([job(`${key}:wait`, key, now + AGAIN, PRIORITY.progress, task)]);
    return;
  }
  const kept = (await store.digests.get(digest)) ?? (await store.digests.save(await made(task, ports)));
  failpoint('digest-kept');
  const { answer, drawing } = kept;
  const shown = drawing === undefined ? { problems: [] } : await draw(drawing, ports);
  await store.outbox.put(
    {
      ...{ key, to: { channel }, priority: PRIORITY.progress },
      message: {
        ...{ about: 'digest', at: clock.now(), digest, answer: shortened(answer) },
        ...(answer.at - due > LATE ? { late: due } : {}),
        ...shown,
      },
    },
    clock.now(),
  );
}

function digestKey(digest: string): string {
  return `digest:${digest}`;
}

async function made(
  { digest, owner, due }: Extract<Task, { kind: 'tellDigest' }>,
  ports: Ports,
): Promise<KeptDigest> {
  const week = wholeWeek(due, ports.catalog.current().zone);
  const { answer, drawing } = await digestOf(owner, week, snapshotId(`digest:${digest}`), ports);
  return { id: digest, due, answer, ...(drawing === undefined ? {} : { drawing }) };
}

/** Whether an SLO that was counted before is not counted yet up to when the digest was due. One that is days behind while others are not is of a source that is gone: waiting would make every digest late. */
async function isBehind(
  owner: string | undefined,
  due: number,
  { store, catalog }: Pick<Ports, 'store' | 'catalog'>,
): Promise<boolean> {
  const extents = await store.budgets.extents();
  const services = catalog.current().services.filter((one) => owner === undefined || one.owner === owner);
  const ends = slosOf(services).flatMap(({ key }) => extents.get(key)?.to ?? []);
  const behind = ends.filter((to) => to < due - BEHIND);
  return behind.length === ends.length ? behind.length > 0 : behind.some((to) => to > due - GONE);
}

/** Shows a plan in the digest in which it was written, beside the budget that it is for. */
export async function showPlan(
  { service, slo, place }: Extract<Task, { kind: 'showPlan' }>,
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
): Promise<void> {
  const key = await store.outbox.keyAt(place.channel, place.ts);
  const told = key === undefined ? undefined : await store.outbox.find(key);
  if (key === undefined || told === undefined) return;
  const now = clock.now();
  const plans = await store.digests.plans(now - PLAN_LASTS);
  const plan = plans.find((one) => one.service === service && one.slo === slo);
  const { message } = told;
  if (plan === undefined) return;
  const shown = withPlanShown(message, plan);
  if (shown === undefined) return;
  const { to, priority, parent, parentTs } = told;
  await store.outbox.put({ key, to, priority, message: shown, ...present({ parent, parentTs }) }, now);
}

/** The same message with a plan in it; nothing where it is no digest (any more). */
function withPlanShown(message: Message, plan: RecoveryPlan): Message | undefined {
  if (message.about === 'digest') return { ...message, answer: withPlan(message.answer, plan) };
  if (message.about !== 'answer' || message.answer.kind !== 'digest') return undefined;
  return { ...message, answer: withPlan(message.answer, plan) };
}

/** A digest with a plan that was written since: what comes of it is not known yet. */
function withPlan(answer: DigestAnswer, plan: RecoveryPlan): DigestAnswer {
  const { service, slo } = plan;
  return {
    ...answer,
    entries: answer.entries.map((entry) =>
      entry.service === service && entry.slo === slo
        ? { ...entry, plan: { plan, result: { kind: 'tooEarly' } } }
        : entry,
    ),
  };
}
