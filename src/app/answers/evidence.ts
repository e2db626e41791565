import type { Problem } from '#domain/problem.ts';
import type { Service } from '#domain/service.ts';
import type { Measure } from '#domain/signal.ts';
import { type Duration, lengthOf, MINUTE, type Range, SECOND } from '#domain/time.ts';
import { type Began, beganIn } from '#domain/verdict/began.ts';
import { type Confidence, comparedOf } from '#domain/verdict/compared.ts';
import { stretchOf } from '#domain/verdict/stretch.ts';
import type { Ports } from '../ports.ts';

/** What two windows say when looked at step by step. */
export type Evidence = {
  /** How sure it is that a measure differs, held against the values that are shown: what contradicts them is not claimed. */
  confidence(measure: Measure, before: number | undefined, after: number | undefined): Confidence | undefined;
  readonly began: readonly Began[];
  readonly problems: readonly Problem[];
};

/** Before a short window is looked at for so long, to see what was usual. */
const LEAD = 15 * MINUTE;

/** An earlier window that begins no more than so many lengths before the later one is observed together with it. */
const TOGETHER = 4;

/** Observes both windows, and as much before the later one as it is long (a quarter of an hour at least): by one question where they are near each other, else by two at once. */
export async function evidence(
  service: Service,
  measures: readonly Measure[],
  before: Range,
  after: Range,
  { observer, metrics, clock }: Pick<Ports, 'observer' | 'metrics' | 'clock'>,
): Promise<Evidence> {
  const lead = Math.max(lengthOf(after), LEAD);
  // The last step must be over for long enough that all of it was scraped.
  const around = {
    from: after.from - lead,
    to: Math.min(after.to, clock.now() - service.watch.lag),
  };
  const isNear = before.from >= after.from - TOGETHER * lead && before.from <= after.to;
  const range = isNear ? { from: Math.min(before.from, around.from), to: around.to } : around;
  const step = stepOf(lengthOf(after), metrics.stepFor(around, service.source), service.watch.lag);
  const [near, far] = await Promise.all([
    observer.observe(service, range, step),
    isNear ? undefined : observer.observe(service, before, step),
  ]);
  const was = stretchOf(far ?? near, before);
  const is = stretchOf(near, after);
  return {
    began: beganIn(stretchOf(near, around), measures).toSorted((a, b) => b.gain - a.gain),
    problems: [...near.problems, ...(far?.problems ?? [])],
    confidence(measure, from, to) {
      const found = comparedOf(measure, was, is);
      if (found === undefined || from === undefined || to === undefined || from === to) return found;
      const isSame = found.direction === (to > from ? 'higher' : 'lower');
      return isSame || found.word === 'alike' ? found : { ...found, word: 'cannotTell' };
    },
  };
}

/** Steps of a minute, of less in windows that have not twenty minutes, of more in long ones; never of a single scrape. */
function stepOf(length: Duration, fitting: Duration, scrape: Duration): Duration {
  const wanted = Math.ceil(length / 20 / (5 * SECOND)) * 5 * SECOND;
  return Math.max(fitting, 2 * scrape, Math.min(MINUTE, wanted));
}
