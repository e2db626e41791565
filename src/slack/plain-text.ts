/** People whose names stand in a text, by their Slack ids. */
export type Names = ReadonlyMap<string, string>;

/** What Slack puts between angle brackets: a person, a channel, a group or everybody, a date, or a link; and what it calls it. */
const MARK = /<([^<>|\n]*)(?:\|([^<>\n]*))?>/g;
const PERSON = /<@([UW][A-Z0-9]+)(?:\|[^<>\n]*)?>/g;

/**
 * A message as Slack writes it, in plain words: people and channels by name, links as “label (address)”, entities as the characters that they are. Emoji names are
 * left, and so is what people put around words to make them bold: nobody can tell it from their own characters.
 */
export function plainWords(markup: string, names: Names = new Map()): string {
  return markup
    .toWellFormed()
    .replaceAll('\r\n', '\n')
    .replaceAll(MARK, (whole, target: string, label: string | undefined) =>
      wordsOf(whole, target, label, names),
    )
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .trim();
}

/** A text that is plain already but for mentions, with people by name. */
export function named(text: string, names: Names): string {
  return text.replaceAll(PERSON, (whole, id: string) => wordsOf(whole, `@${id}`, labelIn(whole), names));
}

/** The people whom a text mentions, each once; those whom Slack names in it are left out. */
export function mentionedIn(markup: string): readonly string[] {
  return [
    ...new Set([...markup.matchAll(PERSON)].flatMap(([whole, id = '']) => (whole.includes('|') ? [] : [id]))),
  ];
}

/** What Slack calls somebody in a mention. */
function labelIn(mention: string): string | undefined {
  return /\|([^<>]*)>$/.exec(mention)?.[1];
}

function wordsOf(whole: string, target: string, label: string | undefined, names: Names): string {
  const said = label === undefined || label === '' ? undefined : label;
  switch (target.charAt(0)) {
    case '@':
      return `@${(said ?? names.get(target.slice(1)) ?? target.slice(1)).replace(/^@/, '')}`;
    case '#':
      return `#${(said ?? target.slice(1)).replace(/^#/, '')}`;
    case '!':
      return special(target.slice(1), said);
    default:
      return /^(?:https?|mailto|tel|slack|ftp):/.test(target) ? linked(target, said) : whole;
  }
}

/** `<!here>`, `<!subteam^S123|@oncall>`, `<!date^1700000000^{time}|14:03 UTC>`. */
function special(target: string, said: string | undefined): string {
  const [kind = '', id = ''] = target.split('^');
  if (kind === 'date') return said ?? new Date(Number(id) * 1000).toUTCString();
  if (kind === 'subteam') return said ?? `@${id}`;
  return `@${(said ?? kind).replace(/^@/, '')}`;
}

/** A link; one that says nothing but its address, as Slack makes of what looks like one, is that address. */
function linked(target: string, said: string | undefined): string {
  const address = target.replace(/^(?:mailto|tel):/, '');
  return said === undefined || core(said) === core(address) ? address : `${said} (${address})`;
}

function core(address: string): string {
  return address.replace(/^https?:\/\//, '').replace(/\/$/, '');
}
