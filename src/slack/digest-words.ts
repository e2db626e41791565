import { nearest } from '#app/nearest.ts';
import { unclear } from './service-words.ts';
import type { Words } from './words.ts';

/** Words that say nothing of whose digest is meant. */
const FILLER = new Set(['for', 'of', 'the', 'team', 'now', 'please', 'all']);

/**
 * A digest, of one owner where named in any case of letters. It is for whoever asks alone, unless they say `here`: who wants to know where their team
 * stands does not tell a channel.
 */
export function readDigest(rest: readonly string[], owners: readonly string[]): Words {
  const isHere = rest.some((word) => lower(word) === 'here');
  const words = rest.filter((word) => lower(word) !== 'here' && !FILLER.has(lower(word)));
  const name = words.join(' ');
  const direct = !isHere;
  if (name === '') return { ok: true, request: { ask: 'digest' }, direct };
  const owner = owners.find((one) => lower(one) === lower(name));
  if (owner !== undefined) return { ok: true, request: { ask: 'digest', owner }, direct };
  const near = nearest(name, owners);
  const known =
    owners.length === 0 ? 'no service names an `owner`' : `owners are ${owners.slice(0, 8).join(', ')}`;
  return unclear(`No service belongs to “${name}”: ${known}.`, [
    near === undefined ? 'digest' : `digest ${near}`,
  ]);
}

function lower(word: string): string {
  return word.toLowerCase();
}
