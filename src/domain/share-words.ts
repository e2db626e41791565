import { formatValue } from './units.ts';

/** How many have a flag, as a row says it: `10 %`, `off`; `changed` where nobody told. */
export function shareWord(share: number | undefined): string {
  if (share === undefined) return 'changed';
  return share === 0 ? 'off' : formatValue(share, 'ratio');
}

/** The same behind a flag’s name: `at 10 %`, `off for everybody`. */
export function shareWords(share: number | undefined): string {
  if (share === undefined) return 'changed';
  if (share === 0) return 'off for everybody';
  return share === 1 ? 'on for everybody' : `at ${formatValue(share, 'ratio')}`;
}

/** What was done to a flag: `went to 10 %`, `was turned off`. */
export function wentWords(share: number | undefined): string {
  if (share === undefined) return 'changed';
  return share === 0 ? 'was turned off' : `went to ${formatValue(share, 'ratio')}`;
}

/** From one share to another: `1 → 10 %`, `→ 10 %` where nobody knows what was before. */
export function shareChange(before: number | undefined, share: number | undefined): string {
  if (share === undefined) return 'changed';
  const is = formatValue(share, 'ratio');
  return before === undefined ? `→ ${is}` : `${formatValue(before, 'ratio').replace(/ %$/, '')} → ${is}`;
}
