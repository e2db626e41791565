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

/**
 * A long text as people typed it: its Markdown is kept, but it cannot reach beyond its section. Headings come below those of the document, a block of code that
 * nobody closed is closed, and HTML stays text.
 */
export function prose(text: string): string {
  const out: string[] = [];
  let paragraph: string[] = [];
  let fence: { readonly mark: string; readonly indented: boolean } | undefined;
  const flush = () => {
    out.push(...tame(paragraph));
    paragraph = [];
  };
  for (const line of text.replace(UNSEEN, '').split(/\r\n|[\n\r\u2028\u2029]/)) {
    if (fence !== undefined) {
      out.push(fence.indented ? line.replaceAll('<', '&lt;') : line);
      if (closes(line, fence.mark)) fence = undefined;
      continue;
    }
    const [, indent, mark] = /^( {0,3})(`{3,}(?=[^`]*$)|~{3,})/.exec(line) ?? [];
    if (mark !== undefined) {
      flush();
      out.push(line);
      fence = { mark, indented: indent !== '' };
    } else if (line.trim() === '') {
      flush();
      out.push('');
    } else paragraph.push(line);
  }
  flush();
  if (fence !== undefined) out.push(fence.mark);
  return out
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd();
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
const UNSEEN = /[[\p{Cc}\p{Bidi_Control}\ufeff]--[\t\n\r\u0085]]/gv;

function closes(line: string, mark: string): boolean {
  const [, found = ''] = /^ {0,3}(`+|~+)[ \t]*$/.exec(line) ?? [];
  return found.startsWith(mark);
}

/** Lines that stand together, without what would become a heading above their place, or HTML. */
function tame(lines: readonly string[]): readonly string[] {
  const spans = lines.map(spansOf);
  // A backtick that is alone in its line may pair with one of another: then no place is surely code.
  const isSure = spans.every((parts) => parts.every(({ kind }) => kind !== 'stray'));
  return lines.flatMap((line, index) => {
    const text = (spans[index] ?? [])
      .map(({ kind, text }) => (kind === 'code' && isSure ? text : text.replace(HTML, '&lt;')))
      .join('');
    // Under a paragraph these would make a heading of it.
    const [, before] = /^([ \t>]*)(?:=+|-+)[ \t]*$/.exec(line) ?? [];
    if (before !== undefined) return [before.trimEnd(), text, before.trimEnd()];
    return [
      text.replace(
        /^((?:[ \t]|[-+*>]|\d+[.)])*)(#{1,6})(?=[ \t]|$)/,
        (_, before, signs) => `${before}${deeper(signs)}`,
      ),
    ];
  });
}

/** What opens HTML; an address in angle brackets is Markdown. */
const HTML = /<(?=[A-Za-z/!?])(?!(?:https?:\/\/|mailto:)[^\s<>]*>)/g;

type Part = { readonly kind: 'text' | 'code' | 'stray'; readonly text: string };

function spansOf(line: string): readonly Part[] {
  const parts = line.matchAll(/\\.|(?<!`)(`+)(?!`)(?:.*?[^`])\1(?!`)|`+|[^\\`]+|\\/g);
  return [...parts].map(([text, run]) => {
    if (run !== undefined) return { kind: 'code', text };
    return { kind: text.startsWith('`') ? 'stray' : 'text', text };
  });
}

/** Sections of the document have two signs, parts of them three. */
function deeper(signs: string): string {
  return '#'.repeat(Math.min(6, signs.length + 3));
}

/** Also the signs that `encodeURIComponent` leaves as they are. */
function escaped(sign: string): string {
  return encodeURIComponent(sign).replace(/[()]/, (one) => `%${one.charCodeAt(0).toString(16)}`);
}
