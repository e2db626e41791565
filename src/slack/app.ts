import type { IncomingMessage, ServerResponse } from 'node:http';
import { App, HTTPReceiver, LogLevel } from '@slack/bolt';
import type { Answer } from '#app/answer.ts';
import type { CatalogPort, Clock, Log, Meter } from '#app/ports.ts';
import type { Event } from '#domain/event.ts';
import type { Request } from '#domain/request.ts';
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
  /** Commits an event; a repeat under the same key is the same event. */
  submit(event: Event, key: string): Promise<void>;
  answerNow(request: Request): Promise<Answer>;
};

export type SlackHandle = {
  readonly app: App;
  /** In HTTP mode: takes Slack's requests from the shared server. */
  readonly handle?: (request: IncomingMessage, response: ServerResponse) => void;
  start(): Promise<void>;
  stop(): Promise<void>;
};

/** Where Slack posts in HTTP mode. */
export const SLACK_PATH = '/slack/events';

/** The only Bolt app. Retries belong to the outbox, so the client itself never retries and never waits silently. */
export function createSlack(settings: SlackSettings, asks: Asks): SlackHandle {
  const clientOptions = {
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 10_000,
    ...(settings.apiUrl === undefined ? {} : { slackApiUrl: settings.apiUrl }),
  };
  const http =
    settings.mode === 'http'
      ? new HTTPReceiver({
          signingSecret: settings.signingSecret ?? '',
          endpoints: [SLACK_PATH],
          logLevel: LogLevel.ERROR,
        })
      : undefined;
  const app = new App({
    token: settings.botToken,
    ...(http === undefined ? { socketMode: true, appToken: settings.appToken ?? '' } : { receiver: http }),
    clientOptions,
    tokenVerificationEnabled: false,
    logLevel: LogLevel.ERROR,
  });
  const running = new Set<Promise<void>>();
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
  return {
    app,
    ...(http === undefined
      ? {}
      : { handle: (request, response) => void http.requestListener(request, response) }),
    async start() {
      if (http === undefined) await app.start();
    },
    async stop() {
      if (http === undefined) await app.stop();
      await Promise.allSettled(running);
    },
  };
}
