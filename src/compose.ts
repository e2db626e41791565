import { createAdmission } from '#api/admission.ts';
import type { ApiToken } from '#api/auth.ts';
import { taskSummaryOf } from '#api/contract/agent-task.ts';
import { postmortemJson } from '#api/contract/postmortem-of.ts';
import { offerOf } from '#api/mcp/all.ts';
import { openMcp } from '#api/mcp/door.ts';
import { apiRoutes } from '#api/rest/routes.ts';
import { submit } from '#app/accept.ts';
import { answerAt } from '#app/answer-at.ts';
import { tellBudgets } from '#app/budget-episodes.ts';
import { measureBudgets } from '#app/budget-gauges.ts';
import { startCounting } from '#app/counting.ts';
import { startDigests } from '#app/digests.ts';
import { home } from '#app/home.ts';
import { startHousekeeping } from '#app/housekeeping.ts';
import type { ActiveAlerts, CatalogPort, Log, Ports, Silences } from '#app/ports.ts';
import { startReconciling } from '#app/reconcile.ts';
import { askRollback } from '#app/rollback.ts';
import { startSighting } from '#app/sightings.ts';
import { startWork } from '#app/work.ts';
import { catalogOf } from '#config/catalog.ts';
import type { Config } from '#config/schema.ts';
import { present } from '#domain/optional.ts';
import { failure, type Outcome, success } from '#domain/problem.ts';
import type { Catalog } from '#domain/service.ts';
import { webhookRoutes } from '#ingest/routes.ts';
import { SENDERS } from '#ingest/senders.ts';
import { pageRoutes } from '#pages/routes.ts';
import type { PagesAccess } from '#pages/session.ts';
import { altText } from '#render/alt-text.ts';
import { postmortemMarkdown } from '#render/markdown.ts';
import { createPainter } from '#render/painter.ts';
import { PLOT_ACROSS } from '#render/plot.ts';
import { clientBehind, fromProxy } from '#runtime/client-address.ts';
import { systemClock } from '#runtime/clock.ts';
import { cronSchedule } from '#runtime/cron.ts';
import { noFailpoint } from '#runtime/failpoint.ts';
import { createMetering } from '#runtime/metrics.ts';
import { type GatedRoute, type Route, startServer } from '#runtime/server.ts';
import { createSlack, SLACK_PATH } from '#slack/app.ts';
import { createConversations } from '#slack/conversations.ts';
import { startDelivery } from '#slack/delivery/outbox.ts';
import { createUnfurls } from '#slack/unfurls.ts';
import { openStore } from '#store/database.ts';
import { createActiveAlerts, createSilences } from '#telemetry/alertmanager.ts';
import { createCohortObserver } from '#telemetry/cohort-observer.ts';
import { createAnnotations } from '#telemetry/grafana/annotations.ts';
import type { GrafanaSettings } from '#telemetry/grafana/client.ts';
import { createSliCounter } from '#telemetry/increments.ts';
import { createObserver } from '#telemetry/observer.ts';
import { createPrometheus, type Source } from '#telemetry/prometheus.ts';
import { createRollbacks } from '#telemetry/rollback.ts';
import { createMetrics } from '#telemetry/signals.ts';
import { createTaskPushes } from '#telemetry/task-push.ts';

/** Jobs run at once: enough for a storm of snapshots to keep the painters busy while other work goes on. */
const WORK_WIDTH = 8;

export type Running = {
  readonly url: string;
  /** Takes a new catalogue into use; what is under way goes on with the old one. */
  reload(catalog: Catalog): void;
  /** Takes nothing new, finishes what runs, and closes everything in the opposite order of its start. */
  stop(): Promise<void>;
};

/** How long a part may take to end by itself, in milliseconds; what it leaves unfinished is on record and goes on at the next start. */
const CLOSE_WITHIN = 8_000;

/**
 * Wires the whole program. Fails when the database or the port cannot be had; everything else may come and go. Tests bring their own
 * clock and failpoint.
 */
export async function compose(
  config: Config,
  log: Log,
  { clock = systemClock, failpoint = noFailpoint }: Partial<Pick<Ports, 'clock' | 'failpoint'>> = {},
): Promise<Outcome<Running>> {
  const teardown: [string, () => void | Promise<void>][] = [];
  const stop = async () => {
    for (const [name, close] of teardown.toReversed()) {
      log.debug({ name }, 'closing');
      const ended = new AbortController();
      const deadline = clock.sleep(CLOSE_WITHIN, ended.signal).then(() => !ended.signal.aborted);
      const isLate = await Promise.race([Promise.resolve(close()).then(() => false), deadline]);
      ended.abort();
      if (isLate) log.warn({ name }, 'a part did not end in time; it is left as it is');
    }
  };
  const meter = createMetering();
  let current = catalogOf(config);
  const catalog: CatalogPort = { current: () => current };

  const opened = await openStore(config.store.path);
  if (!opened.ok) return opened;
  const { store } = opened.value;
  teardown.push(['store', opened.value.close]);
  const left = await store.jobs.release();
  if (left > 0) log.info({ jobs: left }, 'jobs that an earlier process left unfinished are run again');

  const asked = Object.entries(config.prometheus).map(([name, settings]) => {
    const source = sourceOf(name, settings);
    return { source, client: createPrometheus(source, { clock, meter }) };
  });
  teardown.push([
    'prometheus',
    async () => void (await Promise.all(asked.map(({ client }) => client.close()))),
  ]);
  const metrics = createMetrics(asked);
  const silences = config.alertmanager === undefined ? noAlertmanager : createSilences(config.alertmanager);
  const activeAlerts =
    config.alertmanager === undefined ? noAlertmanager : createActiveAlerts(config.alertmanager);
  const painter = createPainter({ processes: config.render.processes, log });
  teardown.push(['painter', painter.close]);

  const slack = createSlack(slackSettings(config), {
    catalog,
    clock,
    log,
    meter,
    failpoint,
    submit: (event, key) => submit(event, key, ports),
    refused: (user, what, why) =>
      store.audit.record({
        at: clock.now(),
        by: { kind: 'person', user },
        what: 'refused',
        subject: what,
        detail: why,
      }),
    deploy: (id) => store.deploys.get(id),
    askRollback: (deploy, by, key) => askRollback(deploy, by, key, ports),
    alert: (id) => store.alerts.get(id),
    rollout: (id) => store.flags.get(id),
    task: (id) => store.agentTasks.get(id),
    incident: (id) => store.incidents.get(id),
    incidentAt: (place) => store.incidents.at(place),
    openIncidents: () => store.incidents.open(),
    timeline: (incident, limit) => store.timelines.list(incident, limit),
    postmortem: (incident) => store.postmortems.get(incident),
    home: (user, mentions) => home(user, mentions, ports),
    answerNow: async (request, place) => (await answerAt(request, place, '', ports)).answer,
  });
  const ports: Ports = {
    store,
    catalog,
    metrics,
    sliCounter: createSliCounter(asked),
    observer: createObserver(asked, { clock }),
    cohorts: createCohortObserver(asked, { clock }),
    silences,
    activeAlerts,
    rollbacks: createRollbacks(),
    ...(config.grafana === undefined
      ? {}
      : { annotations: createAnnotations(grafanaSettings(config.grafana)) }),
    ...(config.server.taskWebhook === undefined
      ? {}
      : { taskPushes: createTaskPushes(config.server.taskWebhook, { clock, summaryOf: taskSummaryOf }) }),
    painter,
    conversations: createConversations({ ...slack, clock, log }),
    unfurls: createUnfurls({ ...slack, store, clock, log, failpoint }),
    documents: {
      write: (value, format) => (format === 'json' ? postmortemJson(value) : postmortemMarkdown(value)),
    },
    clock,
    log,
    meter,
    failpoint,
  };
  measureBacklogs(ports);
  const delivery = startDelivery({ ...slack, ...ports });
  teardown.push(['delivery', delivery.stop]);
  const work = startWork(ports, WORK_WIDTH);
  teardown.push(['work', work.stop]);
  const housekeeping = startHousekeeping(ports, config.retention);
  teardown.push(['housekeeping', housekeeping.stop]);

  const gauges = measureBudgets(ports);
  const counting = startCounting(ports, async () => gauges.see(await tellBudgets(ports)));
  teardown.push(['counting', counting.stop]);

  const digests = startDigests(ports, cronSchedule);
  teardown.push(['digests', digests.stop]);

  if (config.alertmanager?.reconcile === true) {
    const reconciling = startReconciling(ports);
    teardown.push(['reconciling', reconciling.stop]);
  }

  if (config.deploys.unannounced) {
    const sighting = startSighting(ports);
    teardown.push(['sighting', sighting.stop]);
  }

  const tokens = tokensOf(config);
  const admission = createAdmission(tokens, config.server.rateLimit, ports);
  const routes: readonly (Route | GatedRoute)[] = [
    ...webhookRoutes(SENDERS, config.server.webhookTokens, {
      inbox: store.inbox,
      clock,
      log,
      meter,
      failpoint,
    }),
    ...apiRoutes(ports, admission),
    ...pageRoutes(ports, { ...painter, plot: PLOT_ACROSS, altOf: altText }, accessOf(config)),
    get('/healthz', async () => 'ok\n'),
    get('/readyz', async () => {
      await store.inbox.pending(1);
      return 'ready\n';
    }),
    get('/metrics', () => meter.text()),
  ];
  const mcp = openMcp(offerOf(ports), { tokens, admission, names: namesOf(config) }, ports);
  const raw = [
    mcp.handler,
    ...(slack.handle === undefined ? [] : [{ prefix: SLACK_PATH, handle: slack.handle }]),
  ];
  const server = await startServer({
    ...{ host: config.server.host, port: config.server.port, routes, raw, log },
    clientOf: clientBehind(config.server.trustedProxies),
    isByProxy: fromProxy(config.server.trustedProxies),
  });
  if (!server.ok) {
    await mcp.close();
    await stop();
    return server;
  }
  teardown.push(['server', server.value.close]);
  // Its streams stay open until they are closed, and the server waits for them.
  teardown.push(['mcp', mcp.close]);
  await slack.start();
  teardown.push(['slack', slack.stop]);
  log.info({ url: server.value.url, services: current.services.length }, 'Bellbuoy is up');
  return success({
    url: server.value.url,
    reload: (next) => {
      current = next;
    },
    stop,
  });
}

/** Who may use the API: whose token, and where that is configured whoever is on this machine. */
function tokensOf({ server: { apiTokens, loopbackScopes } }: Config): readonly ApiToken[] {
  return loopbackScopes.length === 0
    ? apiTokens
    : [...apiTokens, { name: 'loopback', scopes: loopbackScopes }];
}

/** Who may read pages. */
function accessOf({ pages: { token, proxyHeader, url } }: Config): PagesAccess {
  return { ...present({ token, proxyHeader }), isSecure: url?.startsWith('https:') === true };
}

/** The address that is listened on is a name of this server too, where it is one address and not all. */
function namesOf({ server: { host, names } }: Config): readonly string[] {
  return [...names, host].filter((name) => !['0.0.0.0', '::'].includes(name));
}

const noAlertmanager: Silences & ActiveAlerts = {
  silence: async () => failure('alertmanager-unreachable', 'No Alertmanager is configured.'),
  list: async () => failure('alertmanager-unreachable', 'No Alertmanager is configured.'),
};

/** How much waits and for how long: the queues' depth and lag on `/metrics`. */
function measureBacklogs({ store, clock, meter }: Ports): void {
  const lag = (since: number | undefined) =>
    since === undefined ? 0 : Math.max(0, clock.now() - since) / 1000;
  meter.gauge('bellbuoy_inbox_waiting', async () => (await store.inbox.backlog()).waiting);
  meter.gauge('bellbuoy_inbox_lag_seconds', async () => lag((await store.inbox.backlog()).since));
  meter.gauge('bellbuoy_jobs_waiting', () => store.jobs.backlog(clock.now()));
  meter.gauge('bellbuoy_messages_waiting', async () => (await store.outbox.backlog()).waiting);
  meter.gauge('bellbuoy_messages_lag_seconds', async () => lag((await store.outbox.backlog()).since));
}

function get(path: string, body: () => Promise<string>): Route {
  return { method: 'GET', path, handle: async () => ({ status: 200, body: await body() }) };
}

/** A configured source as the client wants it, with its credentials in headers. */
export function sourceOf(
  name: string,
  { basicAuth, bearerToken, headers, ca, ...settings }: Config['prometheus'][string],
): Source {
  const basic =
    basicAuth === undefined
      ? undefined
      : Buffer.from(`${basicAuth.username}:${basicAuth.password}`).toString('base64');
  return {
    name,
    ...settings,
    ...(ca === undefined ? {} : { ca }),
    headers: {
      ...headers,
      ...(basic === undefined ? {} : { authorization: `Basic ${basic}` }),
      ...(bearerToken === undefined ? {} : { authorization: `Bearer ${bearerToken}` }),
    },
  };
}

/** Where and as whom Grafana is asked. */
export function grafanaSettings({ ca, ...settings }: NonNullable<Config['grafana']>): GrafanaSettings {
  return { ...settings, ...(ca === undefined ? {} : { ca }) };
}

function slackSettings({ slack }: Config) {
  return {
    mode: slack.mode,
    allow: slack.allow,
    botToken: slack.botToken,
    ...(slack.appToken === undefined ? {} : { appToken: slack.appToken }),
    ...(slack.signingSecret === undefined ? {} : { signingSecret: slack.signingSecret }),
    ...(slack.apiUrl === undefined ? {} : { apiUrl: slack.apiUrl }),
  };
}
