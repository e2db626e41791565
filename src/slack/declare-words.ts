import { nearest } from '#app/nearest.ts';
import { lower } from '#app/words/length.ts';
import type { IncidentSeverity } from '#domain/incident/incident.ts';
import { present } from '#domain/optional.ts';
import { severityAt } from './incident-tokens.ts';
import { bare, type Known, serviceNamed, unclear } from './service-words.ts';
import type { Do, Words } from './words.ts';

/** As long as a title may be, in UTF-16 units: a header holds no more. */
export const LONGEST_TITLE = 150;

/**
 * What is declared: how bad it is first or last, then a title, then its services after `on`. Without those, services that the title names are meant. Without a title the
 * form asks.
 */
export function readDeclaration(typed: readonly string[], { services }: Known, act: Do): Words {
  const { severity, words } = withoutSeverity(withoutArticle(typed));
  const on = servicesAtEnd(words, services);
  if ('near' in on)
    return unclear(`I don’t know a service “${on.word}”.`, [
      declaring(severity, `${[...words.slice(0, -1), on.near].join(' ')}`),
      declaring(severity, `${words.slice(0, -2).join(' ')}`),
    ]);
  const title = words.slice(0, on.from).join(' ').trim();
  const named = on.services.length > 0 ? on.services : namedIn(title, services);
  if (title.length > LONGEST_TITLE)
    return unclear(
      `A title has at most ${LONGEST_TITLE} characters, and this one ${title.length}; the rest can be added with \`incident update\`.`,
      [declaring(severity, `${shortened(title)}${named.length === 0 ? '' : ` on ${named.join(', ')}`}`)],
    );
  return act({
    act: 'declare',
    ...present({ title: title === '' ? undefined : title, severity }),
    services: named,
  });
}

/** `declare an incident: …`, `declare a sev2 …`; “A database is down” keeps the article that is its own. */
function withoutArticle(words: readonly string[]): readonly string[] {
  const at = words.findIndex((word) => !['a', 'an', 'new'].includes(lower(word)));
  if (lower(bare(words[at] ?? '')) === 'incident') return words.slice(at + 1);
  return severityAt(words, at) === undefined ? words : words.slice(at);
}

function withoutSeverity(words: readonly string[]): {
  readonly severity: IncidentSeverity | undefined;
  readonly words: readonly string[];
} {
  const first = severityAt(words, 0);
  if (first !== undefined) {
    const rest = words.slice(first.taken);
    // “declare a sev2 incident: …”
    const isTold = lower(bare(rest[0] ?? '')) === 'incident';
    return { severity: first.value, words: isTold ? rest.slice(1) : rest };
  }
  for (const taken of [1, 2]) {
    const last = severityAt(words, words.length - taken);
    if (words.length > taken && last?.taken === taken)
      return { severity: last.value, words: words.slice(0, -taken) };
  }
  return { severity: undefined, words };
}

/** The services after the last `on`, and where that stands; or the one that the only word there may have been. */
function servicesAtEnd(
  words: readonly string[],
  services: readonly string[],
):
  | { readonly services: readonly string[]; readonly from: number }
  | { readonly word: string; readonly near: string } {
  const none = { services: [], from: words.length };
  const on = words.findLastIndex((word) => ON.has(lower(word)));
  if (on < 0) return none;
  const after = words
    .slice(on + 1)
    .flatMap((word) => word.split(','))
    .filter((word) => word !== '' && !AND.has(lower(word)));
  const found = after.flatMap((word) => serviceNamed(word, services) ?? []);
  if (after.length > 0 && found.length === after.length) return { services: [...new Set(found)], from: on };
  const [only] = after;
  if (only === undefined || after.length > 1 || lower(words[on]) !== 'on') return none;
  const near = nearest(bare(lower(only)), services);
  return near === undefined ? none : { word: only, near };
}

const ON = new Set(['on', 'in', 'for', 'of', 'at']);
const AND = new Set(['and', '&', '+', 'the']);

function namedIn(title: string, services: readonly string[]): readonly string[] {
  const words = title.split(/[\s,/()]+/);
  return [...new Set(words.flatMap((word) => serviceNamed(word, services) ?? []))];
}

function declaring(severity: IncidentSeverity | undefined, title: string): string {
  return `incident declare ${severity === undefined ? '' : `${severity} `}${title}`.trim();
}

/** As many whole words of a title as it may have. */
function shortened(title: string): string {
  const kept = title.slice(0, LONGEST_TITLE - 40);
  const end = kept.lastIndexOf(' ');
  return (end > 0 ? kept.slice(0, end) : kept).toWellFormed();
}
