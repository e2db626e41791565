import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './faults.ts';
import { poisson, seeded } from './random.ts';
import { type RunningService, type ShopState, startService } from './service.ts';
import { SERVICES } from './services.ts';
import { visitsPerSecond } from './traffic.ts';

/** How often visitors arrive, in milliseconds. */
const TICK = 100;

const state: ShopState = {
  addresses: new Map(),
  faults: [],
  flags: new Map([['feature.flag.new_checkout', { service: 'storefront', share: 0 }]]),
  random: seeded(Number(process.argv[2] ?? 1)),
};
const services = new Map<string, RunningService>();
for (const service of SERVICES) services.set(service.name, await startService(service, state));

/** What the story asks of the shop. */
const CONTROLS: Readonly<Record<string, (asked: Record<string, unknown>) => void>> = {
  '/deploy': ({ service, version }) => services.get(String(service))?.deploy(String(version)),
  '/faults': ({ faults }) => {
    state.faults = faults as readonly Fault[];
  },
  '/flag': ({ name, share }) => {
    const flag = state.flags.get(String(name));
    if (flag !== undefined) flag.share = Number(share);
  },
};

const control = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const run = CONTROLS[request.url ?? ''];
  run?.(JSON.parse(Buffer.concat(chunks).toString() || '{}'));
  response.writeHead(run === undefined ? 404 : 204).end();
});
await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));
const bound = control.address();
process.stdout.write(
  `${JSON.stringify({
    control: `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : 0}`,
    services: Object.fromEntries([...services].map(([name, { address }]) => [name, address])),
  })}\n`,
);
// When whoever started the shop is gone, nobody needs it.
process.stdin.resume().on('end', () => process.exit(0));

const storefront = state.addresses.get('storefront');
for (;;) {
  const arriving = poisson((visitsPerSecond(Date.now()) * TICK) / 1000, state.random);
  for (let i = 0; i < arriving; i += 1) {
    const route = state.random() < 0.4 ? '/' : '/products/{id}';
    fetch(`http://${storefront}${route}`, { signal: AbortSignal.timeout(10_000) }).then(
      (response) => response.arrayBuffer(),
      (error: unknown) => process.stderr.write(`visit failed: ${String(error)}\n`),
    );
  }
  await sleep(TICK);
}
