import { type Spender, type Spent, type Suspect, spendersOf } from '#domain/budget/spenders.ts';
import { isJudged } from '#domain/budget/state.ts';
import type { Deploy } from '#domain/deploy.ts';
import type { Incident } from '#domain/incident/incident.ts';
import type { Instant } from '#domain/time.ts';
import { costsFrom } from './incident-costs.ts';
import type { Ports } from './ports.ts';
import type { Standing } from './standings.ts';

/** What was spent of a budget in its window, step by step from the first that was observed; the deploys of its service in it; and what spent it, where it can be judged. */
export type Spending = {
  readonly spent: readonly Spent[];
  readonly deploys: readonly Deploy[];
  readonly spenders: readonly Spender[];
};

/** Reads what spent a budget as it stands, by the counts, deploys and incidents of its window. */
export async function spendingOf(
  { of: { key, service, slo }, at, usage, state }: Standing,
  {
    budgets,
    deploys: deployed,
    incidents: declared,
  }: Pick<Ports['store'], 'budgets' | 'deploys' | 'incidents'>,
): Promise<Spending> {
  const { window } = usage;
  const [steps, deploys, incidents] = await Promise.all([
    budgets.steps(key, { from: window.from, to: Math.min(window.to, at) }),
    deployed.during(window, [service.name]),
    declared.during(window, [service.name]),
  ]);
  // What was not observed before the first count says nothing: the line begins there.
  const begun = steps.findIndex(({ observed }) => observed > 0);
  const isOfEvents = slo.method.kind === 'occurrences';
  const spent = (begun < 0 ? [] : steps.slice(begun)).map(
    ({ range, bad, lost }): Spent => ({ range, spent: isOfEvents ? bad : lost }),
  );
  const suspects = [...incidents.flatMap((one) => suspectIn(one, at)), ...deploys.flatMap(suspectOf)];
  return { spent, deploys, spenders: isJudged(state) ? spendersOf(spent, suspects, usage.used) : [] };
}

/** An incident is answerable from its start to its resolution, or until now. One that is the same as another is told there. */
function suspectIn(incident: Incident, now: Instant): readonly Suspect[] {
  const { id, title, times, duplicateOf } = incident;
  if (duplicateOf !== undefined) return [];
  const range = { from: costsFrom(incident), to: times.resolved ?? now };
  return [{ kind: 'incident', reference: id, name: `${id} ${title}`, range }];
}

/** A deploy is answerable from the beginning of its rollout to the end of its watch. */
function suspectOf(deploy: Deploy): readonly Suspect[] {
  const until: Instant | undefined = deploy.watch?.window.to;
  if (until === undefined) return [];
  const range = { from: deploy.startedAt, to: until };
  return [{ kind: 'deploy', reference: deploy.id, name: deploy.version, range }];
}
