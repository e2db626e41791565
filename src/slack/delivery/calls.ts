import type { WebClient } from '@slack/web-api';
import type { Clock, Meter } from '#app/ports.ts';
import type { Pacer } from './pacer.ts';
import { type Refusal, refusalOf } from './refusal.ts';

export type Called<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal };

/** Slack's Web API within its pace. Every call is counted with what came of it; what Slack refuses is a value. */
export type Calls = {
  /** Calls at once, for whoever has taken a turn already. */
  once<T>(method: string, channel: string, call: (client: WebClient) => Promise<T>): Promise<Called<T>>;
  /** Waits for a turn and calls; asks again up to three times when Slack says that it was too often. Only for what may be repeated. */
  patiently<T>(method: string, call: (client: WebClient) => Promise<T>): Promise<Called<T>>;
};

const PATIENCE = 3;

export function createCalls({
  client,
  pacer,
  clock,
  meter,
}: {
  client: WebClient;
  pacer: Pacer;
  clock: Clock;
  meter: Meter;
}): Calls {
  const once: Calls['once'] = async (method, channel, call) => {
    const began = clock.now();
    try {
      const value = await call(client);
      meter.count('bellbuoy_slack_calls_total', { method, outcome: 'ok' });
      return { ok: true, value };
    } catch (error) {
      const refusal = refusalOf(error);
      meter.count('bellbuoy_slack_calls_total', { method, outcome: refusal.code });
      if (refusal.retryAfter !== undefined) pacer.pause(method, channel, clock.now() + refusal.retryAfter);
      return { ok: false, refusal };
    } finally {
      meter.time('bellbuoy_slack_call_duration', clock.now() - began, { method });
    }
  };
  return {
    once,
    async patiently(method, call) {
      for (let attempt = 0; ; attempt += 1) {
        for (let turn = pacer.take(method, '', clock.now()); !turn.ok; ) {
          await clock.sleep(turn.at - clock.now());
          turn = pacer.take(method, '', clock.now());
        }
        const called = await once(method, '', call);
        if (called.ok || called.refusal.code !== 'ratelimited' || attempt >= PATIENCE) return called;
      }
    },
  };
}
