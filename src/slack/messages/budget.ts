import type { KnownBlock } from '@slack/types';
import type { BudgetAnswer, BudgetLine, BudgetsAnswer } from '#app/answer.ts';
import type { BudgetMessage } from '#app/message.ts';
import type { Spender } from '#domain/budget/spenders.ts';
import type { Colour } from '#domain/budget/state.ts';
import { windowLabel } from '#domain/budget/window.ts';
import { budgetSentence, budgetShort, eventsWords, percent } from '#domain/budget/words.ts';
import type { Duration, Instant } from '#domain/time.ts';
import { context, plain, type Rendered, rendered, section, table, time } from '../blocks.ts';
import { counted, lengthWords } from './figures.ts';

/** A colour with the word for it: `over budget` and `burning` are both red. */
export const COLOUR: Readonly<Record<Colour, string>> = {
  red: ':red_circle:',
  yellow: ':large_yellow_circle:',
  grey: ':white_circle:',
  green: ':large_green_circle:',
};

/** Why a budget has its colour, in a word. */
export function stateWord({ state }: Pick<BudgetLine, 'state'>): string {
  if (state.data === 'noData') return 'no data';
  if (state.data === 'tooQuiet') return 'too quiet';
  if (state.budget === 'exhausted') return 'spent';
  if (state.burn === 'page') return 'burning fast';
  if (state.budget === 'atRisk') return 'at risk';
  return state.burn === 'ticket' ? 'burning' : 'well';
}

/** The sentence of a budget. */
export function sentenceOf(line: BudgetLine): string {
  return budgetSentence({ ...line, subject: `*${plain(line.service, 80)}* ${plain(line.slo, 80)}` });
}

/** One budget in a line among others: `budget 31 of 43 min used (availability), burning 25×`. */
export function budgetNote(line: BudgetLine): string {
  const pair = line.state.burning;
  const rate = pair === undefined ? undefined : line.rates.find(({ over }) => over >= pair.long)?.rate;
  const burning = rate === undefined ? '' : `, burning ${rateOf(rate)}`;
  return `budget ${budgetShort(line)} (${plain(line.slo, 60)} ${percent(line.objective)})${burning}`;
}

export function budgetsBlocks({ lines, shown, without }: BudgetsAnswer): Rendered {
  if (lines.length === 0) {
    const none =
      'No service has an SLO yet. Add `slos` to bellbuoy.yaml, or name a file of OpenSLO, Sloth or Pyrra there.';
    return rendered('No service has an SLO yet.', [section(none)]);
  }
  const words = new Map<string, { colour: Colour; count: number }>();
  for (const line of lines) {
    const word = stateWord(line);
    words.set(word, { colour: line.colour, count: (words.get(word)?.count ?? 0) + 1 });
  }
  const counts = [...words].map(([word, { colour, count }]) => `${COLOUR[colour]} ${count} ${word}`);
  const title = `*${counted(lines.length, 'budget')}* · ${counts.join(' · ')}`;
  const rows = lines
    .slice(0, shown)
    .map((line) => [
      `${line.service} ${line.slo}`,
      stateWord(line),
      budgetShort(line),
      rateIn(line, 3_600_000),
      rateIn(line, 3 * 86_400_000),
      windowLabel(line.window),
    ]);
  const [worst] = lines;
  const needs = worst !== undefined && worst.colour !== 'green' ? [section(sentenceOf(worst))] : [];
  const rest = lines.length - shown;
  return rendered(title, [
    section(title),
    ...needs,
    table(['service and SLO', 'state', 'budget', '1 h', '3 d', 'window'], rows),
    ...(rest > 0
      ? [context(`and ${rest} more, all ${stateWord(lines[shown] ?? (lines[0] as BudgetLine))}`)]
      : []),
    ...(without.length > 0
      ? [
          context(
            `without an SLO: ${plain(without.slice(0, 12).join(', '), 300)}${without.length > 12 ? ` and ${without.length - 12} more` : ''}`,
          ),
        ]
      : []),
  ]);
}

export function budgetBlocks({ service, at, budgets }: BudgetAnswer): Rendered {
  const [first] = budgets;
  if (first === undefined) {
    const none = `${plain(service, 80)} has no SLO. Add \`slos\` to it in bellbuoy.yaml.`;
    return rendered(none, [section(none)]);
  }
  const blocks = budgets
    .slice(0, 4)
    .flatMap((line): KnownBlock[] => [
      section([`${COLOUR[line.colour]} ${sentenceOf(line)}`, ...policyOf(line)].join('\n')),
      context(factsOf(line, at)),
      ...(line.spenders.length === 0 ? [] : [section(spentBy(line.spenders))]),
    ]);
  const more = budgets.length > 4 ? [context(`and ${budgets.length - 4} more SLOs`)] : [];
  return rendered(`${COLOUR[first.colour]} ${sentenceOf(first)}`, [...blocks, ...more]);
}

/** The root of a budget’s episode, updated in place until the budget is well again. */
export function budgetMessage({ line, before, since, owner, at }: BudgetMessage): Rendered {
  const isOver = line.colour === 'green' || line.colour === 'grey';
  const state = isOver
    ? `well again after ${lengthWords(at - since)}`
    : `${stateWord(line)} since ${time(since)}, ${WAS[before]} before`;
  const title = `${COLOUR[line.colour]} Budget of *${plain(line.service, 80)}* ${plain(line.slo, 60)}: ${state}`;
  const ownerWords = owner === undefined ? [] : [`owner ${plain(owner, 60)}`];
  return rendered(
    `${COLOUR[line.colour]} Budget of ${plain(line.service, 80)} ${plain(line.slo, 60)}: ${stateWord(line)}`,
    [
      section([title, sentenceOf(line), ...policyOf(line)].join('\n')),
      context([factsOf(line, at), ...ownerWords].join(' · ')),
    ],
  );
}

const WAS: Readonly<Record<Colour, string>> = {
  red: 'red',
  yellow: 'at risk',
  grey: 'without data',
  green: 'well',
};

function policyOf({ policy }: BudgetLine): readonly string[] {
  return policy === undefined ? [] : [`*Policy:* ${plain(policy, 400)}`];
}

function factsOf(line: BudgetLine, at: Instant): string {
  const { state, rates, usage, objective, isTime, countedTo } = line;
  const burns = rates.map(({ over, rate }) => `${rateOf(rate)} over ${lookback(over)}`);
  const ends =
    state.exhausts === undefined
      ? []
      : [
          `runs out ${time(state.exhausts.at, '{date_short_pretty} {time}')} at the ${lookback(state.exhausts.over)} rate of ${rateOf(state.exhausts.rate)}`,
        ];
  // Counts are a few minutes old by nature; what is older is said.
  const late =
    countedTo !== undefined && at - countedTo > 900_000
      ? [`counted until ${time(countedTo, '{date_short_pretty} {time}')}`]
      : [];
  return [
    percent(objective),
    ...(burns.length === 0 ? [] : [`burns ${burns.join(', ')}`]),
    ...ends,
    eventsWords(usage, objective, isTime),
    ...late,
  ].join(' · ');
}

function spentBy(spenders: readonly Spender[]): string {
  const lines = spenders.slice(0, 6).map(({ kind, name, at, share, used }) => {
    const when = at === undefined ? '' : `, ${time(at, '{date_short_pretty} {time}')}`;
    const what = kind === 'background' ? 'background' : `${kind} ${plain(name, 80)}${when}`;
    return `• ${what}: ${minutes(used)} (${Math.round(share * 100)} %)`;
  });
  const rest = spenders.slice(6);
  const more =
    rest.length === 0
      ? []
      : [`• ${rest.length} more: ${minutes(rest.reduce((sum, { used }) => sum + used, 0))}`];
  return ['*Spent by*', ...lines, ...more].join('\n');
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

/** A burn rate: `25×`, `2.3×`, `0.4×`. */
export function rateOf(rate: number): string {
  return `${rate >= 9.95 ? Math.round(rate) : rate.toFixed(1)}×`;
}

function lookback(over: Duration): string {
  const hours = over / 3_600_000;
  return hours >= 24 && hours % 24 === 0
    ? `${hours / 24} d`
    : hours >= 1
      ? `${Number(hours.toFixed(1))} h`
      : `${over / 60_000} min`;
}
