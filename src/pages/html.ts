/** HTML that may be sent as it is: what was put into it was escaped, or was HTML itself. */
export type Html = { readonly html: string };

type Value = Html | string | number | undefined | readonly Value[];

/** HTML with values in it: texts are escaped, for contents as for quoted attributes, lists are joined, and what is `undefined` is nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  const [first = '', ...rest] = parts;
  return { html: rest.reduce((made, part, i) => `${made}${written(values[i])}${part}`, first) };
}

/** HTML from a library that escapes what it writes. */
export function trusted(written: string): Html {
  return { html: written };
}

export const NOTHING: Html = { html: '' };

function written(value: Value): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escaped(value);
  return 'html' in value ? value.html : value.map(written).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
};

/** Control characters have no meaning in a page, and marks that turn a line around would let one text pose as another. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\P{Cc}\t\n]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
