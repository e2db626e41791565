import type { Deploy } from '#domain/deploy.ts';
import type { Rollout } from '#domain/flag.ts';
import { siblingReason, turnedReason } from '#domain/siblings.ts';
import type { Duration, Instant, Range } from '#domain/time.ts';
import type { Ports } from './ports.ts';

/** A change that is judged: of which service and where, since when, held against which time before. `id` is the deploy's or the rollout's own. */
export type Subject = {
  readonly id?: string;
  readonly service: string;
  readonly environment: string;
  readonly startedAt: Instant;
  readonly baseline: Range;
};

/** What else happened: other deploys, changes of flags and pages are not ordinary, and those just before may have spoiled the baseline. */
export async function disturbances(
  { id, service, environment, startedAt, baseline: { from } }: Subject,
  range: Range,
  store: Ports['store'],
): Promise<{
  readonly ranges: readonly Range[];
  readonly reasons: readonly string[];
  readonly others: readonly Deploy[];
}> {
  const [deploys, alerts, rollouts] = await Promise.all([
    store.deploys.during(range, [service]),
    store.alerts.during(range, service),
    store.flags.during(range, [service]),
  ]);
  const others = deploys.filter((other) => other.id !== id && other.environment === environment);
  const pages = alerts.filter((alert) => alert.severity === 'page' && alert.startedAt < startedAt);
  const near = others.filter((other) => other.startedAt >= from);
  const firing = pages.filter(({ resolvedAt }) => resolvedAt === undefined || resolvedAt > from);
  const turned = rollouts
    .filter((other) => other.id !== id && other.environment === environment)
    .flatMap(turnsOf);
  const turnedNear = turned.filter(({ at }) => at >= from && at < startedAt);
  const latest = [...new Map(turnedNear.map((turn) => [turn.flag, turn])).values()];
  return {
    others,
    ranges: [
      ...others.map(({ startedAt: began, finishedAt = began }) => ({ from: began, to: finishedAt + 1 })),
      ...turned.map(({ at }) => ({ from: at, to: at + 1 })),
      ...pages.map(({ startedAt: began, resolvedAt = range.to }) => ({ from: began, to: resolvedAt })),
    ],
    reasons: [
      ...near.map(({ version, startedAt: began }) => siblingReason(version, startedAt - began)),
      ...latest.map(({ flag, at }) => turnedReason(flag, startedAt - at)),
      ...firing.map(({ name }) => `${name} was firing before: what it is held against was not ordinary.`),
    ],
  };
}

/** When the first of the deploys began that follow each other so closely that nobody can tell them apart, this one included. */
export function togetherWith({ startedAt }: Deploy, others: readonly Deploy[], within: Duration): Instant {
  return others
    .map((other) => other.startedAt)
    .filter((at) => at <= startedAt)
    .toSorted((a, b) => b - a)
    .reduce((first, at) => (first - at <= within ? at : first), startedAt);
}

/** A flag that goes to fewer than this share more or fewer moves a service little as a whole. */
const MOVES = 0.1;

/** The changes of a flag that may have moved the whole service, in order: to or from many, or to nobody knows how many. */
export function turnsOf({ flag, steps }: Pick<Rollout, 'flag' | 'steps'>): readonly {
  readonly flag: string;
  readonly at: Instant;
}[] {
  return steps
    .filter(({ share }, i) => {
      const before = steps[i - 1]?.share ?? 0;
      return share === undefined || Math.abs(share - before) >= MOVES - 1e-9;
    })
    .map(({ at }) => ({ flag, at }));
}
