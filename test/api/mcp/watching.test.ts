import { expect, it } from 'vitest';
import { watching } from '#api/mcp/watching.ts';

it('tells a client that an incident has changed, once for each change, until it watches no longer', async () => {
  let status = 'investigating';
  let wake: () => void = () => undefined;
  const tick = async () => {
    wake();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const clock = {
    now: () => 0,
    sleep: (_: number, signal?: AbortSignal) =>
      new Promise<void>((resolve) => {
        wake = resolve;
        signal?.addEventListener('abort', () => resolve());
      }),
  };
  const log = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: () => undefined,
    child: () => log,
  };
  const watch = watching('incidents', async (id) => ({ id, status }), { clock, log });
  let told = 0;
  expect(watch('bellbuoy://services/checkout', () => undefined)).toBeUndefined();
  const end = watch('bellbuoy://incidents/INC-12', () => {
    told += 1;
  });
  await tick();
  expect(told).toBe(0);
  status = 'mitigating';
  await tick();
  await tick();
  expect(told).toBe(1);
  end?.();
  status = 'resolved';
  await tick();
  expect(told).toBe(1);
});
