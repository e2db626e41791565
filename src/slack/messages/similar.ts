import type { SimilarIncident } from '#app/incident-answers.ts';
import { beganAt } from '#domain/incident/lasted.ts';
import type { TriggerKind } from '#domain/incident/postmortem.ts';
import type { Likeness } from '#domain/incident/similar.ts';
import type { Instant } from '#domain/time.ts';
import { bare, link, plain } from '../blocks.ts';
import { agoWords, titleOf } from './incident-facts.ts';

/** More than these are not looked at while something fires. */
const SHOWN = 3;
const REASONS = 4;

const AFTER: Readonly<Record<TriggerKind, string>> = {
  deploy: 'after a deploy',
  flag: 'after a flag change',
  configuration: 'after a configuration change',
  traffic: 'at much traffic',
  dependency: 'after a dependency failed',
  infrastructure: 'after trouble with machines or network',
  certificate: 'after a certificate ran out',
  data: 'after odd data',
  person: 'after somebody’s hand',
  unknown: 'after nobody knows what',
};

/** Earlier incidents like this: `*Seen before*: INC-12, 3 weeks ago: same alert, same service, after a deploy · cause: connection pool`. */
export function similarWords(similar: readonly SimilarIncident[], at: Instant): string | undefined {
  const [first, ...others] = similar.slice(0, SHOWN).map((one) => lineOf(one, at));
  if (first === undefined) return undefined;
  return others.length === 0
    ? `*Seen before*: ${first}`
    : ['*Seen before*', ...[first, ...others].map((line) => `• ${line}`)].join('\n');
}

function lineOf({ incident, why, cause, permalink }: SimilarIncident, at: Instant): string {
  const reasons = [...new Set(why.map(likeness))].slice(0, REASONS);
  const what = reasons.length === 0 ? titleOf(incident, 80) : reasons.join(', ');
  const found = cause === undefined || bare(cause) === '' ? '' : ` · cause: ${plain(cause, 160)}`;
  return `${link(permalink, incident.id)}, ${agoWords(at - beganAt(incident))}: ${what}${found}`;
}

function likeness(one: Likeness): string {
  switch (one.kind) {
    case 'alert':
      return 'same alert';
    case 'service':
      return 'same service';
    case 'label':
      return `same ${plain(one.name, 30)} (${plain(one.value, 40)})`;
    case 'trigger': {
      const of = one.subject === undefined || bare(one.subject) === '' ? '' : ` (${plain(one.subject, 40)})`;
      return `${AFTER[one.trigger]}${of}`;
    }
    case 'text':
      return 'much the same words';
  }
}
