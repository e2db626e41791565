import type { AlertEpisode } from '#domain/alert.ts';
import type { Health } from '#domain/panel.ts';
import type { Reading } from '#domain/reading.ts';
import type { OpenAlert } from '../answer.ts';

/** Worst first. */
export const HEALTH_ORDER: readonly Health[] = ['page', 'burning', 'ticket', 'noData', 'healthy'];

/** The worst of: a firing page, another firing alert, no data; else healthy. */
export function healthOf(reading: Reading | undefined, alerts: readonly OpenAlert[]): Health {
  if (alerts.some(({ severity }) => severity === 'page')) return 'page';
  if (alerts.some(({ severity }) => severity === 'ticket')) return 'ticket';
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
