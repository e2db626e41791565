import type { KnownBlock, MrkdwnElement, SectionBlock } from '@slack/types';
import type { Instant } from '#domain/time.ts';

/** What a message is to Slack: text for the notification, and blocks. */
export type Rendered = { readonly text: string; readonly blocks: KnownBlock[] };

/** Slack's limit of a section's text, less room for an ellipsis. */
const SECTION = 2900;
/** All blocks together may hold about 13,200 characters before Slack refuses them. */
const TOTAL = 12_000;
/** chat.update takes no longer text. */
const TEXT = 3900;
const LONGEST_ADDRESS = 3000;
const YEAR_10000 = 253_402_300_800_000;

/** Text from outside for where Slack reads no markup: on one line, well-formed, nothing in it that turns or hides text. */
export function bare(text: string, limit = 300): string {
  const line = text.toWellFormed().replaceAll(DIRECTION, '').replaceAll(BLANK, ' ').trim();
  return cut(line, limit);
}

/** Text from outside as plain text in mrkdwn: it cannot mention, link, format or break out. */
export function plain(text: string, limit = 300): string {
  return escaped(bare(text, limit))
    .replaceAll(/(?<!\w)[*_~]|[*_~](?!\w)|`/g, (mark) => `${ZERO_WIDTH}${mark}${ZERO_WIDTH}`)
    .replaceAll(/@(?=\w)/g, `@${ZERO_WIDTH}`)
    .replaceAll(EMOJI, `:${ZERO_WIDTH}`)
    .replace(/^&gt;/, `${ZERO_WIDTH}&gt;`);
}

/** Text from outside as inline code: shown and copied as it is, without anything invisible in it. */
export function code(text: string, limit = 300): string {
  const inner = escaped(bare(text.replaceAll('`', "'"), limit));
  return `\`${inner === '' ? ' ' : inner}\``;
}

/** Breaks formatting without being seen. */
const ZERO_WIDTH = '\u200b';
/** Marks that would turn the rest of a line around, or letters out of their order. */
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** White space and control characters. */
const BLANK = /[\s\p{Cc}]+/gu;
/** What Slack would show as an emoji, so that a label cannot look like a state; `arn:aws:s3` and `12:30:45` are none. */
const EMOJI = /(?<!\w):(?=[\w+'-]*[a-z][\w+'-]*:)/g;

/** An http(s) address as a button or link may open it, no longer than Slack takes; else `undefined`. */
export function webAddress(url: string | undefined): string | undefined {
  if (url === undefined || url.length > LONGEST_ADDRESS || !URL.canParse(url)) return undefined;
  const { protocol, href } = new URL(url);
  return /^https?:$/.test(protocol) && href.length <= LONGEST_ADDRESS ? href : undefined;
}

/** A link to an http(s) address, or just its words when the address is none. */
export function link(url: string | undefined, words: string): string {
  const address = webAddress(url);
  if (address === undefined) return plain(words);
  const shown = plain(words);
  return `<${address.replaceAll(/[|<>]/g, encodeURIComponent)}|${shown === '' ? 'link' : shown}>`;
}

/** A moment in the reader's own zone; UTC where Slack cannot show it, and in words what no calendar of ours holds. */
export function time(
  at: Instant,
  format: '{time}' | '{time_secs}' | '{date_short_pretty} {time}' = '{time}',
): string {
  if (!(at >= 0 && at < YEAR_10000)) return 'an unknown time';
  return `<!date^${Math.floor(at / 1000)}^${format}|${new Date(at).toISOString().slice(11, 16)} UTC>`;
}

export function section(text: string): SectionBlock {
  return { type: 'section', text: markup(text, SECTION) };
}

/** Lines in as few sections as hold them, none cut in two. */
export function packed(lines: readonly string[]): readonly KnownBlock[] {
  const sections: string[] = [];
  for (const line of lines) {
    const last = sections.at(-1);
    if (last === undefined || last.length + line.length >= SECTION - 100) sections.push(line);
    else sections[sections.length - 1] = `${last}\n${line}`;
  }
  return sections.map(section);
}

export function context(text: string): KnownBlock {
  return { type: 'context', elements: [markup(text, 2000)] };
}

/** A picture that was uploaded; shown only once Slack has it. */
export function image(file: string, alt: string): KnownBlock {
  return {
    type: 'image',
    slack_file: { id: file },
    alt_text: bare(alt, 1990) || 'A picture',
  };
}

/** Rows set in columns with a fixed width font. Cells are cut so that a phone can show them. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): KnownBlock {
  const all = [header, ...rows].map((row) => row.map((cell) => bare(cell.replaceAll('`', "'"), 28)));
  const widths = header.map((_, i) => Math.max(...all.map((row) => [...(row[i] ?? '')].length)));
  const lines = all.map((row) =>
    escaped(
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('  ')
        .trimEnd(),
    ),
  );
  let shown = lines.length;
  while (lines.slice(0, shown).join('\n').length > SECTION - 60) shown -= 1;
  const more = shown < lines.length ? `\n… ${lines.length - shown} more` : '';
  return section(`\`\`\`\n${lines.slice(0, shown).join('\n')}${more}\n\`\`\``);
}

/** Text and blocks within Slack's limits; blocks that no longer fit are left out, saying so. */
export function rendered(text: string, blocks: readonly KnownBlock[]): Rendered {
  const kept: KnownBlock[] = [];
  let size = 0;
  for (const block of blocks.slice(0, 48)) {
    size += JSON.stringify(block).length;
    if (size > TOTAL) {
      kept.push(context('_The rest did not fit into one message._'));
      break;
    }
    kept.push(block);
  }
  return { text: cutMarkup(closed(text), TEXT), blocks: kept };
}

/** The text alone, for when Slack will not take the blocks. */
export function plainly(text: string): Rendered {
  const shown = cutMarkup(closed(text), TEXT);
  return { text: shown, blocks: [section(shown)] };
}

/** A text of at most `limit` UTF-16 units, as Slack counts, with an ellipsis where something is missing. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  let kept = '';
  for (const character of text) {
    if (kept.length + character.length > limit - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

function markup(text: string, limit: number): MrkdwnElement {
  return { type: 'mrkdwn', text: cutMarkup(closed(text), limit) };
}

/** What would open markup and is none of ours, such as the sign before a small figure (`< 0.1 ms`), as Slack writes it. */
function closed(text: string): string {
  return text.replaceAll(/<(?!(?:[!@#]|https?:\/\/)[^<>]*>)/g, '&lt;');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The same for text with markup: a mention, date, link or entity that would be cut in two is left out whole. */
function cutMarkup(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const kept = cut(text, limit).slice(0, -1);
  const open = kept.lastIndexOf('<');
  const whole = open > kept.lastIndexOf('>') ? kept.slice(0, open) : kept.replace(/&[a-z]{0,3}$/, '');
  return `${whole}…`;
}
