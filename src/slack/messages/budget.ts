import type { KnownBlock } from '@slack/types';
import type { BudgetAnswer, BudgetLine, BudgetsAnswer } from '#app/answer.ts';
import type { Spender } from '#domain/budget/spenders.ts';
import { spentLines } from '#domain/budget/spent-lines.ts';
import { type Colour, isJudged } from '#domain/budget/state.ts';
import { windowLabel } from '#domain/budget/window.ts';
import {
  budgetSentence,
  budgetShort,
  eventsWords,
  observedPart,
  observedWords,
  percent,
  stateWord,
} from '#domain/budget/words.ts';
import type { Duration, Instant } from '#domain/time.ts';
import { context, plain, type Rendered, rendered, section, table, time } from '../blocks.ts';
import { counted } from './figures.ts';

export const COLOUR: Readonly<Record<Colour, string>> = {
  red: ':red_circle:',
  yellow: ':large_yellow_circle:',
  grey: ':white_circle:',
  green: ':large_green_circle:',
};

/** Budgets of one service that are told in full, and notes of each. */
const TOLD = 4;
const NOTES = 3;

/** A budget’s colour, its word and its sentence: `spent` and `burning fast` are both red. */
export function budgetHeadline(line: BudgetLine): string {
  const sentence = budgetSentence({
    ...line,
    subject: `*${plain(line.service, 80)}* ${plain(line.slo, 80)}`,
  });
  const word = stateWord(line);
  // A grey sentence begins with the word itself.
  const isSaid = line.colour === 'grey' && line.state.colour === 'grey';
  return `${COLOUR[line.colour]} ${isSaid ? '' : `${word.charAt(0).toUpperCase()}${word.slice(1)} · `}${sentence}`;
}

/** One budget in a line among others: `budget 31 of 43 min used (availability 99.9 %), burning 25× over 1 h`. */
export function budgetNote(line: BudgetLine): string {
  const { state, colour } = line;
  const { burning } = state;
  const isAtRisk = colour === state.colour && colour !== 'grey' && state.budget === 'atRisk';
  const word =
    burning !== undefined && colour === state.colour
      ? `burning ${rateOf(burning.rate)} over ${lookback(burning.long)}`
      : isAtRisk || colour !== state.colour
        ? stateWord(line)
        : undefined;
  const seen = isJudged(state) ? observedWords(line.usage) : undefined;
  const of = [`${plain(line.slo, 60)} ${percent(line.objective)}`, ...(seen === undefined ? [] : [seen])];
  return `budget ${budgetShort(line)} (${of.join(', ')})${word === undefined ? '' : `, ${word}`}`;
}

/** The same behind its colour. */
export function budgetRow(line: BudgetLine): string {
  return `${COLOUR[line.colour]} ${budgetNote(line)}`;
}

export function budgetsBlocks({ lines, shown, without }: BudgetsAnswer): Rendered {
  if (lines.length === 0) {
    const none =
      'No service has an SLO yet. Add `slos` to bellbuoy.yaml, or name a file of OpenSLO, Sloth or Pyrra there.';
    return rendered('No service has an SLO yet.', [section(none)]);
  }
  const counts = tallied(lines, (line) => `${COLOUR[line.colour]} `);
  const title = `*${counted(lines.length, 'budget')}* · ${counts.join(' · ')}`;
  const rows = lines.slice(0, shown).map((line) => [
    `${line.service} ${line.slo}`,
    stateWord(line),
    budgetShort(line),
    rateIn(line, 3_600_000),
    rateIn(line, 3 * 86_400_000),
    // Figures of a part are not those of the whole.
    (isJudged(line.state) ? observedPart(line.usage) : undefined) ?? windowLabel(line.window),
  ]);
  const [worst] = lines;
  const needs = worst !== undefined && worst.colour !== 'green' ? [section(budgetHeadline(worst))] : [];
  const rest = lines.slice(shown);
  const words = tallied(rest, () => '');
  const more =
    words.length === 1
      ? `and ${rest.length} more, all ${stateWord(rest[0] as BudgetLine)}`
      : `and ${rest.length} more: ${words.join(', ')}`;
  return rendered(title, [
    section(title),
    ...needs,
    table(['service and SLO', 'state', 'budget', '1 h', '3 d', 'window'], rows),
    ...(rest.length > 0 ? [context(more)] : []),
    ...(without.length > 0
      ? [
          context(
            `without an SLO: ${plain(without.slice(0, 12).join(', '), 300)}${without.length > 12 ? ` and ${without.length - 12} more` : ''}`,
          ),
        ]
      : []),
  ]);
}

/** How many lines have each word, in the order in which they come: `2 spent`, `40 well`. */
function tallied(lines: readonly BudgetLine[], mark: (line: BudgetLine) => string): readonly string[] {
  const alike = Map.groupBy(lines, (line) => `${mark(line)}/${stateWord(line)}`);
  return [...alike.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [`${mark(first)}${others.length + 1} ${stateWord(first)}`],
  );
}

export function budgetBlocks({ service, at, budgets }: BudgetAnswer): Rendered {
  const [first] = budgets;
  if (first === undefined) {
    const none = `${plain(service, 80)} has no SLO. Add \`slos\` to it in bellbuoy.yaml.`;
    return rendered(none, [section(none)]);
  }
  const blocks = budgets
    .slice(0, TOLD)
    .flatMap((line): KnownBlock[] => [
      section([budgetHeadline(line), ...policyOf(line)].join('\n')),
      context([factsOf(line, at).join(' · '), ...notesOf(line)].join('\n')),
      ...(line.spenders.length === 0 ? [] : [section(spentBy(line.spenders, line))]),
    ]);
  const more = budgets.length > TOLD ? [context(`and ${counted(budgets.length - TOLD, 'more SLO')}`)] : [];
  return rendered(budgetHeadline(first), [...blocks, ...more]);
}

/** What its owner says to do now. */
export function policyOf({ policy }: BudgetLine): readonly string[] {
  return policy === undefined ? [] : [`*Policy:* ${plain(policy, 400)}`];
}

/** How it is counted where that is not as written, or why it could not be. */
export function notesOf({ notes }: BudgetLine): readonly string[] {
  const more = notes.length - NOTES;
  return [
    ...notes.slice(0, NOTES).map((note) => `Note: ${plain(note, 400)}`),
    ...(more > 0 ? [`and ${counted(more, 'more note')}`] : []),
  ];
}

/** The figures of a budget, each a fact of its own. */
export function factsOf(line: BudgetLine, at: Instant): readonly string[] {
  const { state, usage, objective, isTime, countedTo } = line;
  const burns = ratesOf(line).map(({ over, rate }) => `${rateOf(rate)} over ${lookback(over)}`);
  const { exhausts } = state;
  const ends =
    exhausts === undefined
      ? []
      : [
          `runs out ${time(exhausts.at, '{date_short_pretty} {time}')} at the rate over ${lookback(exhausts.over)} (${rateOf(exhausts.rate)})`,
        ];
  // Counts are a few minutes old by nature; what is older is said.
  const late =
    countedTo !== undefined && at - countedTo > 900_000
      ? [`counted until ${time(countedTo, '{date_short_pretty} {time}')}`]
      : [];
  const settling = line.colour === state.colour ? [] : ['the colour follows within 15 min'];
  return [
    `objective ${percent(objective)}`,
    ...(burns.length === 0 || !isJudged(state) ? [] : [`burns ${burns.join(', ')}`]),
    ...ends,
    ...(isJudged(state) ? [eventsWords(usage, objective, isTime)] : []),
    ...late,
    ...settling,
  ];
}

/** The rates that are shown, and that of the pair that burns. */
function ratesOf({ rates, state: { burning } }: BudgetLine): BudgetLine['rates'] {
  if (burning === undefined || rates.some(({ over }) => over === burning.long)) return rates;
  return [...rates, { over: burning.long, rate: burning.rate }].toSorted((a, b) => a.over - b.over);
}

function spentBy(spenders: readonly Spender[], { usage }: BudgetLine): string {
  const lines = spentLines(spenders, usage).map(({ kind, name, at, used, percent: share }) => {
    const when = at === undefined ? '' : `, ${time(at, '{date_short_pretty} {time}')}`;
    const what = kind === 'background' || kind === 'more' ? '' : `${kind} `;
    return `• ${what}${plain(name, 80)}${when}: ${used} (${share})`;
  });
  return ['*Spent by*', ...lines].join('\n');
}

/** Minutes of a budget: whole ones, or a decimal where they are few. */
export function minutes(length: Duration): string {
  const value = length / 60_000;
  if (value >= 9.95 || value === 0) return `${Math.round(value)} min`;
  if (value < 0.005) return 'under 0.01 min';
  return `${value.toFixed(value >= 0.095 ? 1 : 2)} min`;
}

function rateIn({ rates }: BudgetLine, over: Duration): string {
  const rate = rates.find((one) => one.over === over)?.rate;
  return rate === undefined ? '–' : rateOf(rate);
}

/** A burn rate: `25×`, `2.3×`, `6×`, `under 0.1×`. */
export function rateOf(rate: number): string {
  if (rate > 0 && rate < 0.05) return 'under 0.1×';
  return `${rate >= 9.95 ? Math.round(rate) : Number(rate.toFixed(1))}×`;
}

function lookback(over: Duration): string {
  const hours = over / 3_600_000;
  return hours >= 24 && hours % 24 === 0
    ? `${hours / 24} d`
    : hours >= 1
      ? `${Number(hours.toFixed(1))} h`
      : `${over / 60_000} min`;
}
