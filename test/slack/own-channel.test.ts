import { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Conversations } from '#app/ports.ts';
import { MINUTE } from '#domain/time.ts';
import { systemClock } from '#runtime/clock.ts';
import { createLog } from '#runtime/log.ts';
import { type SlackStandIn, startSlack } from '#sandbox/slack/server.ts';
import { createConversations } from '#slack/conversations.ts';
import { createCalls } from '#slack/delivery/calls.ts';
import { ChannelBook } from '#slack/delivery/channel-book.ts';
import { Pacer } from '#slack/delivery/pacer.ts';
import { SCOPES } from '#slack/manifest.ts';
import { MUTE } from '../telemetry/real-prometheus.ts';

let slack: SlackStandIn;
let client: WebClient;
let conversations: Conversations;
beforeAll(async () => {
  slack = await startSlack({
    ...{ port: 0, botToken: 'xoxb-test', signingSecret: 's', scopes: Object.keys(SCOPES), seed: 1 },
    ...{ channels: ['inc-7'], fileReadyDelay: { min: 0, max: 0 } },
    people: [{ name: 'rae', realName: 'Rae', tz: 'UTC' }],
  });
  client = new WebClient('xoxb-test', { slackApiUrl: `${slack.url}api/`, retryConfig: { retries: 0 } });
  const calls = createCalls({ client, pacer: new Pacer(), clock: systemClock, meter: MUTE });
  const channels = new ChannelBook(calls, systemClock);
  conversations = createConversations({ calls, channels, clock: systemClock, log: createLog('fatal') });
});
afterAll(() => slack.close());

it('an own channel that a try before has made is found again, and none is made twice', async () => {
  const since = Date.now() - MINUTE;
  const first = await conversations.open('inc-8', since);
  expect(first).toMatchObject({ ok: true, value: { channel: expect.stringMatching(/^C/) } });
  expect(await conversations.open('inc-8', since)).toEqual(first);
});

it('a channel of the same name that is older is somebody else’s', async () => {
  expect(await conversations.open('inc-7', Date.now() - MINUTE)).toEqual({ ok: true, value: {} });
});

it('so is one that was archived', async () => {
  const { channel } = await client.conversations.create({ name: 'inc-9' });
  await client.conversations.archive({ channel: channel?.id ?? '' });
  expect(await conversations.open('inc-9', Date.now() - MINUTE)).toEqual({ ok: true, value: {} });
});
