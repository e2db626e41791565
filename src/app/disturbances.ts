import type { Deploy } from '#domain/deploy.ts';
import { siblingReason } from '#domain/siblings.ts';
import type { Duration, Instant, Range } from '#domain/time.ts';
import type { Ports } from './ports.ts';

/** What else happened: other deploys and pages are not ordinary, and those just before may have spoiled the baseline. */
export async function disturbances(
  deploy: Deploy,
  range: Range,
  store: Ports['store'],
): Promise<{
  readonly ranges: readonly Range[];
  readonly reasons: readonly string[];
  readonly others: readonly Deploy[];
}> {
  const name = deploy.service ?? '';
  const [deploys, alerts] = await Promise.all([
    store.deploys.during(range, [name]),
    store.alerts.during(range, name),
  ]);
  const others = deploys.filter(
    ({ id, environment }) => id !== deploy.id && environment === deploy.environment,
  );
  const pages = alerts.filter(
    ({ severity, startedAt }) => severity === 'page' && startedAt < deploy.startedAt,
  );
  const from = deploy.watch?.baseline.from ?? deploy.startedAt;
  const near = others.filter(({ startedAt }) => startedAt >= from);
  const firing = pages.filter(({ resolvedAt }) => resolvedAt === undefined || resolvedAt > from);
  return {
    others,
    ranges: [
      ...others.map(({ startedAt, finishedAt = startedAt }) => ({ from: startedAt, to: finishedAt + 1 })),
      ...pages.map(({ startedAt, resolvedAt = range.to }) => ({ from: startedAt, to: resolvedAt })),
    ],
    reasons: [
      ...near.map(({ version, startedAt }) => siblingReason(version, deploy.startedAt - startedAt)),
      ...firing.map(
        ({ name: alert }) => `${alert} was firing before: what it is held against was not ordinary.`,
      ),
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
