import type { Ports } from '#app/ports.ts';
import { startRounds } from '#app/rounds.ts';
import { SECOND } from '#domain/time.ts';

/** How often what is watched is looked at. */
const EVERY = 5 * SECOND;

/** Watches resources of a noun: `read` is looked at every five seconds, and what it gives is compared as JSON. */
export function watching(
  noun: string,
  read: (id: string) => Promise<unknown>,
  ports: Pick<Ports, 'clock' | 'log'>,
): (uri: string, changed: () => void) => (() => void) | undefined {
  const address = new RegExp(`^bellbuoy://${noun}/([\\w-]{1,100})$`);
  return (uri, changed) => {
    const [, id] = address.exec(uri) ?? [];
    if (id === undefined) return undefined;
    let before: string | undefined;
    const round = async () => {
      const now = JSON.stringify((await read(id)) ?? null);
      if (before !== undefined && before !== now) changed();
      before = now;
    };
    const rounds = startRounds(
      { every: EVERY, failed: 'what a client watches could not be read' },
      round,
      ports,
    );
    return () => void rounds.stop();
  };
}
