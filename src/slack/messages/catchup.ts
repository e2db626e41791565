import type { OpenAlert } from '#app/answer.ts';
import type { CatchupAnswer } from '#app/incident-answers.ts';
import { type Incident, isOpen } from '#domain/incident/incident.ts';
import { beganAt } from '#domain/incident/lasted.ts';
import type { EntryKind } from '#domain/incident/timeline.ts';
import { lengthWords } from '#domain/length-words.ts';
import { bare, link, packed, plain, type Rendered, rendered, time } from '../blocks.ts';
import { readingLine } from './figures.ts';
import { peopleLine } from './incident.ts';
import { button, INCIDENT_ACTION } from './incident-buttons.ts';
import { entryLine } from './incident-entries.ts';
import { costParts, headline, headText, nameOf } from './incident-facts.ts';

/** Whoever joins late reads no more lines than this. */
const LINES = 10;

/** What happened so far: what, since when, who leads, what was done in order, what it costs, how services do now, what still fires. */
export function catchupBlocks(answer: CatchupAnswer): Rendered {
  const { line, at } = answer;
  const { incident, permalink } = line;
  const { summary = '' } = incident;
  const isKnown = bare(summary) !== '';
  const age = isOpen(incident) ? ` (${lengthWords(at - beganAt(incident))})` : '';
  const way = permalink === undefined ? '' : ` · ${link(permalink, 'thread')}`;
  const head = [
    `${headline(incident, nameOf(line))}${age}`,
    `${peopleLine(incident, [])}${way}`,
    ...(isKnown ? [`*Known*: ${plain(summary, 300)}`] : []),
  ];
  const costs = costParts(incident);
  const tail = [
    ...(costs.length === 0 ? [] : [`*Cost${isOpen(incident) ? ' so far' : ''}*: ${costs.join(' · ')}`]),
    ...nowLines(answer),
  ];
  const done = doneLines(answer, LINES - head.length - tail.length);
  return rendered(headText(incident), [
    ...packed([...head, ...done, ...tail]),
    { type: 'actions', elements: [button('Timeline', INCIDENT_ACTION.timeline, incident.id)] },
  ]);
}

/** What tells most where not all fits; a higher figure first, then what came later. */
const WEIGHT: Readonly<Partial<Record<EntryKind, number>>> = {
  ...{ status: 3, note: 2, deploy: 2, flag: 2, severity: 2 },
  ...{ declared: 1, alert: 1, postmortem: 1 },
};

/** The entries in order, as many as there is room for: how it began, and what tells most of the rest. */
function doneLines({ entries, omitted, line }: CatchupAnswer, room: number): readonly string[] {
  const near = beganAt(line.incident);
  const [first, ...rest] = entries;
  if (first === undefined) return ['Nothing is in its timeline yet.'];
  const kept = new Set(
    rest
      .map((entry, i) => ({ entry, i, weight: WEIGHT[entry.kind] ?? 0 }))
      .toSorted((a, b) => b.weight - a.weight || b.i - a.i)
      .slice(0, Math.max(0, room - 1))
      .map(({ entry }) => entry),
  );
  const shown = [first, ...rest.filter((entry) => kept.has(entry))];
  const left = omitted + entries.length - shown.length;
  return shown.map((entry, i) => {
    const more = i === shown.length - 1 && left > 0 ? ` _(${left} more in the timeline)_` : '';
    return `• ${entryLine(entry, near, 140)}${more}`;
  });
}

/** How its services do now, and which of its alerts still fire, in a line. */
function nowLines({ now, firing, line }: CatchupAnswer): readonly string[] {
  const shown = now
    .slice(0, 3)
    .map(
      ({ service, reading }) =>
        `${plain(service, 40)} ${readingLine(reading, ['errorRatio', 'p99', 'rate'])}`,
    );
  const more = now.length - shown.length;
  const parts = [
    ...(shown.length === 0 ? [] : [`${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`]),
    ...firingWords(firing, line.incident),
  ];
  return parts.length === 0 ? [] : [`*Now*: ${parts.join(' · ')}`];
}

function firingWords(firing: readonly OpenAlert[], { alerts }: Incident): readonly string[] {
  if (firing.length === 0) return alerts.length === 0 ? [] : ['none of its alerts fires any more'];
  const shown = firing.slice(0, 3).map(alertWords);
  const more = firing.length - shown.length;
  return [`*still fires*: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`];
}

function alertWords({ name, severity, since }: OpenAlert): string {
  return `${plain(name, 80) || 'unnamed alert'} (${severity}) since ${time(since)}`;
}
