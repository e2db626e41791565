import { hasFreeName, isUntrusted, type JsonSchema, placesOf, type Shape } from './shape.ts';

/** Between these stands a text from outside in what a model reads. */
const [OPEN, CLOSE] = ['⟦', '⟧'];

/** What is not seen but read: Unicode’s tags, marks of direction, joiners of nothing. Models have been led by them. */
const UNSEEN = /[\u{E0000}-\u{E007F}\u202A-\u202E\u2066-\u2069\u200B\u2060\uFEFF]/gu;

/** A text without anything that looks like our mark, or that is not seen. */
export function unmarked(text: string): string {
  return text.replaceAll(OPEN, '[').replaceAll(CLOSE, ']').replaceAll(UNSEEN, '');
}

/** A text from outside as a model reads it. Its end cannot be forged: no text that is marked holds a bracket of the mark. */
export function marked(text: string): string {
  return `${OPEN}${unmarked(text)}${CLOSE}`;
}

/** Takes marks out of what a model sent back with them, at any depth. */
export function withoutMarks(sent: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(sent), (_, value: unknown) =>
    typeof value === 'string' ? value.replaceAll(OPEN, '').replaceAll(CLOSE, '') : value,
  );
}

/**
 * An answer as a model reads it, with every text marked that came from outside, and the places of those texts: JSON pointers in which `*` stands for every item of a list
 * and for every name that is not ours.
 */
export function markedAnswer(
  answer: unknown,
  schema: JsonSchema,
): { readonly marked: unknown; readonly places: readonly string[] } {
  const found = new Set<string>();
  const places = placesOf(schema);
  const mark = (value: unknown, shape: Shape, path: string): unknown => {
    if (typeof value === 'string') {
      if (!isUntrusted(shape)) return unmarked(value);
      found.add(path);
      return marked(value);
    }
    if (Array.isArray(value))
      return value.map((item: unknown, index) => mark(item, places.item(shape, index), `${path}/*`));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, member]: [string, unknown]) => {
        const inner = places.member(shape, name);
        const isFree = hasFreeName(shape, name);
        const at = `${path}/${isFree ? '*' : name}`;
        const isFromOutside = isFree && isUntrusted(inner);
        if (isFromOutside) found.add(at);
        return [isFromOutside ? marked(name) : unmarked(name), mark(member, inner, at)];
      }),
    );
  };
  return { marked: mark(answer, places.root, ''), places: [...found] };
}
