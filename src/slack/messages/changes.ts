import type { RecentChange } from '#app/answer.ts';
import { lengthWords } from '#domain/length-words.ts';
import { shareChange, wentWords } from '#domain/share-words.ts';
import type { Instant } from '#domain/time.ts';
import { link, plain } from '../blocks.ts';

/** A change as a line of a list begins: `checkout v1.4.2 by noor`, `flag *new-checkout* 1 → 10 % by noor`. */
export function changeLine(change: RecentChange, i: number, distance: string): string {
  const by = change.actor === undefined ? '' : ` by ${plain(change.actor, 60)}`;
  const whose = change.relation === 'own' ? '' : ' (a dependency)';
  if (change.kind === 'deploy')
    return `${i + 1}. ${link(change.url, `${change.service} ${change.version}`)}${whose}${by}, ${distance}`;
  const where = change.relation === 'own' ? '' : ` on ${plain(change.service, 60)}${whose}`;
  const proven = change.isProven === true ? '; *those with it do worse*' : '';
  return `${i + 1}. flag *${link(change.url, change.flag)}* ${shareChange(change.before, change.share)}${where}${by}, ${distance}${proven}`;
}

/** Changes before a moment, closest first, each with how long before. */
export function changeLines(changes: readonly RecentChange[], at: Instant): readonly string[] {
  return changes.map((change, i) => {
    const ago =
      at >= change.at ? `${lengthWords(at - change.at)} before` : `${lengthWords(change.at - at)} after`;
    return changeLine(change, i, ago);
  });
}

/** A change within a sentence, after “40 s after” or “as”: `*v1.4.2*`, `*new-checkout* went to 10 %`. */
export function changeName(change: RecentChange): string {
  const { relation, service } = change;
  if (change.kind === 'deploy')
    return `*${plain(relation === 'own' ? change.version : `${service} ${change.version}`, 80)}*`;
  const whose = relation === 'own' ? '' : ` of ${plain(service, 60)}`;
  return `*${plain(change.flag, 80)}*${whose} ${wentWords(change.share)}`;
}
