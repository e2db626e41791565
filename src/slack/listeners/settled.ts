import type { Asks } from '../app.ts';

/** How long what was just committed is waited for, and how often it is looked for, in milliseconds. */
const DECIDED_WITHIN = 1500;

const LOOKED_EVERY = 50;

/** Waits until what was committed shows, so that a form is drawn with it; not for long, for somebody waits before it. */
export async function settled<T>(
  read: () => Promise<T>,
  isDone: (value: T) => boolean,
  { clock }: Asks,
): Promise<T> {
  const until = clock.now() + DECIDED_WITHIN;
  for (;;) {
    const value = await read();
    if (isDone(value) || clock.now() >= until) return value;
    await clock.sleep(LOOKED_EVERY);
  }
}
