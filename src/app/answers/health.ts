import type { AlertEpisode } from '#domain/alert.ts';
import { standsDegraded } from '#domain/answers.ts';
import type { Deploy } from '#domain/deploy.ts';
import type { Health } from '#domain/panel.ts';
import type { Reading } from '#domain/reading.ts';
import type { BudgetLine, OpenAlert } from '../answer.ts';

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

/** The worst of: a firing page, a budget that is spent or burns fast, a deploy that was found degraded and is still the last, another firing alert, a budget at risk, no data; else healthy. */
export function healthOf(
  reading: Reading | undefined,
  alerts: readonly OpenAlert[],
  budgets: readonly BudgetLine[] = [],
  lastDeploy?: Deploy,
): Health {
  if (alerts.some(({ severity }) => severity === 'page')) return 'page';
  if (budgets.some(({ colour }) => colour === 'red')) return 'burning';
  if (lastDeploy !== undefined && standsDegraded(lastDeploy)) return 'degraded';
  if (alerts.some(({ severity }) => severity === 'ticket')) return 'ticket';
  if (budgets.some(({ colour }) => colour === 'yellow')) return 'atRisk';
  return reading === undefined || Object.keys(reading.values).length === 0 ? 'noData' : 'healthy';
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
