import type { RecentChange } from '#app/answer.ts';
import type { AlertSnapshotMessage } from '#app/message.ts';
import { standingOf } from '#domain/causes.ts';
import type { Instant } from '#domain/time.ts';
import { link, plain } from '../blocks.ts';
import { lengthWords, nameOf } from './figures.ts';
import { beganWords, distanceWords } from './onset.ts';

type Told = Pick<AlertSnapshotMessage, 'began' | 'rose' | 'changes' | 'since' | 'at'>;

/** When it began, and which changes are likely why: those before it by distance, and last those that came only after. */
export function causesWords({ began, rose, changes, since, at }: Told): string {
  if (began === undefined) {
    const lines = changes.map((change, i) => causeLine(change, i, sinceWords(change, since ?? at)));
    return lines.length === 0 ? 'No deploy in the 24 hours before.' : `*Likely causes*\n${lines.join('\n')}`;
  }
  const before = changes.filter((change) => standingOf(change, began).side !== 'after').length;
  const lines = changes.map((change, i) => causeLine(change, i, distanceWords(change, began)));
  return [
    `*${(rose ?? [began.measure]).map(nameOf).join(', ')}* higher: ${beganWords(began, changes)}`,
    before > 0 ? '*Likely causes*' : 'No deploy in the 24 hours before it began.',
    ...lines,
  ].join('\n');
}

function causeLine(change: RecentChange, i: number, distance: string): string {
  const by = change.actor === undefined ? '' : ` by ${plain(change.actor, 60)}`;
  const whose = change.relation === 'own' ? '' : ' (a dependency)';
  return `${i + 1}. ${link(change.url, `${change.service} ${change.version}`)}${whose}${by}, ${distance}`;
}

function sinceWords({ at }: RecentChange, since: Instant): string {
  return at <= since
    ? `${lengthWords(since - at)} before the alert`
    : `${lengthWords(at - since)} after the alert`;
}
