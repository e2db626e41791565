import { closest, distance } from 'fastest-levenshtein';
import { lower } from '#app/words/length.ts';
import { present } from '#domain/optional.ts';
import { incidentAt, split } from './incident-tokens.ts';
import { telling } from './sentence-words.ts';
import { bare, type Known, serviceNamed, unclear, withService } from './service-words.ts';
import type { Made, Words } from './words.ts';

/** What follows `postmortem`: an incident opens the form; `list`, `show` and `export` say what else. */
export function readPostmortem(raw: string, known: Known, { done, act }: Made): Words {
  const typed = split(raw);
  const verb = typed.map((word) => lower(bare(word))).find((word) => VERBS.has(word));
  const words = telling(typed, known.services).filter((word) => !PASSED.has(lower(word)));
  const at = words.findIndex((_, i) => incidentAt(words, i, true) !== undefined);
  const found = incidentAt(words, at, true);
  const incident = found?.value;
  const others = found === undefined ? words : [...words.slice(0, at), ...words.slice(at + found.taken)];
  const left = others.filter((word) => lower(word) !== verb);
  if (verb === 'export') {
    const format = FORMATS.get(lower(left[0] ?? 'markdown'));
    if (format !== undefined && left.length < 2)
      return act({ act: 'export', ...present({ incident }), format });
    return stopped(left, [`postmortem export ${incident ?? ''}`, `postmortem export ${incident ?? ''} json`]);
  }
  if (verb === 'show')
    return left.length === 0
      ? done({ ask: 'postmortem', ...present({ incident }) })
      : stopped(left, [`postmortem show ${incident ?? ''}`]);
  const [name, more] = left;
  if (incident !== undefined)
    return name === undefined
      ? act({ act: 'postmortem', incident })
      : (near(name, incident) ?? stopped(left, [`postmortem ${incident}`, `postmortem show ${incident}`]));
  if (name === undefined) return verb === 'list' ? done({ ask: 'postmortems' }) : act({ act: 'postmortem' });
  const service = serviceNamed(name, known.services);
  if (more !== undefined && service !== undefined) return stopped([more], [`postmortem list ${service}`]);
  if (verb === 'list' || service !== undefined)
    return withService(name, known.services, 'postmortem list', (one) =>
      done({ ask: 'postmortems', service: one }),
    );
  return near(name, '') ?? stopped(left, ['postmortem list', 'postmortem INC-1']);
}

const VERBS = new Set(['list', 'show', 'export']);
const PASSED = new Set([
  ...['edit', 'open', 'write', 'form', 'of', 'all', 'recent', 'incident', 'as', 'to', 'file'],
  ...['postmortem', 'postmortems'],
]);
const FORMATS: ReadonlyMap<string, 'markdown' | 'json'> = new Map([
  ['markdown', 'markdown'],
  ['md', 'markdown'],
  ['json', 'json'],
]);

/** What was meant by a word that is nearly one of ours. */
function near(word: string, incident: string): Words | undefined {
  const verb = closest(lower(bare(word)), [...VERBS]);
  return distance(lower(bare(word)), verb) <= 2
    ? unclear(`I don’t know what “${word}” is to do with a post-mortem.`, [
        `postmortem ${verb} ${verb === 'list' ? '' : incident}`.trim(),
      ])
    : undefined;
}

function stopped([word = '']: readonly string[], suggestions: readonly string[]): Words {
  return unclear(
    `I stopped understanding at “${word}”.`,
    suggestions.map((one) => one.trim()),
  );
}
