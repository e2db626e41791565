import { seeded } from '#sandbox/shop/random.ts';
import type { World } from './world.ts';

/** When the program is ended: so many calls of Slack's Web API after the last time, as one comes or is done, and so many ms later. */
export type Kill = { readonly calls: number; readonly phase: 'arrived' | 'done'; readonly delay: number };

/** Moments drawn from a seed: the same seed gives the same. */
export function killsFrom(seed: number, count: number): readonly Kill[] {
  const random = seeded(seed);
  return Array.from({ length: count }, () => ({
    calls: 1 + Math.floor(random() * 9),
    phase: random() < 0.5 ? 'arrived' : 'done',
    delay: random() < 0.5 ? 0 : Math.floor(random() * 60),
  }));
}

/** Ends the program at these moments, one after another. */
export function scheduleKills(world: World, kills: readonly Kill[]): { done: () => number } {
  let next = 0;
  let seen = 0;
  const leave = world.slack.onCall(({ phase }) => {
    const kill = kills[next];
    if (kill === undefined) return leave();
    if (phase !== kill.phase) return;
    seen += 1;
    if (seen < kill.calls) return;
    seen = 0;
    next += 1;
    if (kill.delay === 0) world.kill();
    else setTimeout(world.kill, kill.delay);
  });
  return { done: () => next };
}
