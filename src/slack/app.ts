import type { IncomingMessage, ServerResponse } from 'node:http';
import { App, type AppOptions, HTTPReceiver, LogLevel } from '@slack/bolt';
import type { Answer } from '#app/answer.ts';
import type { Failpoint } from '#app/failpoints.ts';
import type { CatalogPort, Clock, Log, Meter } from '#app/ports.ts';
import type { Event } from '#domain/event.ts';
import type { Request } from '#domain/request.ts';
import { backoff } from '#runtime/backoff.ts';
import { registerActions } from './listeners/actions.ts';
import { registerCommands } from './listeners/commands.ts';
import { registerEvents } from './listeners/events.ts';

export type SlackSettings = {
  readonly mode: 'socket' | 'http';
  readonly botToken: string;
  readonly appToken?: string;
  readonly signingSecret?: string;
  readonly apiUrl?: string;
};

/** What listeners need of the house: to commit what people do, and to answer at once what needs no picture. */
export type Asks = {
  readonly catalog: CatalogPort;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly failpoint: Failpoint;
  /** Commits an event; a repeat under the same key is the same event. */
  submit(event: Event, key: string): Promise<void>;
  answerNow(request: Request): Promise<Answer>;
};

export type SlackHandle = {
  /** Slack's Web API, under the bot's token. */
  readonly client: App['client'];
  /** In HTTP mode: takes Slack's requests from the shared server. */
  readonly handle?: (request: IncomingMessage, response: ServerResponse) => void;
  start(): Promise<void>;
  stop(): Promise<void>;
};

/** Where Slack posts in HTTP mode. */
export const SLACK_PATH = '/slack/events';

/**
 * Slack asks for a fresh connection now and then, and the client needs seconds to open it: with two, one is always there. Slack hands
 * each payload to any one of them.
 */
const SOCKETS = 2;

/** The only place that makes Bolt apps: one in HTTP mode, one a connection in Socket Mode, all with the same listeners. */
export function createSlack(settings: SlackSettings, asks: Asks): SlackHandle {
  const http =
    settings.mode === 'http'
      ? new HTTPReceiver({
          signingSecret: settings.signingSecret ?? '',
          endpoints: [SLACK_PATH],
          logLevel: LogLevel.ERROR,
        })
      : undefined;
  const running = new Set<Promise<void>>();
  const receivers =
    http === undefined
      ? Array.from({ length: SOCKETS }, () => ({ socketMode: true, appToken: settings.appToken ?? '' }))
      : [{ receiver: http }];
  const apps = receivers.map((receiver) => appWith(settings, asks, receiver, running));
  const [app] = apps;
  const opening = new Set<Promise<void>>();
  const stopping = new AbortController();
  if (app === undefined) throw new Error('unreachable: there is always one receiver');
  return {
    client: app.client,
    ...(http === undefined
      ? {}
      : { handle: (request, response) => void http.requestListener(request, response) }),
    async start() {
      if (http === undefined) for (const one of apps) opening.add(keepOpening(one, asks, stopping.signal));
    },
    async stop() {
      stopping.abort();
      await Promise.all(opening);
      if (http === undefined) await Promise.all(apps.map((one) => one.stop()));
      await Promise.allSettled(running);
    },
  };
}

/** Opens a connection in Socket Mode; while Slack cannot be reached or refuses, it says so and tries again, and the rest goes on. */
async function keepOpening(app: App, { clock, log, meter }: Asks, stop: AbortSignal): Promise<void> {
  for (let attempt = 1; !stop.aborted; attempt += 1) {
    try {
      await app.start();
      return;
    } catch (error) {
      meter.count('bellbuoy_slack_errors_total');
      log.error({ error, attempt }, 'Slack could not be connected in Socket Mode; it is tried again');
      await clock.sleep(backoff(attempt, OPEN_AGAIN, 0.5), stop);
    }
  }
}

/** How soon a connection is tried again, in milliseconds. */
const OPEN_AGAIN = { first: 1000, max: 60_000 };

/** One app. Retries belong to the outbox, so the client itself never retries and never waits silently. */
function appWith(
  settings: SlackSettings,
  asks: Asks,
  receiver: Pick<AppOptions, 'receiver' | 'socketMode' | 'appToken'>,
  running: Set<Promise<void>>,
): App {
  const app = new App({
    token: settings.botToken,
    ...receiver,
    clientOptions: {
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      timeout: 10_000,
      ...(settings.apiUrl === undefined ? {} : { slackApiUrl: settings.apiUrl }),
    },
    tokenVerificationEnabled: false,
    logLevel: LogLevel.ERROR,
  });
  app.use(async ({ next }) => {
    const run = next();
    running.add(run);
    await run.finally(() => running.delete(run));
  });
  app.error(async (error) => {
    asks.meter.count('bellbuoy_slack_errors_total');
    asks.log.error({ error }, 'a Slack listener failed');
  });
  registerCommands(app, asks);
  registerActions(app, asks);
  registerEvents(app, asks);
  return app;
}
