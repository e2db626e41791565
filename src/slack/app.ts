import type { IncomingMessage, ServerResponse } from 'node:http';
import { App, HTTPReceiver, type Logger, type Receiver } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import type { Answer, Home } from '#app/answer.ts';
import type { Failpoint } from '#app/failpoints.ts';
import type { CatalogPort, Clock, Log, Meter } from '#app/ports.ts';
import type { AgentTask } from '#domain/agent-task/agent-task.ts';
import type { AlertEpisode } from '#domain/alert.ts';
import type { Deploy } from '#domain/deploy.ts';
import type { Actor, Event } from '#domain/event.ts';
import type { Rollout } from '#domain/flag.ts';
import type { Incident } from '#domain/incident/incident.ts';
import type { Postmortem } from '#domain/incident/postmortem.ts';
import type { TimelineEntry } from '#domain/incident/timeline.ts';
import type { Request } from '#domain/request.ts';
import type { RollbackRefusal } from '#domain/rollback-way.ts';
import type { Rendered } from './blocks.ts';
import { type Calls, createCalls } from './delivery/calls.ts';
import { ChannelBook } from './delivery/channel-book.ts';
import { Pacer } from './delivery/pacer.ts';
import { type Allow, Guard } from './guard.ts';
import { registerActionItems } from './listeners/action-items.ts';
import { registerActions } from './listeners/actions.ts';
import { registerCommands } from './listeners/commands.ts';
import { registerDeclare } from './listeners/declare.ts';
import { registerEvents } from './listeners/events.ts';
import { registerGuard } from './listeners/guard.ts';
import { registerHome } from './listeners/home.ts';
import { registerHypotheses } from './listeners/hypotheses.ts';
import { registerIncidents } from './listeners/incidents.ts';
import { registerLinks } from './listeners/links.ts';
import { registerPlans } from './listeners/plans.ts';
import { registerPostmortems } from './listeners/postmortems.ts';
import { registerTimeline } from './listeners/timeline.ts';
import { registerVerdicts } from './listeners/verdicts.ts';
import { registerViews } from './listeners/views.ts';
import { registerWatches } from './listeners/watches.ts';
import { Names } from './names.ts';
import { sdkLog } from './sdk-log.ts';
import { keepOpen, socketReceiver } from './sockets.ts';

export type SlackSettings = {
  readonly mode: 'socket' | 'http';
  readonly botToken: string;
  readonly appToken?: string;
  readonly signingSecret?: string;
  readonly apiUrl?: string;
  readonly allow: Allow;
};

/** A conversation, and a thread of it by its root's ts. */
export type Place = { readonly channel: string; readonly thread?: string };

/** What listeners need of the house: to commit what people do, and to answer at once what needs no picture. */
export type Asks = {
  readonly catalog: CatalogPort;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly failpoint: Failpoint;
  /** Commits an event; a repeat under the same key is the same event. */
  submit(event: Event, key: string): Promise<void>;
  /** `place` is where it is asked, for what is about the incident there. */
  answerNow(request: Request, place?: Place): Promise<Answer>;
  /** A deploy as it now stands. */
  deploy(id: string): Promise<Deploy | undefined>;
  /** Commits that somebody asks for a rollback of a deploy; or why that cannot be asked for now. */
  askRollback(deploy: Deploy, by: Actor, key: string): Promise<RollbackRefusal | undefined>;
  alert(id: string): Promise<AlertEpisode | undefined>;
  rollout(id: string): Promise<Rollout | undefined>;
  /** A task for agents, with what was reported on it. */
  task(id: string): Promise<AgentTask | undefined>;
  incident(id: string): Promise<Incident | undefined>;
  /** The incident that is worked on in a channel or thread, or to which the thread of its alert, deploy or flag belongs. */
  incidentAt(place: Place): Promise<Incident | undefined>;
  /** Oldest first. */
  openIncidents(): Promise<readonly Incident[]>;
  /** The last entries of its timeline, newest last. */
  timeline(incident: string, limit: number): Promise<readonly TimelineEntry[]>;
  postmortem(incident: string): Promise<Postmortem | undefined>;
  /** The Home tab of somebody whom these Slack ids mean: their own and those of their groups. */
  home(user: string, mentions: ReadonlySet<string>): Promise<Home>;
  /** Puts on record that somebody was turned away. */
  refused(user: string, what: string, why: string): Promise<void>;
};

/** Tells one person something that nobody else sees, in a channel or a thread of it. What Slack refuses is logged. */
export type Whisper = (
  to: { channel: string; user: string; thread?: string },
  content: Rendered,
) => Promise<void>;

export type SlackHandle = {
  /** Slack's Web API under the bot's token, within its pace. */
  readonly calls: Calls;
  readonly pacer: Pacer;
  readonly channels: ChannelBook;
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
  const logger = sdkLog(asks.log);
  const http =
    settings.mode === 'http'
      ? new HTTPReceiver({
          signingSecret: settings.signingSecret ?? '',
          endpoints: [SLACK_PATH],
          logger,
        })
      : undefined;
  const running = new Set<Promise<void>>();
  const pacer = new Pacer();
  const client = new WebClient(settings.botToken, clientOptions(settings, logger));
  const calls = createCalls({ client, pacer, ...asks });
  const channels = new ChannelBook(calls, asks.clock);
  const guard = new Guard(settings.allow, { calls, channels, clock: asks.clock });
  const whisper = whisperThrough(calls, asks.log);
  const stopping = new AbortController();
  const sockets =
    http === undefined
      ? Array.from({ length: SOCKETS }, () =>
          socketReceiver(settings.appToken ?? '', clientOptions(settings, logger), logger),
        )
      : [];
  for (const receiver of http === undefined ? sockets : [http])
    appWith(settings, asks, receiver, running, { calls, guard, whisper });
  const opening = new Set<Promise<void>>();
  return {
    calls,
    pacer,
    channels,
    ...(http === undefined
      ? {}
      : { handle: (request, response) => void http.requestListener(request, response) }),
    async start() {
      for (const socket of sockets) opening.add(keepOpen(socket, asks, stopping.signal));
    },
    async stop() {
      stopping.abort();
      await Promise.all(sockets.map((socket) => socket.stop()));
      await Promise.all(opening);
      await Promise.allSettled(running);
    },
  };
}

function whisperThrough(calls: Calls, log: Log): Whisper {
  return async ({ thread, ...to }, content) => {
    const told = await calls.patiently('chat.postEphemeral', (client) =>
      client.chat.postEphemeral({
        ...to,
        ...content,
        ...(thread === undefined ? {} : { thread_ts: thread }),
      }),
    );
    if (!told.ok) log.warn({ refusal: told.refusal }, 'a note for one person was not taken');
  };
}

/** Retries belong to the outbox, so the client itself never retries and never waits silently. */
function clientOptions({ apiUrl }: SlackSettings, logger: Logger) {
  return {
    logger,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 10_000,
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
  };
}

/** One app, with all listeners behind the guard. */
function appWith(
  settings: SlackSettings,
  asks: Asks,
  receiver: Receiver,
  running: Set<Promise<void>>,
  { calls, guard, whisper }: { calls: Calls; guard: Guard; whisper: Whisper },
): App {
  const app = new App({
    // Bolt would ask Slack who the bot is at the first request, and drop that request when Slack does not answer.
    authorize: async () => ({ botToken: settings.botToken }),
    ignoreSelf: false,
    receiver,
    clientOptions: clientOptions(settings, sdkLog(asks.log)),
    logger: sdkLog(asks.log),
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
  const parts = { asks, calls, guard, names: new Names(calls, asks.clock) };
  registerGuard(app, { ...parts, whisper });
  registerCommands(app, parts);
  registerActions(app, asks);
  registerVerdicts(app, asks, calls);
  registerHypotheses(app, asks);
  registerViews(app, asks);
  registerEvents(app, { ...parts, whisper });
  registerDeclare(app, asks, calls);
  registerIncidents(app, parts);
  registerTimeline(app, parts);
  registerPostmortems(app, parts);
  registerActionItems(app, parts);
  registerPlans(app, asks, calls);
  registerWatches(app, asks);
  registerLinks(app, asks);
  registerHome(app, parts);
  return app;
}
