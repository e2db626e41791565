import { type AlertEpisode, firingAlerts } from '../alert.ts';
import type { TimelineEntry } from './timeline.ts';

/** What an alert’s episode tells a timeline: when it fired, each time anew; who took it; when it resolved. */
export function factsOfAlert(episode: AlertEpisode): readonly TimelineEntry[] {
  const { id, name, flaps, severity, acknowledged, resolvedAt } = episode;
  const { summary, message, description } = episode.annotations;
  const said = [summary, message, description].find((text) => text !== undefined && text.trim() !== '');
  const reference = { kind: 'alert' as const, id };
  const turn = flaps === 0 ? '' : `:${flaps}`;
  const again = flaps === 0 ? 'fires' : 'fires again';
  const fired: TimelineEntry = {
    ...{ key: `alert:${id}:fired${turn}`, kind: 'alert', at: firedAt(episode), reference },
    text: `${name} ${again} (${severity})${said === undefined ? '' : `: ${said}`}`,
  };
  return [
    ...(resolvedAt === undefined || flaps === 0 ? [fired] : []),
    ...(acknowledged === undefined
      ? []
      : [
          {
            ...{ key: `alert:${id}:acknowledged`, kind: 'alert' as const, at: acknowledged.at, reference },
            ...{ by: acknowledged.by, text: `${name} is acknowledged` },
          },
        ]),
    ...(resolvedAt === undefined
      ? []
      : [
          {
            ...{ key: `alert:${id}:resolved${turn}`, kind: 'alert' as const, at: resolvedAt, reference },
            text: `${name} resolves`,
          },
        ]),
  ];
}

/** When it fired last: of a group that fires again, when its alerts did. */
function firedAt(episode: AlertEpisode): number {
  if (episode.flaps === 0) return episode.startedAt;
  const starts = firingAlerts(episode).map(({ startsAt }) => startsAt);
  return starts.reduce((a, b) => Math.max(a, b), episode.startedAt);
}
