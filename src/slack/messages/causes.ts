import type { RecentChange } from '#app/answer.ts';
import type { AlertSnapshotMessage } from '#app/message.ts';
import { standingOf } from '#domain/causes.ts';
import { lengthWords } from '#domain/length-words.ts';
import type { Instant } from '#domain/time.ts';
import { changeLine } from './changes.ts';
import { nameOf } from './figures.ts';
import { beganWords, distanceWords } from './onset.ts';

type Told = Pick<AlertSnapshotMessage, 'began' | 'rose' | 'changes' | 'since' | 'at'>;

/** When it began, and which changes are likely why: those before it by distance, and last those that came only after. */
export function causesWords({ began, rose, changes, since, at }: Told): string {
  if (began === undefined) {
    const lines = changes.map((change, i) => changeLine(change, i, sinceWords(change, since ?? at)));
    return lines.length === 0
      ? 'No deploy or flag change in the 24 hours before.'
      : `*Likely causes*\n${lines.join('\n')}`;
  }
  const before = changes.filter((change) => standingOf(change, began).side !== 'after').length;
  const lines = changes.map((change, i) => changeLine(change, i, distanceWords(change, began)));
  return [
    `*${(rose ?? [began.measure]).map(nameOf).join(', ')}* higher: ${beganWords(began, changes)}`,
    before > 0 ? '*Likely causes*' : 'No deploy or flag change in the 24 hours before it began.',
    ...lines,
  ].join('\n');
}

function sinceWords({ at }: RecentChange, since: Instant): string {
  return at <= since
    ? `${lengthWords(since - at)} before the alert`
    : `${lengthWords(at - since)} after the alert`;
}
