/** What stands where a text varies. */
export const WILDCARD = '<*>';

/** The wildcard while a text is worked on: one character that no text holds. */
const HOLE = '\uFFFC';

/** Characters of a text that are read, and most of its template, where a wildcard counts as one. */
const READ = 8000;
const MOST = 400;

/** Values that are looked for in a text, and how long one may be. */
const MOST_VALUES = 50;
const LONGEST_VALUE = 300;

/** A shorter value is too likely a word of the sentence: it counts only where it stands in quotes. */
const TELLING = 3;

/** A token is taken apart at these; longer ones than this are only taken apart. */
const SEPARATOR = /([-._:/@#+~\\&%×*^])/;
const LONGEST_TOKEN = 200;

/** How many digits and characters make a part of a name an id, as no word has them. */
const ID = { digits: 4, length: 8, fewDigits: 2, long: 16 };

/**
 * The constant part of a text that a program wrote: what varies from one time to the next is a wildcard, and several beside each other are one, so that `1h 5m` and `20s` are
 * the same. `values` are known to vary (a pod's name); beside them numbers with their units, percentages, durations, moments, versions, addresses with ports, UUIDs, hashes and
 * the generated parts of names are found by their form. What was masked stays as it is when it is masked again. Linear in the text; never empty but for a text without
 * a word.
 *
 * Source: log template miners begin so, with masking by domain knowledge and a wildcard that is the same for all (He et al., “Drain: An Online Log Parsing Approach with Fixed Depth Tree”, ICWS
 * 2017, section III-B; the masking of Drain3). Their tree of similar lines is left out: with it a template would depend on what came before.
 */
export function templateOf(text: string, values: readonly string[] = []): string {
  const own = telling(values);
  let template = plain(text);
  // Masking may uncover more that varies; each round leaves less, so there is a last one, after which the template stays as it is.
  for (;;) {
    const known = own.reduce(withoutValue, template);
    const masked = known.replace(/[^\s"'`‘’“”«»()[\]{}<>,;|=!?…$€£≈≥≤±→]+/gu, maskedToken);
    const next = cut(masked.replace(/\uFFFC(?:[\s.,:/_+-]{0,2}\uFFFC)+/g, HOLE));
    if (next === template) return template.replaceAll(HOLE, WILDCARD);
    template = next;
  }
}

/** In one line, what is a wildcard already as one; cut so that a text of any length is read in the same time. */
function plain(text: string): string {
  const read = text.slice(0, READ).toWellFormed().replaceAll(HOLE, ' ').replaceAll(WILDCARD, HOLE);
  return read.replace(/\s+/gu, ' ').trim();
}

function cut(template: string): string {
  return template.slice(0, MOST).toWellFormed().trim();
}

/** The values that can be looked for, the longest first: one may be a part of another. */
function telling(values: readonly string[]): readonly string[] {
  const plainly = values
    .filter(({ length }) => length <= LONGEST_VALUE)
    .map(plain)
    .filter((value) => /[\p{L}\p{N}]/u.test(value) && !value.includes(HOLE));
  const sorted = [...new Set(plainly)].toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1));
  return sorted.slice(0, MOST_VALUES);
}

/** A text with a hole wherever the value stands as a word of its own. */
function withoutValue(text: string, value: string): string {
  const kept: string[] = [];
  let from = 0;
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at)) {
    const end = at + value.length;
    const isWhole = standsAlone(text[at - 1], text[end], value.length < TELLING);
    if (isWhole) kept.push(text.slice(from, at));
    if (isWhole) from = end;
    at = isWhole ? end : at + 1;
  }
  return [...kept, text.slice(from)].join(HOLE);
}

function standsAlone(before = ' ', after = ' ', isQuoted: boolean): boolean {
  const beside = isQuoted ? /["'`‘’“”«»()[\]{}]/ : /[^\p{L}\p{N}\p{M}\p{Cs}_-]/u;
  return beside.test(before) && beside.test(after);
}

/** A run of characters between spaces, quotes and brackets; what ends a sentence is not part of it. */
function maskedToken(token: string): string {
  let end = token.length;
  while (end > 0 && '.:'.includes(token[end - 1] ?? '')) end -= 1;
  const core = token.slice(0, end);
  if (core.length <= LONGEST_TOKEN && variesWhole(core)) return HOLE + token.slice(end);
  const parts = core.split(SEPARATOR);
  const masked = parts.map((part) => (varies(part) ? HOLE : part));
  const last = parts.length - 1;
  if (isSuffix(masked[last], masked[last - 1], masked[last - 2])) masked[last] = HOLE;
  return masked.join('') + token.slice(end);
}

const NUMBER = /^[+-]?\d+(?:[.,:_]\d+)*(?:[eE][+-]?\d+)?(?![xX]{2}$)[a-zA-Zµμ%°]{0,6}(?:\/[a-zA-Z]{1,6})?$/;
const DURATION = /^[+-]?(?:\d+(?:\.\d+)?(?:ns|us|µs|μs|ms|[smhdwy]))+$/;
const NO_NUMBER = /^(?:NaN|[+-]?Inf)$/;
const MOMENT = /^\d[\dTZ:.+/-]*$/;
const VERSION = /^v?\d+(?:\.\d+)+(?:[-+][\dA-Za-z.]+)?$/;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const HEX = /^0x[0-9a-f]+$/i;

function variesWhole(token: string): boolean {
  return (
    [NUMBER, DURATION, NO_NUMBER, MOMENT, VERSION, UUID, HEX].some((form) => form.test(token)) ||
    isAddress(token)
  );
}

/** An IPv6 or hardware address; `a:b:c` is none. */
function isAddress(token: string): boolean {
  if (!/^[0-9a-f:.]+$/i.test(token)) return false;
  const colons = token.split(':').length - 1;
  return (colons > 1 && (/\d/.test(token) || token.includes('::'))) || colons > 4;
}

/** Whether a part of a name was counted or generated: `0` of `kafka-0`, `7d9f8b6c5d` of `checkout-7d9f8b6c5d-x2x9z`. `p99` and `5xx` are words. */
function varies(part: string): boolean {
  if (/^\d+(?![xX]{2}$)[a-zA-Zµμ%°]{0,6}$/.test(part)) return true;
  if (/^[0-9a-f]{6,}$/i.test(part)) return /\d/.test(part);
  // Kubernetes names without vowels, so that no word comes of it.
  if (/^[bcdfghjklmnpqrstvwxz2456789]{8,10}$/.test(part)) return true;
  if (!/^[\da-z]+$/i.test(part)) return false;
  const digits = part.replace(/\D/g, '').length;
  const { length } = part;
  return (
    (digits >= ID.digits && length >= ID.length) ||
    (digits >= ID.fewDigits && length >= ID.long && digits < length)
  );
}

/** Whether the end of a name is the five characters that Kubernetes gives each pod. */
function isSuffix(last = '', separator = '', before = ''): boolean {
  if (separator !== '-' || !/^[bcdfghjklmnpqrstvwxz2456789]{5}$/.test(last)) return false;
  return before === HOLE || /\d/.test(last);
}
