import type { Task } from '#domain/job.ts';
import { PRIORITY } from '#domain/job.ts';
import { LOOK_EVERY, lookJob } from '#domain/lookout.ts';
import type { Health } from '#domain/panel.ts';
import { findService, type Service } from '#domain/service.ts';
import { type Duration, last, MINUTE } from '#domain/time.ts';
import { HEALTH_ORDER } from '../answers/health.ts';
import { statusIn } from '../answers/service.ts';
import { lossesIn } from '../incident-costs.ts';
import type { HealthTurn, LookoutMessage } from '../lookout-message.ts';
import type { Ports } from '../ports.ts';

type LookOut = Extract<Task, { kind: 'lookOut' }>;

/** What is shown are the last so many minutes, as in `/obs status`. */
const WINDOW: Duration = 5 * MINUTE;

/** Changes of health that are kept, the first and the latest ones. */
const TURNS = 40;

/** So long between two looks is a gap that is to be told. */
const GAP: Duration = 3 * MINUTE;

/** Takes a look at a service that is watched, puts the message as it now is, says in its thread where it does worse, and plans the next look. */
export async function lookOut(task: LookOut, ports: Ports): Promise<void> {
  const { store, catalog, clock } = ports;
  const { key, question, until } = task;
  const before = await messageOf(key, ports);
  if (before?.ended !== undefined) return;
  const service = findService(catalog.current(), task.service);
  // It is not configured any more: what was seen stays, and that is the end.
  if (service === undefined) return before === undefined ? undefined : end(before, undefined, ports);
  const seen = await look(service, task, before, ports);
  if (clock.now() >= until) return end(seen, undefined, ports);
  await put(seen, ports);
  await tellTurn(before, seen, ports);
  const now = clock.now();
  // In step with its beginning, however long the looks take.
  const due = Math.min(until, now + LOOK_EVERY - ((now - task.from) % LOOK_EVERY));
  await store.jobs.put([lookJob({ ...task, question }, due)]);
}

/** Ends a watch because somebody wants it; one that is over already stays as it is. */
export async function stopLookout(
  { key, by, at }: Extract<Task, { kind: 'stopLookout' }>,
  ports: Ports,
): Promise<void> {
  const { store, catalog } = ports;
  const before = await messageOf(key, ports);
  if (before === undefined || before.ended !== undefined) return;
  const { question, service: name, from, until } = before;
  const service = findService(catalog.current(), name);
  const task: LookOut = { kind: 'lookOut', key, question, service: name, from, until };
  await end(service === undefined ? before : await look(service, task, before, ports), { at, by }, ports);
  await store.jobs.cancel(lookJob(task, at).key);
}

async function look(
  service: Service,
  { key, question, from, until }: LookOut,
  before: LookoutMessage | undefined,
  ports: Ports,
): Promise<LookoutMessage> {
  const at = ports.clock.now();
  const { now, health, why, alerts, budgets, changes } = await statusIn(service, last(WINDOW, at), ports);
  const [budget] = budgets;
  const gap = before === undefined ? 0 : at - before.at;
  const blind = Math.max(before?.blind ?? 0, gap > GAP ? gap : 0);
  return {
    ...{ about: 'lookout', at, key, question, service: service.name, from, until },
    ...{ begun: before?.begun ?? now, now, alerts, changes: changes.filter((change) => change.at >= from) },
    turns: turnsAfter(before?.turns ?? [], { at, health, why }),
    fired: [...new Set([...(before?.fired ?? []), ...alerts.map(({ name }) => name)])],
    ...(budget === undefined ? {} : { budget }),
    ...(blind === 0 ? {} : { blind }),
  };
}

function turnsAfter(turns: readonly HealthTurn[], turn: HealthTurn): readonly HealthTurn[] {
  if (turns.at(-1)?.health === turn.health) return turns;
  const [first, ...others] = turns;
  return first === undefined ? [turn] : [first, ...others.slice(1 - TURNS), turn];
}

/** Worse than before is said aloud, once; what gets better stands in the message. */
async function tellTurn(
  before: LookoutMessage | undefined,
  { key, turns, service, at }: LookoutMessage,
  { store }: Pick<Ports, 'store'>,
): Promise<void> {
  const turn = turns.at(-1);
  const was = before?.turns.at(-1)?.health;
  if (turn === undefined || was === undefined || !isWorse(turn.health, was)) return;
  const told = await store.outbox.find(key);
  if (told === undefined) return;
  const { to, parentTs } = told;
  await store.outbox.put(
    {
      ...{ key: `${key}:turn:${turn.at}`, to, priority: PRIORITY.answer },
      ...(parentTs === undefined ? { parent: key } : { parentTs }),
      message: { about: 'lookoutTurn', at, service, before: was, turn },
    },
    at,
  );
}

function isWorse(health: Health, was: Health): boolean {
  return HEALTH_ORDER.indexOf(health) < HEALTH_ORDER.indexOf(was) && health !== 'noData';
}

async function end(seen: LookoutMessage, stopped: LookoutMessage['ended'], ports: Ports): Promise<void> {
  const ended = stopped ?? { at: Math.min(seen.until, ports.clock.now()) };
  const service = findService(ports.catalog.current(), seen.service);
  const range = { from: seen.from, to: ended.at };
  const losses = service === undefined ? [] : await lossesIn([service], range, ports);
  const lost = losses
    .map(({ of, used, allowed }) => ({ slo: of.slo.name, used, allowed }))
    .toSorted((a, b) => b.used - a.used);
  await put({ ...seen, ended, lost }, ports);
}

async function messageOf(key: string, { store }: Pick<Ports, 'store'>): Promise<LookoutMessage | undefined> {
  const message = (await store.outbox.find(key))?.message;
  return message?.about === 'lookout' ? message : undefined;
}

async function put(message: LookoutMessage, { store, clock }: Pick<Ports, 'store' | 'clock'>): Promise<void> {
  const { key, question } = message;
  const { direct, by, place, thread } = question;
  await store.outbox.put(
    {
      ...{ key, to: { channel: direct ? by : place }, priority: PRIORITY.progress, message },
      ...(thread === undefined || direct ? {} : { parentTs: thread }),
    },
    clock.now(),
  );
}
