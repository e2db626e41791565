import { type Logger, SocketModeReceiver } from '@slack/bolt';
import type { Clock, Log, Meter } from '#app/ports.ts';
import { backoff } from '#runtime/backoff.ts';

/** How soon a connection is tried again that could not be opened, in milliseconds; one that was lost is opened again at once. */
const OPEN_AGAIN = { first: 500, max: 30_000 };

/**
 * A receiver for one connection in Socket Mode. The client's own reconnecting is off: it waits five seconds before it begins, and a
 * request of its that fails outright ends the whole program with an unhandled rejection.
 */
export function socketReceiver(appToken: string, clientOptions: object, logger: Logger): SocketModeReceiver {
  return new SocketModeReceiver({
    appToken,
    autoReconnectEnabled: false,
    logger,
    installerOptions: { clientOptions },
  });
}

/** Keeps one connection open until `stop`: opens it, waits until it is lost, opens it again. What goes wrong is counted and logged. */
export async function keepOpen(
  receiver: SocketModeReceiver,
  { clock, log, meter }: { clock: Clock; log: Log; meter: Meter },
  stop: AbortSignal,
): Promise<void> {
  for (let failures = 0; !stop.aborted; ) {
    const lost = untilLost(receiver, stop);
    try {
      await receiver.start();
      failures = 0;
      await lost;
      if (stop.aborted) return;
      meter.count('bellbuoy_slack_disconnects_total');
      log.info({}, 'a connection to Slack in Socket Mode was lost; it is opened again');
    } catch (error) {
      failures += 1;
      meter.count('bellbuoy_slack_errors_total');
      log.error({ error, failures }, 'Slack could not be connected in Socket Mode; it is tried again');
      await clock.sleep(backoff(failures, OPEN_AGAIN, Math.random()), stop);
    }
  }
}

/** Resolves when the connection is lost, or at the end. */
function untilLost({ client }: SocketModeReceiver, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      client.removeListener('disconnected', done);
      stop.removeEventListener('abort', done);
      resolve();
    };
    client.once('disconnected', done);
    stop.addEventListener('abort', done, { once: true });
  });
}
