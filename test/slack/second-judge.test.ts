import { WebClient } from '@slack/web-api';
import { createEmulator, type Emulator } from 'emulate';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Log, OutboxEntry } from '#app/ports.ts';
import { PRIORITY } from '#domain/job.ts';
import { systemClock } from '#runtime/clock.ts';
import { type SlackStandIn, startSlack } from '#sandbox/slack/server.ts';
import { freePort } from '#sandbox/stack/process.ts';
import { createCalls } from '#slack/delivery/calls.ts';
import { ChannelBook } from '#slack/delivery/channel-book.ts';
import { startDelivery } from '#slack/delivery/outbox.ts';
import { Pacer } from '#slack/delivery/pacer.ts';
import { SCOPES } from '#slack/manifest.ts';
import { CATALOG, NOON, notification, story } from '../domain/given.ts';
import { type FreshDatabase, freshDatabase } from '../store/database.ts';
import { MUTE } from '../telemetry/real-prometheus.ts';

/** Slack as others understand it: an emulator that shares nothing with our stand-in. */
let other: Emulator;
let client: WebClient;
let channel = '';
let user = '';

const quiet: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => quiet,
};

beforeAll(async () => {
  other = await createEmulator({
    service: 'slack',
    port: await freePort(),
    seed: {
      slack: {
        team: { name: 'Sandbox', domain: 'sandbox' },
        users: [{ name: 'rae', real_name: 'Rae', email: 'rae@example.com' }],
        channels: [{ name: 'payments' }],
        bots: [{ name: 'bellbuoy' }],
      },
    },
  });
  client = new WebClient('xoxb-test', { slackApiUrl: `${other.url}/api/`, retryConfig: { retries: 0 } });
  const { channels = [] } = await client.conversations.list({});
  channel = channels.find(({ name }) => name === 'payments')?.id ?? '';
  const { members = [] } = await client.users.list({});
  user = members.find(({ name }) => name === 'rae')?.id ?? '';
  await client.conversations.join({ channel });
}, 30_000);
afterAll(() => other.close());

describe('what delivery leaves behind, as a second judge sees it', () => {
  let database: FreshDatabase;
  let delivery: { stop(): Promise<void> };
  beforeEach(async () => {
    database = await freshDatabase();
    const clock = systemClock;
    const pacer = new Pacer();
    const calls = createCalls({ client, pacer, clock, meter: MUTE });
    delivery = startDelivery({
      ...{ calls, pacer, clock, log: quiet, meter: MUTE, failpoint: () => undefined },
      ...{ store: database.store(), catalog: { current: () => CATALOG } },
      channels: new ChannelBook(calls, clock),
    });
  });
  afterEach(async () => {
    await delivery.stop();
    await database.close();
  });

  const alert = (key: string, status: 'firing' | 'resolved'): OutboxEntry => {
    const { when } = story();
    const fired = when(NOON, notification('firing')).episodes[0];
    const episode = status === 'firing' ? fired : when(NOON + 60_000, notification('resolved')).episodes[0];
    if (episode === undefined) throw new Error('nothing began');
    return {
      ...{ key, to: { channel }, priority: PRIORITY.alert },
      message: { about: 'alert', at: NOON, episode, links: {} },
    };
  };
  const sent = (key: string) =>
    expect
      .poll(
        async () => {
          const found = await database.store().outbox.find(key);
          const waiting = await database.store().outbox.backlog();
          return found?.posted !== undefined && waiting.waiting === 0;
        },
        { timeout: 10_000 },
      )
      .toBe(true);
  const history = async () =>
    (await client.conversations.history({ channel, include_all_metadata: true })).messages ?? [];
  const ours = async (key: string) =>
    (await history()).filter(({ metadata }) => JSON.stringify(metadata ?? {}).includes(`"${key}"`));

  it('is one root as it was wanted last, with its reply in the thread', async () => {
    const { outbox } = database.store();
    await outbox.put(alert('alert:judged', 'firing'), 1);
    await sent('alert:judged');
    await outbox.put(alert('alert:judged', 'resolved'), 2);
    await outbox.put(
      {
        ...{
          key: 'alert:judged:reminder',
          parent: 'alert:judged',
          to: { channel },
          priority: PRIORITY.alert,
        },
        message: { about: 'reminder', at: NOON + 60_000, name: 'Errors', since: NOON, waiting: 1 },
      },
      3,
    );
    await sent('alert:judged:reminder');
    await sent('alert:judged');
    const [root, ...more] = await ours('alert:judged');
    expect(more).toEqual([]);
    expect(root?.text).toMatch(/^Errors resolved after/);
    expect(JSON.stringify(root?.blocks)).toContain('large_green_circle');
    const thread = await client.conversations.replies({ channel, ts: root?.ts ?? '' });
    expect(thread.messages?.map(({ text }) => text?.split(':')[0])).toEqual([
      root?.text,
      'Not acknowledged for 1 min',
    ]);
  });

  it('is a direct conversation of the person for what is meant for them alone', async () => {
    const question = {
      ...{ request: { ask: 'help' as const }, words: '/obs help me', by: user, place: channel, direct: true },
    };
    await database.store().outbox.put(
      {
        ...{ key: 'q1', to: { channel: user }, priority: PRIORITY.answer },
        message: {
          about: 'answer',
          at: NOON,
          question,
          answer: { kind: 'help', services: [] },
          problems: [],
        },
      },
      1,
    );
    await sent('q1');
    const posted = (await database.store().outbox.find('q1'))?.posted;
    expect(posted?.channel).not.toBe(channel);
    const direct = await client.conversations.history({ channel: posted?.channel ?? '' });
    expect(direct.messages).toHaveLength(1);
  });

  it('is not said again after a crash between posting and recording', async () => {
    const { outbox } = database.store();
    const key = 'alert:crashed';
    await client.chat.postMessage({
      channel,
      text: 'posted before the crash',
      metadata: { event_type: 'bellbuoy_message', event_payload: { key, revision: 0 } },
    });
    // As the process left it: wanted, marked as being sent, and nothing known of what came of it.
    await delivery.stop();
    await outbox.put(alert(key, 'firing'), 1);
    await outbox.sending(key, systemClock.now() - 5000);
    const clock = systemClock;
    const pacer = new Pacer();
    const calls = createCalls({ client, pacer, clock, meter: MUTE });
    delivery = startDelivery({
      ...{ calls, pacer, clock, log: quiet, meter: MUTE, failpoint: () => undefined },
      ...{ store: database.store(), catalog: { current: () => CATALOG } },
      channels: new ChannelBook(calls, clock),
    });
    await sent(key);
    await expect
      .poll(async () => (await ours(key)).map(({ text }) => text?.split(' · ')[0]))
      .toEqual(['Errors firing']);
  });
});

describe('our stand-in and the second judge', () => {
  let slack: SlackStandIn;
  let ownClient: WebClient;
  beforeAll(async () => {
    slack = await startSlack({
      ...{ port: 0, botToken: 'xoxb-test', signingSecret: 's', scopes: Object.keys(SCOPES), seed: 1 },
      ...{ channels: ['payments'], fileReadyDelay: { min: 0, max: 0 } },
      people: [{ name: 'rae', realName: 'Rae', tz: 'UTC' }],
    });
    ownClient = new WebClient('xoxb-test', { slackApiUrl: `${slack.url}api/`, retryConfig: { retries: 0 } });
  });
  afterAll(() => slack.close());

  type Judge = { readonly client: WebClient; readonly channel: string; readonly user: string };
  const errorOf = async (run: Promise<{ ok?: boolean }>): Promise<string> => {
    try {
      await run;
      return 'ok';
    } catch (error) {
      return error instanceof Error && 'data' in error
        ? String((error.data as { error?: string }).error)
        : String(error);
    }
  };

  it.each<[string, (judge: Judge) => Promise<{ ok?: boolean }>]>([
    ['posting', (judge) => judge.client.chat.postMessage({ channel: judge.channel, text: 'x' })],
    [
      'posting where nothing is',
      (judge) => judge.client.chat.postMessage({ channel: 'C0NOWHERE00', text: 'x' }),
    ],
    ['posting nothing', (judge) => judge.client.apiCall('chat.postMessage', { channel: judge.channel })],
    [
      'updating what is not there',
      (judge) => judge.client.chat.update({ channel: judge.channel, ts: '1.000001', text: 'x' }),
    ],
    ['a history', (judge) => judge.client.conversations.history({ channel: judge.channel, limit: 1 })],
    ['a history of nothing', (judge) => judge.client.conversations.history({ channel: 'C0NOWHERE00' })],
    ['a direct conversation', (judge) => judge.client.conversations.open({ users: judge.user })],
    ['a person', (judge) => judge.client.users.info({ user: judge.user })],
    ['nobody', (judge) => judge.client.users.info({ user: 'U0NOBODY00' })],
    ['an upload', (judge) => judge.client.files.getUploadURLExternal({ filename: 'x.png', length: 3 })],
    ['a file that is not there', (judge) => judge.client.files.info({ file: 'F0NOTHERE0' })],
  ])('agree on %s', async (_, ask) => {
    const own = await errorOf(ask({ client: ownClient, channel: 'C0CHANNEL000', user: 'U0PERSON00' }));
    expect(await errorOf(ask({ client, channel, user }))).toBe(own);
  });

  /** Where the two differ, and why ours is as it is. */
  const DIFFERENT: readonly [string, (judge: Judge) => Promise<{ ok?: boolean }>, string, string][] = [
    [
      'blocks that Slack does not know',
      (judge) =>
        judge.client.apiCall('chat.postMessage', {
          channel: judge.channel,
          text: 'x',
          blocks: [{ type: 'blink' }],
        }),
      'invalid_blocks',
      'the emulator does not look into blocks',
    ],
    [
      'an argument that the method does not have',
      (judge) =>
        judge.client.apiCall('chat.postMessage', { channel: judge.channel, text: 'x', colour: 'red' }),
      'invalid_arguments',
      'Slack’s argument schemas know no further ones',
    ],
  ];

  it.each(DIFFERENT)('differ on %s: ours is stricter', async (_, ask, strict, why) => {
    expect(await errorOf(ask({ client: ownClient, channel: 'C0CHANNEL000', user: 'U0PERSON00' }))).toBe(
      strict,
    );
    expect(await errorOf(ask({ client, channel, user })), why).toBe('ok');
  });
});
