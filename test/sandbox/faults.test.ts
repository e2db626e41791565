import { afterEach, describe, expect, it } from 'vitest';
import { effectOf, type Fault } from '#sandbox/shop/faults.ts';
import { seeded } from '#sandbox/shop/random.ts';
import { type RunningService, type ShopState, startService } from '#sandbox/shop/service.ts';
import { SERVICES } from '#sandbox/shop/services.ts';

const FLAG = 'feature.flag.new_checkout';

const QUEUE: Fault = { service: 'storefront', flag: FLAG, fromShare: 0.1, among: 0.3, slower: 30 };

const request = (value: 'true' | 'false', share: number, luck = 0.2) => ({
  ...{ service: 'storefront', version: 'v1', luck },
  flags: { [FLAG]: { value, share } },
});

describe('what goes wrong in the shop with a flag', () => {
  it('leaves everybody alone while too few have it', () => {
    expect(effectOf([QUEUE], request('true', 0.01)).slower).toBe(1);
    expect(effectOf([QUEUE], request('false', 0.01)).slower).toBe(1);
  });

  it('hits those who have it once enough do, and nobody else', () => {
    expect(effectOf([QUEUE], request('true', 0.1)).slower).toBe(30);
    expect(effectOf([QUEUE], request('true', 0.5)).slower).toBe(30);
    expect(effectOf([QUEUE], request('false', 0.1)).slower).toBe(1);
    expect(effectOf([QUEUE], { ...request('true', 0.1), service: 'checkout' }).slower).toBe(1);
  });

  it('hits only its part of their requests', () => {
    expect(effectOf([QUEUE], request('true', 0.1, 0.29)).slower).toBe(30);
    expect(effectOf([QUEUE], request('true', 0.1, 0.3)).slower).toBe(1);
  });

  it('says nothing of a service that does not ask for the flag', () => {
    expect(effectOf([QUEUE], { service: 'storefront', version: 'v1', flags: {}, luck: 0 }).slower).toBe(1);
  });
});

describe('a service of the shop with a flag', () => {
  const REQUESTS = 600;
  const open: RunningService[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  /** Requests and failures by the value of the flag, as the metrics have them. */
  async function counted({ address }: RunningService): Promise<Record<string, number>> {
    const text = await (await fetch(`http://${address}/metrics`)).text();
    const lines = text.split('\n').filter((line) => /^http_server_request_duration\S*_count\{/.test(line));
    const label = (line: string, name: string) => new RegExp(`${name}="(\\w+)"`).exec(line)?.[1];
    const counts: Record<string, number> = {};
    for (const line of lines) {
      const key = `${label(line, 'feature_flag_new_checkout')} ${label(line, 'status_code')}`;
      counts[key] = Number(line.slice(line.indexOf('} ') + 2).split(' ')[0]);
    }
    return counts;
  }

  async function started(share: number, faults: readonly Fault[]): Promise<RunningService> {
    const [mailer] = SERVICES.filter(({ name }) => name === 'mailer');
    if (mailer === undefined) throw new Error('the shop has no mailer');
    const flags = new Map([[FLAG, { service: 'mailer', share }]]);
    const state: ShopState = { addresses: new Map(), faults, flags, random: seeded(7) };
    const running = await startService({ ...mailer, median: 0.001, failing: 0 }, state);
    open.push(running);
    await Promise.all(
      Array.from({ length: REQUESTS }, async () =>
        (await fetch(`http://${running.address}/mails`, { method: 'POST' })).arrayBuffer(),
      ),
    );
    return running;
  }

  it.each([
    { share: 0.05, failing: 0 },
    { share: 0.1, failing: 1 },
  ])(
    'tells of each request whether it had the flag, and fails those alone that the fault hits ($share)',
    async ({ share, failing }) => {
      const fault: Fault = { service: 'mailer', flag: FLAG, fromShare: 0.1, errors: 1 };
      const counts = await counted(await started(share, [fault]));
      const on = (counts['true 200'] ?? 0) + (counts['true 500'] ?? 0);
      expect(on / REQUESTS).toBeGreaterThan(share / 3);
      expect(on / REQUESTS).toBeLessThan(share * 3);
      expect(counts['false 500'] ?? 0).toBe(0);
      expect((counts['true 500'] ?? 0) / on).toBe(failing);
    },
  );
});
