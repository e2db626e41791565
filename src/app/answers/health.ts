import type { AlertEpisode } from '#domain/alert.ts';
import { standsDegraded } from '#domain/answers.ts';
import type { Deploy } from '#domain/deploy.ts';
import { type Rollout, standingStop } from '#domain/flag.ts';
import type { Health } from '#domain/panel.ts';
import type { Reading } from '#domain/reading.ts';
import { DAY, type Instant } from '#domain/time.ts';
import type { BudgetLine, OpenAlert } from '../answer.ts';
import type { Ports } from '../ports.ts';

/** Worst first. */
export const HEALTH_ORDER: readonly Health[] = [
  'page',
  'burning',
  'degraded',
  'ticket',
  'atRisk',
  'noData',
  'healthy',
];

/** The worst of: a firing page, a budget that is spent or burns fast, a deploy that was found degraded and is still the last or a flag that was found to do harm and is still on, another firing alert, a budget at risk, no data; else healthy. */
export function healthOf(
  reading: Reading | undefined,
  alerts: readonly OpenAlert[],
  budgets: readonly BudgetLine[] = [],
  lastDeploy?: Deploy,
  rollouts: readonly Rollout[] = [],
): Health {
  if (alerts.some(({ severity }) => severity === 'page')) return 'page';
  if (budgets.some(({ colour }) => colour === 'red')) return 'burning';
  if (lastDeploy !== undefined && standsDegraded(lastDeploy)) return 'degraded';
  if (rollouts.some((rollout) => standingStop(rollout) !== undefined)) return 'degraded';
  if (alerts.some(({ severity }) => severity === 'ticket')) return 'ticket';
  if (budgets.some(({ colour }) => colour === 'yellow')) return 'atRisk';
  return reading === undefined || Object.keys(reading.values).length === 0 ? 'noData' : 'healthy';
}

/** A step is looked at for a week at most, so that what was found within a day is of one no older than that. */
const REACH = 8 * DAY;

/** Rollouts by service that were changed, or of which something was found, within a day: anything older is no news of how the service does. */
export async function recentRollouts(
  now: Instant,
  flags: Ports['store']['flags'],
): Promise<(service: string) => readonly Rollout[]> {
  const rollouts = await flags.during({ from: now - REACH, to: now + 1 });
  const isNews = ({ steps }: Rollout) =>
    steps.some(({ at, watch }) => Math.max(at, watch?.lookedAt ?? at) > now - DAY);
  return (service) => rollouts.filter((rollout) => rollout.service === service && isNews(rollout));
}

export function openAlert(episode: AlertEpisode): OpenAlert {
  return {
    episode: episode.id,
    name: episode.name,
    severity: episode.severity,
    since: episode.startedAt,
    acknowledged: episode.acknowledged !== undefined,
  };
}
