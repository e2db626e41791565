/** Words that were collected or typed, as they stand in a line, a heading or a cell of a table: nothing in them is Markdown, HTML or a new line. */
export function plain(text: string): string {
  return (
    text
      .replace(UNSEEN, '')
      .replace(/[\s\u0085]+/g, ' ')
      .trim()
      .replace(/[\\`*[\]<|~$]|&(?=#|\w)|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&')
      // Addresses would be made links of, with the backslashes in them.
      .replace(/(?<=https?|ftp|mailto|xmpp):|(?<=www)\.|(?<=\w)@(?=\w)/gi, '\\$&')
      .replace(/^[-+=>]|^#|#(?=#*$)/g, '\\$&')
      .replace(/^(\d{1,9})([.)])/, '$1\\$2')
  );
}

/** A block of code, whatever stands in it. */
export function codeBlock(text: string, language: string): string {
  const code = text.replace(UNSEEN, '').trimEnd();
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${code}\n${fence}`;
}

/** Words that lead to an address; the words alone where that is none of the web. */
export function link(words: string, url: string | undefined): string {
  const address = url === undefined || !/^https?:\/\/[^\s]+$/i.test(url.trim()) ? undefined : url.trim();
  if (address === undefined) return plain(words);
  const safe = address.toWellFormed().replace(/[<>()[\]\\|`"\p{C}]/gu, escaped);
  return `[${plain(words) || plain(address)}](${safe})`;
}

/** A table of cells that are Markdown already. Its columns are as wide as they need to be for whoever reads it as text. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines
    .map((cells) => `| ${cells.map((cell) => (cell === '' ? ' ' : cell)).join(' | ')} |`)
    .join('\n');
}

/** What no reader sees: control signs, and those that turn the direction of writing. */
export const UNSEEN = /[[\p{Cc}\p{Bidi_Control}\ufeff]--[\t\n\r\u0085]]/gv;

/** Also the signs that `encodeURIComponent` leaves as they are. */
function escaped(sign: string): string {
  return encodeURIComponent(sign).replace(/[()]/, (one) => `%${one.charCodeAt(0).toString(16)}`);
}
