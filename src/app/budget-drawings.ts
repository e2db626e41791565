import type { Spent } from '#domain/budget/spenders.ts';
import { type Colour, isJudged } from '#domain/budget/state.ts';
import { windowWords } from '#domain/budget/window.ts';
import {
  budgetLeft,
  budgetShort,
  observedPart,
  observedWords,
  percent,
  stateWord,
} from '#domain/budget/words.ts';
import type { Deploy } from '#domain/deploy.ts';
import type { GaugeDrawing, Health, Line, Panel, TimeDrawing } from '#domain/panel.ts';
import type { Sample } from '#domain/series.ts';
import { DAY, HOUR, type Instant, lengthOf } from '#domain/time.ts';
import type { BudgetLine } from './answer.ts';

/** Points that the burn-down has at most. */
const POINTS = 240;

/** Bars that one picture holds. */
const BARS = 12;

const HEALTH: Readonly<Record<Colour, Health>> = {
  red: 'page',
  yellow: 'atRisk',
  grey: 'noData',
  green: 'healthy',
};

/** What is left of a budget over its window: the line so far, the pace of even spending, and where it leads at the burn rate named. */
export function budgetDrawing(
  line: BudgetLine,
  steps: readonly Spent[],
  deploys: readonly Deploy[],
  id: string,
  { now, zone }: { readonly now: Instant; readonly zone: string },
): TimeDrawing {
  const { usage, window } = line;
  const { from, to } = usage.window;
  const range = { from, to: window.kind === 'calendar' ? to : now };
  return {
    chart: 'budget',
    id,
    title: `${line.service} ${line.slo}`,
    facts: [
      ...(isJudged(line.state) ? [stateWord(line)] : []),
      ...[budgetShort(line), `objective ${percent(line.objective)}`, windowWords(window)],
      ...(isJudged(line.state) ? [observedWords(usage) ?? []].flat() : []),
    ],
    zone,
    range,
    // Counts are five minutes apart and, when old, an hour or a day: none of that is a gap.
    step: Math.max(DAY, lengthOf(range)),
    marks: deploys.slice(-8).map(({ version, finishedAt, startedAt }) => ({
      ...{ kind: 'deploy' as const, at: finishedAt ?? startedAt, label: version },
    })),
    panels: [panelOf(line, steps, now)],
  };
}

function panelOf(line: BudgetLine, steps: readonly Spent[], now: Instant): Panel {
  const { usage, state, colour } = line;
  const judged = isJudged(state);
  return {
    ...{ title: 'Budget left, % of what is allowed', unit: 'ratio', health: HEALTH[colour], fromZero: true },
    lines: judged ? linesOf(line, steps, now) : [],
    thresholds: usage.share > 1 ? [{ value: 0, label: 'all spent' }] : [],
    queries: [],
    // A budget of which nothing was counted is not a full one.
    ...(judged ? {} : { problem: budgetShort(line) }),
  };
}

function linesOf(line: BudgetLine, steps: readonly Spent[], now: Instant): readonly Line[] {
  const { usage, window, state } = line;
  const { from, to } = usage.window;
  const left: Line = { name: 'left', role: 'now', samples: burnDown(line, steps, now) };
  if (window.kind !== 'calendar') return [left];
  const straight = (
    name: string,
    role: Line['role'],
    ends: readonly (readonly [Instant, number])[],
  ): Line => ({
    ...{ name, role },
    samples: ends.map(([at, value]) => ({ at, value })),
  });
  const even = straight('even spending', 'yesterday', [
    [from, 1],
    [to, 0],
  ]);
  if (state.exhausts === undefined) return [even, left];
  const projected = straight('at this rate', 'projection', [
    [now, 1 - usage.share],
    [state.exhausts.at, 0],
  ]);
  return [even, left, projected];
}

/** What is left at each moment that was counted, as a share of what is allowed now, so that the line ends where the sentence says. */
function burnDown({ usage, window }: BudgetLine, steps: readonly Spent[], now: Instant): readonly Sample[] {
  const [first] = steps;
  if (first === undefined) return [];
  const whole = steps.reduce((sum, step) => sum + step.spent, 0);
  const scale = whole > 0 ? usage.share / whole : 0;
  const every = Math.max(1, Math.ceil(steps.length / POINTS));
  let spent = 0;
  const samples: Sample[] = [{ at: Math.max(usage.window.from, first.range.from), value: 1 }];
  steps.forEach((step, i) => {
    spent += step.spent;
    if (i % every === every - 1 || i === steps.length - 1)
      samples.push({ at: step.range.to, value: 1 - spent * scale });
  });
  const end = samples.at(-1);
  if (end !== undefined && now - end.at < HOUR && window.kind === 'calendar')
    samples.push({ at: now, value: end.value });
  return samples;
}

/** Budgets left as bars, in the order given. */
export function budgetsDrawing(lines: readonly BudgetLine[], id: string, zone: string): GaugeDrawing {
  const shown = lines.slice(0, BARS);
  return {
    chart: 'gauge',
    id,
    title: 'Error budgets',
    facts: [
      'left of what is allowed',
      ...(lines.length > shown.length ? [`${lines.length - shown.length} more`] : []),
    ],
    zone,
    rows: shown.map((line) => {
      const { service, slo, usage, state, colour } = line;
      const word = stateWord(line);
      const part = isJudged(state) ? observedPart(usage) : undefined;
      const detail = part === undefined ? slo : `${slo}, ${part}`;
      return {
        ...{ name: service, detail, state: colour, words: budgetLeft({ usage, state }) },
        ...(isJudged(state) && word !== 'well' ? { word } : {}),
        ...(isJudged(state) ? { left: 1 - usage.share } : {}),
      };
    }),
  };
}
