import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { effectOf, type Fault, type FlagDrawn } from './faults.ts';
import { normal } from './random.ts';
import { SERVICES, type ShopService } from './services.ts';
import { instrument } from './telemetry.ts';

/** What the services of one shop share and the story changes. */
export type ShopState = {
  readonly addresses: Map<string, string>;
  faults: readonly Fault[];
  /** Share of visitors for whom a flag is on, by flag and the service that asks for it. */
  readonly flags: Map<string, { service: string; share: number }>;
  readonly random: () => number;
};

export type RunningService = {
  readonly address: string;
  /** Starts another version: as a restart would, its counters begin at zero. */
  deploy(version: string): void;
  readonly version: () => string;
  close(): Promise<void>;
};

/** How long a caller waits for another service, in milliseconds. */
const CALL_TIMEOUT = 5000;

/** Runs one service on 127.0.0.1: its routes, and `/metrics` beside them. */
export async function startService(service: ShopService, state: ShopState): Promise<RunningService> {
  let version = service.version;
  let busy = 0;
  let telemetry = instrument(service, version, () => busy);
  /** Handles a request and tells its status and how long it took, in seconds, as its own work and what it waits for were drawn: a busy machine makes no service slower. */
  const handle = async (route: string, method: string): Promise<{ status: number; seconds: number }> => {
    const running = { telemetry, version };
    const flags = flagsOf(service.name, state);
    const effect = effectOf(state.faults, {
      service: service.name,
      version: running.version,
      flags,
      luck: state.random(),
    });
    busy += 1;
    const own = service.median * effect.slower * Math.exp(service.spread * normal(state.random));
    const [, ...calls] = await Promise.all([
      sleep(1000 * own),
      ...service.calls.map((called) => call(called, state)),
    ]);
    busy -= 1;
    const seconds = Math.max(own, ...calls);
    const fails = effect.outage || state.random() < service.failing + effect.errors;
    const status = effect.outage ? 503 : fails ? 500 : 200;
    const values = Object.fromEntries(Object.entries(flags).map(([name, { value }]) => [name, value]));
    running.telemetry.handled({ route, method, status, seconds, flags: values });
    return { status, seconds };
  };
  const server = createServer(async (request, response) => {
    if (request.url === '/metrics') {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(await telemetry.text());
      return;
    }
    request.resume();
    const { status, seconds } = await handle(routeOf(service, request.url ?? '/'), request.method ?? 'GET');
    response.writeHead(status, { 'server-timing': `total;dur=${1000 * seconds}` }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  const address = `127.0.0.1:${typeof bound === 'object' ? bound?.port : 0}`;
  state.addresses.set(service.name, address);
  return {
    address,
    version: () => version,
    deploy(next) {
      version = next;
      telemetry = instrument(service, version, () => busy);
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** The way to another service and back, in seconds. */
const WAY = 0.001;

/** Calls another service in its share of the requests, and tells for how many seconds; that it fails is measured there, and is no failure here. */
async function call({ service, share }: ShopService['calls'][number], state: ShopState): Promise<number> {
  const address = state.addresses.get(service);
  if (address === undefined || state.random() > share) return 0;
  const route = SERVICES.find(({ name }) => name === service)?.routes[0]?.route ?? '/';
  const response = await fetch(`http://${address}${route}`, {
    method: 'POST',
    signal: AbortSignal.timeout(CALL_TIMEOUT),
  });
  await response.arrayBuffer();
  const told = /dur=([\d.]+)/.exec(response.headers.get('server-timing') ?? '')?.[1];
  return Number(told ?? 0) / 1000 + WAY;
}

function flagsOf(service: string, state: ShopState): Record<string, FlagDrawn> {
  const own = [...state.flags].filter(([, flag]) => flag.service === service);
  return Object.fromEntries(
    own.map(([name, { share }]) => [name, { value: String(state.random() < share), share }]),
  );
}

function routeOf(service: ShopService, url: string): string {
  const known = service.routes.find(({ route }) => route === url);
  return known?.route ?? service.routes.at(-1)?.route ?? url;
}
