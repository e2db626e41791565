import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { Message } from '#sandbox/slack/workspace.ts';
import { roots, threadOf } from '#sandbox/story/watcher.ts';
import { notification } from '../stories/house.ts';
import type { World } from './world.ts';

/** What came of a story, counted from Slack and from the database. */
export type Ending = {
  /** Messages of one key that stand in Slack more than once, direct conversations apart. */
  readonly repeated: readonly string[];
  /** The same in direct conversations, which nobody can look into: the exception that the documentation names. */
  readonly repeatedDirectly: number;
  readonly undecided: number;
  readonly failedJobs: number;
  readonly givenUp: number;
  readonly waiting: number;
};

/**
 * Alerts, an acknowledgement, a silence, a deploy with its watch, questions, resolutions: everything that can be lost, in half a minute.
 * Whatever ends the program meanwhile, the story goes on, with further alerts while `isMoreToCome`; rejects when something of it does
 * not come about.
 */
export async function playChaosStory(world: World, isMoreToCome = () => false): Promise<void> {
  const { slack, post, insist, now } = world;
  const { workspace } = slack;
  const iso = () => new Date(now()).toISOString();
  const root = (words: RegExp) => insist(`${words}`, async () => roots(workspace, words).at(0));
  const press = (message: Message, action: string, until: () => boolean) =>
    insist(`${action} to be taken`, async () => {
      if (!until()) await attempted(() => slack.press('rae', message.channel, message.ts, action));
      // Somebody who sees nothing happen presses again, after a while.
      for (let wait = 0; wait < 20 && !until(); wait += 1) await sleep(50);
      return until() || undefined;
    });
  const words = (message: Message) => `${message.text} ${JSON.stringify(message.blocks ?? [])}`;

  await post('alertmanager', group('CheckoutErrors', 'checkout', 'firing', iso()));
  await post('deploy', deploy('started', iso()));
  const checkout = await root(/CheckoutErrors firing/);
  await post('deploy', deploy('succeeded', iso()));
  await insist('a question to be taken', async () => {
    const asked = await slack.command('rae', '#general', '/obs status');
    return asked.failed === undefined || undefined;
  });
  await insist(
    'the reminder',
    async () =>
      threadOf(workspace, checkout).some((message) => /nobody has acknowledged/.test(words(message))) ||
      undefined,
  );
  await press(checkout, 'acknowledge', () => words(checkout).includes('acknowledged by'));
  await press(checkout, 'silence', () => words(checkout).includes('silenced until'));
  await post('alertmanager', group('LedgerDown', 'ledger', 'firing', iso()));
  await insist('a direct question to be taken', async () => {
    const asked = await slack.command('rae', '#general', '/obs status checkout me');
    return asked.failed === undefined || undefined;
  });
  const ledger = await root(/LedgerDown firing/);
  await post('alertmanager', group('CheckoutErrors', 'checkout', 'resolved', iso()));
  await post('alertmanager', group('LedgerDown', 'ledger', 'resolved', iso()));
  const told = await root(/checkout v2/);
  await insist(
    'the end of the watch',
    async () =>
      threadOf(workspace, told).some(({ metadata }) => keyOf(metadata).endsWith(':report')) || undefined,
  );
  await insist(
    'both alerts to end',
    async () => [checkout, ledger].every(({ text }) => / resolved after /.test(text)) || undefined,
  );
  await insist(
    'panels in both threads',
    async () =>
      [checkout, ledger].every((message) =>
        threadOf(workspace, message).some(({ metadata }) => keyOf(metadata).includes(':panels:')),
      ) || undefined,
  );
  await quiet(world);
  for (let n = 1; isMoreToCome(); n += 1) {
    await post('alertmanager', group(`Further${n}`, 'ledger', 'firing', iso()));
    const further = await root(new RegExp(`Further${n} firing`));
    await post('alertmanager', group(`Further${n}`, 'ledger', 'resolved', iso()));
    await insist('its end', async () => / resolved after /.test(further.text) || undefined);
    await quiet(world);
  }
}

async function quiet(world: World): Promise<void> {
  await world.insist('everything to be told', async () => {
    const { waiting, undecided } = endingOf(world);
    return waiting + undecided === 0 || undefined;
  });
}

/** Reads Slack and the database as they are. */
export function endingOf({ slack: { workspace }, database }: World): Ending {
  const times = new Map<string, number>();
  for (const { metadata, channel } of workspace.messages) {
    const key = keyOf(metadata);
    if (key !== '') times.set(`${channel} ${key}`, (times.get(`${channel} ${key}`) ?? 0) + 1);
  }
  const repeated = [...times].filter(([, count]) => count > 1);
  const isDirect = ([place]: [string, number]) => place.startsWith('D');
  const db = new Database(database, { readonly: true, timeout: 2000 });
  const count = (sql: string) => Number(db.prepare(sql).pluck().get());
  const ending = {
    repeated: repeated.filter((one) => !isDirect(one)).map(([place]) => place),
    repeatedDirectly: repeated.filter(isDirect).length,
    undecided: count(`select count(*) from inbox where state <> 'decided'`),
    failedJobs: count(`select count(*) from jobs where state = 'failed'`),
    givenUp: count(`select count(*) from messages where revision = sent_revision and problem is not null`),
    waiting: count(`select count(*) from messages where revision > sent_revision`),
  };
  db.close();
  return ending;
}

function keyOf(metadata: unknown): string {
  const payload =
    typeof metadata === 'object' && metadata !== null && 'event_payload' in metadata
      ? metadata.event_payload
      : undefined;
  return typeof payload === 'object' && payload !== null && 'key' in payload ? String(payload.key) : '';
}

async function attempted<T>(run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    // The button went away between looking and pressing, because what it does was done.
    if (error instanceof Error && error.message.startsWith('there is no button')) return undefined;
    throw error;
  }
}

/** What Alertmanager says of a group of one alert of a service. */
export function group(name: string, service: string, status: 'firing' | 'resolved', at: string) {
  const labels = { alertname: name, service_name: service, severity: 'page' };
  return notification(status, {
    groupKey: `{}:{alertname="${name}"}`,
    groupLabels: { alertname: name },
    commonLabels: labels,
    alerts: [
      {
        status,
        labels,
        annotations: {},
        startsAt: at,
        endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : at,
        generatorURL: 'http://prometheus.example/graph?g0.expr=vector(1)',
        fingerprint: 'b3e0b6f6d1a1c0de',
      },
    ],
  });
}

/** What a deployment tool says of the n-th deploy. */
export function deploy(status: 'started' | 'succeeded', at: string, n = 2) {
  return { service: 'checkout', version: `v${n}`, status, at, id: `deploy-${n}`, actor: 'rae' };
}
