import type { Spent } from '#domain/budget/spenders.ts';
import { isJudged } from '#domain/budget/state.ts';
import { windowWords } from '#domain/budget/window.ts';
import { budgetLeft, budgetShort, percent } from '#domain/budget/words.ts';
import type { Deploy } from '#domain/deploy.ts';
import type { GaugeDrawing, Line, TimeDrawing } from '#domain/panel.ts';
import type { Sample } from '#domain/series.ts';
import { DAY, HOUR, type Instant, lengthOf } from '#domain/time.ts';
import type { BudgetLine } from './answer.ts';

/** Points that the burn-down has at most. */
const POINTS = 240;

/** Bars that one picture holds. */
const BARS = 12;

/** What is left of a budget over its window: the line so far, the pace of even spending, and where it leads at the burn rate named. */
export function budgetDrawing(
  line: BudgetLine,
  steps: readonly Spent[],
  deploys: readonly Deploy[],
  id: string,
  { now, zone }: { readonly now: Instant; readonly zone: string },
): TimeDrawing {
  const { usage, window, state } = line;
  const { from, to } = usage.window;
  const isCalendar = window.kind === 'calendar';
  const samples = burnDown(line, steps, now);
  const left = 1 - usage.share;
  const lines: Line[] = [{ name: 'left', role: 'now', samples }];
  if (isCalendar)
    lines.unshift({
      ...{ name: 'even spending', role: 'yesterday' },
      samples: [
        { at: from, value: 1 },
        { at: to, value: 0 },
      ],
    });
  if (state.exhausts !== undefined && isCalendar)
    lines.push({
      ...{ name: 'at this rate', role: 'projection' },
      samples: [
        { at: now, value: left },
        { at: state.exhausts.at, value: 0 },
      ],
    });
  const range = { from, to: isCalendar ? to : now };
  return {
    chart: 'budget',
    id,
    title: `${line.service} ${line.slo}`,
    facts: [percent(line.objective), windowWords(window), budgetShort(line)],
    zone,
    range,
    // Counts are five minutes apart and, when old, an hour or a day: none of that is a gap.
    step: Math.max(DAY, lengthOf(range)),
    marks: deploys.slice(-8).map(({ version, finishedAt, startedAt }) => ({
      ...{ kind: 'deploy' as const, at: finishedAt ?? startedAt, label: version },
    })),
    panels: [
      {
        title: 'Budget left, % of what is allowed',
        unit: 'ratio',
        // Teal while it is well, red when it is not; the words say it too.
        signal: line.colour === 'green' ? 'saturation' : 'errors',
        fromZero: true,
        lines,
        thresholds: [{ value: 0, label: 'spent' }],
        queries: [],
      },
    ],
  };
}

/** What is left at each moment, as a share of what is allowed now, so that the line ends where the sentence says. */
function burnDown({ usage, window }: BudgetLine, steps: readonly Spent[], now: Instant): readonly Sample[] {
  const whole = steps.reduce((sum, step) => sum + step.spent, 0);
  const scale = whole > 0 ? usage.share / whole : 0;
  const every = Math.max(1, Math.ceil(steps.length / POINTS));
  let spent = 0;
  const samples: Sample[] = [{ at: usage.window.from, value: 1 }];
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
    rows: shown.map(({ service, slo, usage, state, colour }) => ({
      ...{ name: service, detail: slo, state: colour, words: budgetLeft({ usage, state }) },
      ...(isJudged(state) ? { left: 1 - usage.share } : {}),
    })),
  };
}
