import { type Duration, MINUTE, SECOND } from '../time.ts';
import type { Cells } from './cohort-cells.ts';

/** Where so many requests with the flag were to be expected since the last one that was seen, they have ceased. */
const CEASED = 20;

/** For how long nothing came of those with the flag, where as much as that was to be expected. */
export function ceasedFor({ times, step, strata, onTotal }: Cells): string | undefined {
  const each = times.map((_, i) => {
    let all = 0;
    for (let s = 0; s < strata; s += 1) all += onTotal[i * strata + s] ?? 0;
    return all;
  });
  const last = each.findLastIndex((total) => total > 0);
  const quiet = times.length - 1 - last;
  const mean = each.reduce((all, one) => all + one, 0) / (last + 1);
  return last >= 0 && quiet > 1 && mean * quiet >= CEASED ? inWords(quiet * step) : undefined;
}

/** A length as reasons say it. */
export function inWords(length: Duration): string {
  const minutes = Math.round(length / MINUTE);
  return minutes < 2 ? `${Math.round(length / SECOND)} s` : `${minutes} min`;
}
