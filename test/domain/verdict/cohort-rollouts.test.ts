import { describe, expect, it } from 'vitest';
import { HARMFUL, HARMLESS, heldOn, rollOut } from './cohort-rollouts.ts';

const ROLLOUTS = 60;

/** `npm run bench -- rollout` rolls out 2,000 times each. */
describe('rollouts 1 → 10 → 50 %, an hour a step with a look each minute', () => {
  it('stops hardly any that is harmless, where a z-test each minute stops half', () => {
    let [stopped, naive, mismatches] = [0, 0, 0];
    for (const [i, scenario] of HARMLESS.entries()) {
      const rolled = rollOut(scenario, ROLLOUTS, 100 + i);
      expect(rolled.stopped, scenario.name).toBeLessThanOrEqual(3);
      stopped += rolled.stopped;
      naive += rolled.naive.stopped;
      mismatches += rolled.mismatches;
    }
    expect(stopped).toBeLessThanOrEqual(0.01 * ROLLOUTS * HARMLESS.length);
    expect(mismatches).toBeLessThanOrEqual(1);
    expect(naive).toBeGreaterThan(0.4 * ROLLOUTS * HARMLESS.length);
  });

  it.each([
    ['errors ×2 at 50/s', 0.9],
    ['errors ×2 at 500/s', 0.9],
    ['p99 +50 %, median unmoved, at 50/s', 0.9],
    ['p99 +50 %, median unmoved, at 5/s', 0.5],
  ])('stops %s before half have it', (name, least) => {
    const scenario = HARMFUL.find((one) => one.name === name);
    if (scenario === undefined) throw new Error(`there is no ${name}`);
    const rolled = rollOut(scenario, ROLLOUTS, 200);
    expect(rolled.stoppedEarly / ROLLOUTS).toBeGreaterThanOrEqual(least);
    expect(rolled.goInHarm).toBe(0);
  });

  it('decides mostly once as many requests came as it named', () => {
    const { held, once, twice } = heldOn(
      { kinds: [{ perSecond: 50, bad: 0.005, median: 0.12, spread: 0.6 }] },
      ROLLOUTS,
      300,
    );
    expect(held).toBeGreaterThan(10);
    expect(once / held).toBeGreaterThan(0.6);
    expect(twice / held).toBeGreaterThan(0.85);
  });
});
