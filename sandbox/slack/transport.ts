import { createHmac, randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import { ownClock, type SlackClock } from './clock.ts';

/** What reaches the bot, in Socket Mode's words. */
export type Kind = 'slash_commands' | 'interactive' | 'events_api';

/** How the bot acknowledged. `failed` is what Slack shows to the person when it did not; `body` what the acknowledgement held. */
export type Acknowledged = {
  readonly status: number;
  readonly ms: number;
  readonly failed?: string;
  /** The bot asked not to be tried again. */
  readonly isFinal?: boolean;
  readonly body?: unknown;
};

export type Transport = {
  /** Hands one payload to the bot and waits for its acknowledgement; events are tried again as Slack does. */
  send(kind: Kind, payload: Readonly<Record<string, unknown>>): Promise<Acknowledged>;
  /** Where the bot takes requests over HTTP: its `/slack/events`. */
  connect(requestUrl: string): void;
  /** Connections in Socket Mode. While there is one, nothing goes over HTTP. */
  sockets(): number;
  /** Closes the oldest connection as Slack does when it wants a fresh one. */
  refresh(): void;
  /** Drops the oldest connection without a word, as networks do. */
  drop(): void;
  close(): void;
};

/** Slack's deadline for an acknowledgement, in milliseconds. */
const ACKNOWLEDGE_WITHIN = 3000;

/** When Slack tries an event again that was not acknowledged: at once, after a minute, after five; in milliseconds. */
const RETRY_AFTER = [0, 60_000, 300_000];

/** Slack takes no more connections of one app. */
const MOST_SOCKETS = 10;

/** Carries payloads to the bot: signed over HTTP, or as envelopes over the WebSockets that it opened at `path`. */
export function createTransport(
  server: Server,
  path: string,
  signingSecret: string,
  clock: SlackClock = ownClock,
): Transport {
  const waiting = new Map<string, (payload: unknown) => void>();
  const connected: WebSocket[] = [];
  let requestUrl = '';
  let turn = 0;
  const sockets = new WebSocketServer({ server, path });
  sockets.on('connection', (socket) => {
    if (connected.length >= MOST_SOCKETS) {
      socket.send(JSON.stringify({ type: 'disconnect', reason: 'too_many_websockets' }));
      socket.close();
      return;
    }
    connected.push(socket);
    socket.on('message', (data: Buffer) => {
      const { envelope_id: id, payload } = JSON.parse(data.toString());
      waiting.get(id)?.(payload);
    });
    socket.on('close', () => {
      connected.splice(connected.indexOf(socket), 1);
    });
    const facts = { num_connections: connected.length, connection_info: { app_id: 'A0SANDBOX1' } };
    socket.send(
      JSON.stringify({
        type: 'hello',
        ...facts,
        debug_info: { host: 'sandbox', approximate_connection_time: 3600 },
      }),
    );
  });

  const overSocket = async (
    socket: WebSocket,
    kind: Kind,
    payload: object,
    attempt: number,
  ): Promise<Acknowledged> => {
    const id = randomUUID();
    const began = performance.now();
    const acknowledged = new Promise<unknown>((resolve) => waiting.set(id, resolve));
    const retry = attempt === 0 ? {} : { retry_attempt: attempt, retry_reason: 'timeout' };
    const envelope = {
      envelope_id: id,
      type: kind,
      payload,
      accepts_response_payload: kind !== 'events_api',
      ...retry,
    };
    socket.send(JSON.stringify(envelope));
    const late = Symbol('late');
    const body = await Promise.race([acknowledged, sleep(ACKNOWLEDGE_WITHIN, late, { ref: false })]);
    waiting.delete(id);
    const ms = performance.now() - began;
    return body === late ? { status: 0, ms, failed: 'operation_timeout' } : { status: 200, ms, body };
  };
  const overHttp = async (
    kind: Kind,
    payload: Readonly<Record<string, unknown>>,
    attempt: number,
    reason: string,
  ): Promise<Acknowledged> => {
    const [body, type] = bodyOf(kind, payload);
    const timestamp = Math.floor(Date.now() / 1000).toString();
    const digest = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
    const began = performance.now();
    const retry: Record<string, string> =
      attempt === 0 ? {} : { 'x-slack-retry-num': String(attempt), 'x-slack-retry-reason': reason };
    try {
      const response = await fetch(requestUrl, {
        method: 'POST',
        headers: {
          'content-type': type,
          'x-slack-request-timestamp': timestamp,
          'x-slack-signature': `v0=${digest}`,
          ...retry,
        },
        body,
        signal: AbortSignal.timeout(ACKNOWLEDGE_WITHIN),
      });
      const text = await response.text();
      const ms = performance.now() - began;
      const isFinal = response.headers.get('x-slack-no-retry') === '1';
      if (!response.ok)
        return {
          status: response.status,
          ms,
          failed: 'dispatch_failed',
          ...(isFinal ? { isFinal } : {}),
        };
      return { status: response.status, ms, ...(text.startsWith('{') ? { body: JSON.parse(text) } : {}) };
    } catch (error) {
      const late = error instanceof Error && error.name === 'TimeoutError';
      return {
        status: 0,
        ms: performance.now() - began,
        failed: late ? 'operation_timeout' : 'dispatch_failed',
      };
    }
  };
  const once = (
    kind: Kind,
    payload: Readonly<Record<string, unknown>>,
    attempt: number,
    reason = '',
  ): Promise<Acknowledged> => {
    const open = connected.filter(({ readyState }) => readyState === 1);
    turn += 1;
    const socket = open[turn % Math.max(1, open.length)];
    return socket === undefined
      ? overHttp(kind, payload, attempt, reason)
      : overSocket(socket, kind, payload, attempt);
  };
  const again = async (payload: Readonly<Record<string, unknown>>, first: Acknowledged): Promise<void> => {
    let last = first;
    for (const [i, wait] of RETRY_AFTER.entries()) {
      if (last.failed === undefined || last.isFinal === true) return;
      await clock.sleep(wait);
      last = await once('events_api', payload, i + 1, reasonOf(last));
    }
  };

  return {
    async send(kind, payload) {
      const acknowledged = await once(kind, payload, 0);
      if (kind === 'events_api') void again(payload, acknowledged);
      return acknowledged;
    },
    connect(target) {
      requestUrl = target;
    },
    sockets: () => connected.length,
    refresh() {
      const oldest = connected[0];
      oldest?.send(
        JSON.stringify({ type: 'disconnect', reason: 'refresh_requested', debug_info: { host: 'sandbox' } }),
      );
      oldest?.close();
    },
    drop() {
      connected[0]?.terminate();
    },
    close() {
      for (const socket of connected) socket.terminate();
      sockets.close();
    },
  };
}

/** Why an event is tried again, in Slack's words. */
function reasonOf({ status, failed }: Acknowledged): string {
  if (failed === 'operation_timeout') return 'http_timeout';
  return status === 0 ? 'connection_failed' : 'http_error';
}

function bodyOf(kind: Kind, payload: Readonly<Record<string, unknown>>): readonly [string, string] {
  const form = 'application/x-www-form-urlencoded';
  if (kind === 'events_api') return [JSON.stringify(payload), 'application/json'];
  if (kind === 'interactive')
    return [new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), form];
  const fields = Object.entries(payload).map(([name, value]): [string, string] => [name, String(value)]);
  return [new URLSearchParams(fields).toString(), form];
}
