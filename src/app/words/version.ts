import { lengthAt, lower, timeOfDay } from './length.ts';
import { signalAt } from './signal.ts';

/** `v1.4.2`, `1.4`, `2026-11-25`, a revision, a build number: something with a figure in it that is neither a length, a time, a range, signals, an address nor a word mistyped. */
export function isVersion(word: string): boolean {
  if (!/^[\w.+/:@-]{1,80}$/.test(word) || !/\d/.test(word) || isOther(word)) return false;
  return (
    /^v\d/i.test(word) || /[.\-_/@]/.test(word) || /^[0-9a-f]{7,40}$/i.test(word) || /^\d{3,}$/.test(word)
  );
}

/** Whether a word reads as something else: `-1h`, `1h-ago`, `14:00-15:00`, `11/24`, `v1..v2`, `p99.9`, `p50/p99`, `http://…`. */
function isOther(word: string): boolean {
  if (/^[0-9a-f]{7,64}$/i.test(word)) return false;
  const parts = lower(word)
    .split(/\.{2,}|[-/+@]/)
    .filter((part) => part !== '');
  const isLengthOrTime = (part: string) =>
    lengthAt([part], 0) !== undefined || timeOfDay(part) !== undefined || /^\d{1,2}$/.test(part);
  return (
    timeOfDay(word) !== undefined ||
    /\.\.|:\/\/|^p\d+(\.\d+)?$/i.test(word) ||
    (parts.length > 0 && parts.every((part) => isLengthOrTime(part) || AROUND.has(part))) ||
    (parts.length > 0 &&
      parts.every((part) => signalAt([part], 0) !== undefined || /^p\d+(\.\d+)?$/.test(part)))
  );
}

const AROUND = new Set(['ago', 'last', 'since', 'to']);
