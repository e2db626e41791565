import { standsDegraded } from '../answers.ts';
import type { Deploy } from '../deploy.ts';
import type { Incident } from '../incident/incident.ts';
import { median } from '../series.ts';
import { DAY, type Duration, lengthOf, type Range, within } from '../time.ts';

/**
 * The DORA keys of a stretch, as far as deploys and incidents tell them (dora.dev, “four keys”):
 * - deploy frequency: `deploys` that succeeded where deploys are watched, rollbacks not counted, and how many that is `perDay`;
 * - change-failure rate: `failed` of these. A deploy failed whose verdict stands degraded, that was rolled back, of which an incident was declared, or that a post-mortem names as what set one off (`blamed`);
 * - time to restore: the median, in ms, from the start of the harm (else from when it was noticed) to its mitigation (else its resolution) of incidents that were
 *   resolved in the stretch, `restored` of them. One that is the same as another does not count.
 *
 * Lead time is not among them: no sender says when a change was committed.
 */
export type Delivery = {
  readonly deploys: number;
  readonly perDay: number;
  readonly failed: number;
  readonly failureRate?: number;
  readonly restored: number;
  readonly timeToRestore?: Duration;
};

/** Reads the keys from all deploys that started, and all incidents that went on, in a stretch. */
export function deliveryIn(
  range: Range,
  deploys: readonly Deploy[],
  incidents: readonly Incident[],
  blamed: ReadonlySet<string>,
): Delivery {
  const done = deploys.filter(isDelivery);
  const failed = done.filter((deploy) => blamed.has(deploy.id) || hasFailed(deploy, deploys));
  const lengths = incidents.flatMap((incident) => restoredAfter(incident, range));
  const timeToRestore = median(lengths.map((value) => ({ at: range.to, value })));
  return {
    ...{ deploys: done.length, perDay: done.length / Math.max(1, lengthOf(range) / DAY) },
    ...{ failed: failed.length, restored: lengths.length },
    ...(done.length === 0 ? {} : { failureRate: failed.length / done.length }),
    ...(timeToRestore === undefined ? {} : { timeToRestore }),
  };
}

/** Whether a deploy brought something new to where deploys are watched. */
export function isDelivery({ status, rollback, watch }: Deploy): boolean {
  return status === 'succeeded' && rollback === undefined && watch !== undefined;
}

/** Whether a deploy did harm: so it was found and nobody denied it, or people acted upon it. `among` are deploys around it. */
export function hasFailed(deploy: Deploy, among: readonly Deploy[]): boolean {
  return standsDegraded(deploy) || deploy.incident !== undefined || isRolledBack(deploy, among);
}

/** Whether the next deploy of the service there put an earlier version back. */
function isRolledBack(deploy: Deploy, among: readonly Deploy[]): boolean {
  const [next] = among
    .filter(
      ({ service, environment, startedAt }) =>
        service === deploy.service && environment === deploy.environment && startedAt > deploy.startedAt,
    )
    .toSorted((a, b) => a.startedAt - b.startedAt);
  return next?.rollback === true;
}

function restoredAfter({ times, declaredAt, duplicateOf }: Incident, range: Range): readonly Duration[] {
  const { started, detected, mitigated, resolved } = times;
  if (resolved === undefined || !within(range, resolved) || duplicateOf !== undefined) return [];
  return [Math.max(0, (mitigated ?? resolved) - (started ?? detected ?? declaredAt))];
}
