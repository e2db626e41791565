import type { Duration } from './time.ts';

/** A length (ms) for reading, in whole units: `20 s`, `4 min`, `2 h 5 min`, `3 d`. Clocks that disagree can make it negative: then it is none. */
export function lengthWords(length: Duration): string {
  const seconds = Math.max(0, Math.round(length / 1000));
  if (seconds < 90 && seconds !== 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} d`;
}
