import type { Postmortem } from '#domain/incident/postmortem.ts';
import { job, PRIORITY, type Task } from '#domain/job.ts';
import { present } from '#domain/optional.ts';
import { DAY, type Instant } from '#domain/time.ts';
import { threadOf } from '../incident-line.ts';
import type { Address, Ports } from '../ports.ts';
import { dayIn, daysBetween, dueAction } from '../postmortem-line.ts';

type Reminder = Extract<Task, { kind: 'remindAction' }>;

/** Days after the day on which it is due at which somebody is reminded of an open item. */
const REMINDED_AFTER = [0, 1, 7] as const;

/** Reminds whoever owns an action item that it is due: on its day, a day later and a week later, while it is open and its day is still that one. */
export async function remindAction(
  task: Reminder,
  { store, catalog, clock }: Pick<Ports, 'store' | 'catalog' | 'clock'>,
): Promise<void> {
  const { incident: id, action, due } = task;
  const [incident, postmortem] = await Promise.all([store.incidents.get(id), store.postmortems.get(id)]);
  const item = postmortem?.actions.find((one) => one.id === action);
  if (incident === undefined || item?.state !== 'open' || item.due !== due) return;
  const now = clock.now();
  const { zone } = catalog.current();
  const late = daysBetween(due, dayIn(zone, now));
  const turn = REMINDED_AFTER.findLastIndex((days) => days <= late);
  if (turn < 0) return;
  const key = `action:${action}:${due}:${turn}`;
  if ((await store.outbox.find(key)) === undefined)
    await store.outbox.put(
      {
        ...{ key, ...(directTo(item.owner) ?? threadOf(incident)), priority: PRIORITY.progress },
        message: {
          about: 'actionDue',
          at: now,
          due: dueAction(id, item, now, zone),
          title: incident.title,
        },
      },
      now,
    );
  const next = nextAt(turn, now);
  if (next === undefined) return;
  await store.jobs.put([job(`${key}:next`, `action:${action}`, next, PRIORITY.progress, task)]);
}

/** What was told of items that are closed says so: nobody is to look after what is done. */
export async function settleReminders(
  { incident, actions }: Postmortem,
  { store, catalog, clock }: Pick<Ports, 'store' | 'catalog' | 'clock'>,
): Promise<void> {
  const now = clock.now();
  const { zone } = catalog.current();
  for (const item of actions) {
    if (item.state === 'open' || item.due === undefined) continue;
    for (const turn of REMINDED_AFTER.keys()) {
      const told = await store.outbox.find(`action:${item.id}:${item.due}:${turn}`);
      if (told?.message.about !== 'actionDue' || told.message.due.item.state === item.state) continue;
      const { key, to, parent, priority, message } = told;
      const due = dueAction(incident, item, now, zone);
      await store.outbox.put(
        { key, to, priority, message: { ...message, due }, ...present({ parent }) },
        now,
      );
    }
  }
}

/** A person gets it directly; a group cannot. */
function directTo(owner: string | undefined): { readonly to: Address } | undefined {
  return owner !== undefined && /^[UW]/.test(owner) ? { to: { channel: owner } } : undefined;
}

/** A bot that was down reminds late, and then waits as long. */
function nextAt(turn: number, now: Instant): Instant | undefined {
  const [current, next] = [REMINDED_AFTER[turn], REMINDED_AFTER[turn + 1]];
  if (current === undefined || next === undefined) return undefined;
  return now + (next - current) * DAY;
}
