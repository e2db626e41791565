import type { Colour } from '#domain/budget/state.ts';
import type { Actor } from '#domain/event.ts';
import type { Health } from '#domain/panel.ts';
import { explain, type Problem } from '#domain/problem.ts';
import { factsOf, type Measure } from '#domain/signal.ts';
import type { Instant, Range } from '#domain/time.ts';
import { formatValue } from '#domain/units.ts';
import { type Html, html, NOTHING } from './html.ts';

/** Each state has a shape and a word: colour alone does not reach everybody. */
type State = {
  readonly shape: string;
  readonly word: string;
  readonly tone: 'red' | 'orange' | 'yellow' | 'grey' | 'green';
};

const HEALTH: Readonly<Record<Health, State>> = {
  page: { shape: '●', word: 'page firing', tone: 'red' },
  burning: { shape: '▲', word: 'budget spent or burning', tone: 'orange' },
  degraded: { shape: '▲', word: 'deploy degraded', tone: 'orange' },
  ticket: { shape: '■', word: 'ticket open', tone: 'yellow' },
  atRisk: { shape: '■', word: 'budget at risk', tone: 'yellow' },
  noData: { shape: '○', word: 'no data', tone: 'grey' },
  healthy: { shape: '●', word: 'healthy', tone: 'green' },
};

const SHAPES: Readonly<Record<Colour, string>> = { red: '▲', yellow: '■', grey: '○', green: '●' };

/** A health in its colour, and how many have it where that is said. */
export function healthOf(health: Health, count?: number): Html {
  const { shape, word, tone } = HEALTH[health];
  return html`<span class="state ${tone}"><span aria-hidden="true">${shape}</span> ${count === undefined ? '' : `${count} `}${word}</span>`;
}

export function healthWord(health: Health): string {
  return HEALTH[health].word;
}

/** What state a budget is in, in its colour. */
export function colourOf(colour: Colour, word: string): Html {
  return html`<span class="state ${colour}"><span aria-hidden="true">${SHAPES[colour]}</span> ${word}</span>`;
}

export function figureOf(measure: Measure, value: number | undefined): string {
  return value === undefined ? '–' : formatValue(value, factsOf(measure).unit);
}

/** Writes moments in a zone: `Fri 27 Nov, 09:31`, to be read by programs as ISO 8601 in UTC. */
export function clockIn(zone: string) {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: zone, weekday: 'short', day: 'numeric', month: 'short' },
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  });
  const hour = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  });
  const tagged = (at: Instant, words: string) =>
    html`<time datetime="${new Date(at).toISOString()}">${words}</time>`;
  return {
    at: (at: Instant): Html => tagged(at, format.format(at)),
    words: (at: Instant): string => format.format(at),
    range: ({ from, to }: Range): Html =>
      format.format(from).split(',')[0] === format.format(to).split(',')[0]
        ? html`${tagged(from, format.format(from))}–${tagged(to, hour.format(to))}`
        : html`${tagged(from, format.format(from))} – ${tagged(to, format.format(to))}`,
  };
}

export type PageClock = ReturnType<typeof clockIn>;

/** People by the names that were looked up, machines by their own. */
export function whoIs(actor: Actor, names: ReadonlyMap<string, string> = new Map()): string {
  return actor.kind === 'person' ? (names.get(actor.user) ?? actor.user) : actor.name;
}

/** What could not be asked, and what to do about it. */
export function problemNotes(problems: readonly Problem[]): Html {
  if (problems.length === 0) return NOTHING;
  return html`<ul class="note">${problems.map((problem) => html`<li>${explain(problem)}</li>`)}</ul>`;
}

/** A figure and its unit stay on one line. */
export function tight(words: string): string {
  return words.replaceAll(/(\d) (?=%|min\b|ms\b|s\b|h\b|d\b)/g, '$1\u00a0');
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
