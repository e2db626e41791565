import { submit } from '#app/accept.ts';
import { answer } from '#app/answers/answer.ts';
import { startHousekeeping } from '#app/housekeeping.ts';
import type { CatalogPort, Log, Ports, Silences } from '#app/ports.ts';
import { startWork } from '#app/work.ts';
import { catalogOf } from '#config/catalog.ts';
import type { Config } from '#config/schema.ts';
import { failure, type Outcome, success } from '#domain/problem.ts';
import type { Catalog } from '#domain/service.ts';
import { webhookRoutes } from '#ingest/routes.ts';
import { SENDERS } from '#ingest/senders.ts';
import { createPainter } from '#render/painter.ts';
import { systemClock } from '#runtime/clock.ts';
import { createMetering } from '#runtime/metrics.ts';
import { type Route, startServer } from '#runtime/server.ts';
import { createSlack, SLACK_PATH } from '#slack/app.ts';
import { startDelivery } from '#slack/delivery/outbox.ts';
import { openStore } from '#store/database.ts';
import { createSilences } from '#telemetry/alertmanager.ts';
import { createPrometheus, type Source } from '#telemetry/prometheus.ts';
import { createMetrics } from '#telemetry/signals.ts';

/** Jobs run at once: enough for a storm of snapshots to keep the painters busy while other work goes on. */
const WORK_WIDTH = 8;

export type Running = {
  readonly url: string;
  /** Takes a new catalogue into use; what is under way goes on with the old one. */
  reload(catalog: Catalog): void;
  /** Takes nothing new, finishes what runs, and closes everything in the opposite order of its start. */
  stop(): Promise<void>;
};

/** Wires the whole program. Fails when the database or the port cannot be had; everything else may come and go. */
export async function compose(config: Config, log: Log): Promise<Outcome<Running>> {
  const teardown: [string, () => void | Promise<void>][] = [];
  const stop = async () => {
    for (const [name, close] of teardown.toReversed()) {
      log.debug({ name }, 'closing');
      await close();
    }
  };
  const clock = systemClock;
  const meter = createMetering();
  let current = catalogOf(config);
  const catalog: CatalogPort = { current: () => current };

  const opened = await openStore(config.store.path);
  if (!opened.ok) return opened;
  const { store } = opened.value;
  teardown.push(['store', opened.value.close]);

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
  const painter = createPainter({ processes: config.render.processes, log });
  teardown.push(['painter', painter.close]);

  const ports: Ports = { store, catalog, metrics, silences, painter, clock, log, meter };
  const slack = createSlack(slackSettings(config), {
    catalog,
    clock,
    log,
    meter,
    submit: (event, key) => submit(event, key, ports),
    answerNow: async (request) => (await answer(request, '', ports)).answer,
  });
  const delivery = startDelivery({ client: slack.client, store, clock, log, meter });
  teardown.push(['delivery', delivery.stop]);
  const work = startWork(ports, WORK_WIDTH);
  teardown.push(['work', work.stop]);
  const housekeeping = startHousekeeping(ports, config.retention);
  teardown.push(['housekeeping', housekeeping.stop]);

  const routes: readonly Route[] = [
    ...webhookRoutes(SENDERS, config.server.webhookTokens, { inbox: store.inbox, clock, log, meter }),
    get('/healthz', async () => 'ok\n'),
    get('/readyz', async () => {
      await store.inbox.pending(1);
      return 'ready\n';
    }),
    get('/metrics', () => meter.text()),
  ];
  const raw = slack.handle === undefined ? [] : [{ prefix: SLACK_PATH, handle: slack.handle }];
  const server = await startServer({ host: config.server.host, port: config.server.port, routes, raw });
  if (!server.ok) {
    await stop();
    return server;
  }
  teardown.push(['server', server.value.close]);
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

const noAlertmanager: Silences = {
  silence: async () => failure('alertmanager-unreachable', 'No Alertmanager is configured.'),
};

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

function slackSettings({ slack }: Config) {
  return {
    mode: slack.mode,
    botToken: slack.botToken,
    ...(slack.appToken === undefined ? {} : { appToken: slack.appToken }),
    ...(slack.signingSecret === undefined ? {} : { signingSecret: slack.signingSecret }),
    ...(slack.apiUrl === undefined ? {} : { apiUrl: slack.apiUrl }),
  };
}
