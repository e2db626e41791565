import type { Clock, Ports, WaitingMessage } from '#app/ports.ts';
import type { Calls } from './calls.ts';
import type { ChannelBook } from './channel-book.ts';
import { deliver } from './deliver.ts';
import type { Pacer } from './pacer.ts';

/** Looks again that often when nobody wakes it, in milliseconds. */
const IDLE = 1_000;
/** Looks no more often than this, however often it is woken: in a storm it is woken hundreds of times a second. */
const REST = 25;
const WIDTH = 16;
/** Messages that wait for their picture's file at once; the rest of the width is for what need not wait, such as new alerts. */
const PICTURES = 10;
/** Messages of one channel that are looked at: more than it may be sent in a burst. */
const PER_CHANNEL = 5;

type DeliveryPorts = { calls: Calls; pacer: Pacer; channels: ChannelBook } & Pick<
  Ports,
  'store' | 'catalog' | 'clock' | 'log' | 'meter' | 'failpoint'
>;

/**
 * Brings Slack to what the outbox wants, within Slack's pace: by priority, and among equals the channel that was served longest ago
 * first, so that a storm in one channel never holds up another.
 */
export function startDelivery(ports: DeliveryPorts): { stop(): Promise<void> } {
  const { store, clock, meter, log, pacer } = ports;
  const stopping = new AbortController();
  const flying = new Map<string, Promise<void>>();
  const drawn = new Set<string>();
  let wake: () => void = () => undefined;
  store.outbox.onPut(() => wake());

  const begin = ({ key, hasPicture }: WaitingMessage) => {
    const run = deliver(key, ports)
      .catch((error: unknown) => {
        log.error({ error, key }, 'what came of a message could not be recorded');
        meter.count('bellbuoy_loop_errors_total', { loop: 'deliver' });
        // Not at once again: what stands in the way (a full disk, a locked database) is there for a while.
        return clock.sleep(IDLE, stopping.signal);
      })
      .finally(() => {
        flying.delete(key);
        drawn.delete(key);
        wake();
      });
    flying.set(key, run);
    if (hasPicture) drawn.add(key);
  };
  /** Begins what may go now; gives the moment at which the next may. */
  const turn = async (): Promise<number> => {
    const free = pacer.nextFree(['chat.postMessage', 'chat.update'], clock.now());
    if (free > clock.now()) return free;
    let next = clock.now() + IDLE;
    const waiting = await store.outbox.pending(clock.now(), PER_CHANNEL);
    for (const message of inTurn(waiting, pacer)) {
      if (flying.size >= WIDTH) break;
      if (flying.has(message.key) || (message.hasPicture && drawn.size >= PICTURES)) continue;
      const method = message.isUpdate ? 'chat.update' : 'chat.postMessage';
      const taken = pacer.take(method, message.channel, clock.now());
      if (taken.ok) begin(message);
      else next = Math.min(next, taken.at);
    }
    return next;
  };
  const done = loop({ clock, stopping: stopping.signal, turn, onWake: (given) => (wake = given), ports });
  return {
    async stop() {
      stopping.abort();
      await done;
      await Promise.all(flying.values());
    },
  };
}

async function loop({
  clock,
  stopping,
  turn,
  onWake,
  ports,
}: {
  clock: Clock;
  stopping: AbortSignal;
  turn: () => Promise<number>;
  onWake: (wake: () => void) => void;
  ports: DeliveryPorts;
}): Promise<void> {
  while (!stopping.aborted) {
    const rest = new AbortController();
    onWake(() => rest.abort());
    const stop = () => rest.abort();
    stopping.addEventListener('abort', stop, { once: true });
    try {
      const next = await turn();
      await clock.sleep(REST, stopping);
      await clock.sleep(Math.max(0, next - clock.now()), rest.signal);
    } catch (error) {
      ports.log.error({ error }, 'the delivery loop stumbled; it goes on');
      ports.meter.count('bellbuoy_loop_errors_total', { loop: 'delivery' });
      await clock.sleep(IDLE, stopping);
    }
    stopping.removeEventListener('abort', stop);
  }
}

/** A channel in which more messages than this wait has a storm; the others go before it. */
const SHORT_LINE = 3;

/** By priority; channels without a storm first; then by place in the channel's own line; then whose channel was served longest ago. */
function inTurn(waiting: readonly WaitingMessage[], pacer: Pacer): readonly WaitingMessage[] {
  return waiting.toSorted(
    (a, b) =>
      a.priority - b.priority ||
      Number(a.line > SHORT_LINE) - Number(b.line > SHORT_LINE) ||
      a.place - b.place ||
      compare(pacer.servedAt(a.channel), pacer.servedAt(b.channel)) ||
      a.since - b.since,
  );
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
