import { plain } from '../blocks.ts';

/** So many lines of a text from outside are shown as lines. */
const LINES = 12;

/** Somebody’s own words as a quotation that nothing in them can leave, in at most `room` characters of Slack’s. Its lines stay lines. */
export function quoted(text: string, room: number): string {
  const lines = text
    .split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const shown =
    lines.length <= LINES ? lines : [...lines.slice(0, LINES - 1), lines.slice(LINES - 1).join(' ')];
  return within(room, (left) => {
    let rest = left;
    const kept: string[] = [];
    for (const line of shown) {
      if (rest < 20 && kept.length > 0) {
        kept.push('> …');
        break;
      }
      kept.push(`> ${plain(line, rest)}`);
      rest -= line.length;
    }
    return kept.join('\n');
  });
}

/** What `write` makes of an outside text of so many characters, where escaping lets it grow: written shorter until it fits into `room`. */
export function within(room: number, write: (length: number) => string): string {
  let length = room;
  let written = write(length);
  while (written.length > room + MARKS && length > 8) {
    length = Math.max(8, Math.floor(length * Math.min(0.9, room / written.length)));
    written = write(length);
  }
  return written;
}

/** Marks of ours around a text do not count. */
const MARKS = 30;
