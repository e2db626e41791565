import { describe, expect, it } from 'vitest';
import type { BudgetLine } from '#app/answer.ts';
import { budgetsDrawing } from '#app/budget-drawings.ts';
import type { BudgetMessage } from '#app/message.ts';
import { type BudgetState, budgetState, type Colour } from '#domain/budget/state.ts';
import { NO_TALLY, type Tally, usageOf } from '#domain/budget/usage.ts';
import { windowAt } from '#domain/budget/window.ts';
import { DAY, HOUR, MINUTE } from '#domain/time.ts';
import { budgetBlocks, budgetNote, budgetsBlocks } from '#slack/messages/budget.ts';
import { budgetMessage } from '#slack/messages/budget-episode.ts';

const NOW = Date.UTC(2026, 10, 16);
const WINDOW = { kind: 'calendar', unit: 'month', count: 1 } as const;
const MONTH_SO_FAR: Partial<Tally> = { total: 15 * 1440 * 600, observed: 15 * DAY };

/** A budget of 99.9 % in the middle of a month of which so much was counted. */
function line(
  counted: Partial<Tally>,
  rates: readonly (readonly [number, number])[] = [],
  more: Partial<BudgetLine> = {},
): BudgetLine {
  const slo = {
    ...{ objective: 0.999, window: WINDOW, method: { kind: 'occurrences' as const } },
    alerting: { page: true, ticket: true },
  };
  const usage = usageOf(slo, windowAt(WINDOW, NOW, 'UTC'), { ...NO_TALLY, ...counted }, NOW);
  const state: BudgetState = budgetState(slo, usage, new Map(rates), NOW);
  return {
    ...{ service: 'checkout', slo: 'availability', objective: 0.999, window: WINDOW, isTime: false },
    ...{ usage, state, colour: state.colour, notes: [] },
    rates: rates
      .filter(([over]) => [HOUR, 6 * HOUR, 3 * DAY].includes(over))
      .map(([over, rate]) => ({ over, rate })),
    ...more,
  };
}
const WELL = line({ ...MONTH_SO_FAR, bad: 600 });
const SPENT = line({ ...MONTH_SO_FAR, bad: 61 * 600 });
const GONE_DARK = line({});
const BURNING_SLOWLY: readonly (readonly [number, number])[] = [
  [HOUR, 2],
  [2 * HOUR, 4],
  [6 * HOUR, 2.5],
  [DAY, 3.4],
  [3 * DAY, 1.2],
];

/** All text of a message, without what nobody sees. */
function wordsOf({ text, blocks }: ReturnType<typeof budgetMessage>): string {
  const found: string[] = [text];
  JSON.stringify(blocks, (_, value: unknown) => {
    if (typeof value === 'object' && value !== null && 'text' in value && typeof value.text === 'string')
      found.push(value.text);
    return value;
  });
  return found.join('\n').replaceAll('\u200b', '');
}
const answer = (budget: BudgetLine) =>
  wordsOf(
    budgetBlocks({ kind: 'budget', service: 'checkout', at: NOW, budgets: [{ ...budget, spenders: [] }] }),
  );
const list = (lines: readonly BudgetLine[], shown = 25) =>
  wordsOf(budgetsBlocks({ kind: 'budgets', at: NOW, lines, shown, without: [] }));
const episode = (of: BudgetLine, more: Partial<BudgetMessage> = {}) =>
  wordsOf(
    budgetMessage({
      ...{ about: 'budget', at: NOW, line: of, before: 'green' },
      ...{ turned: NOW - 5 * MINUTE, since: NOW - 5 * MINUTE },
      ...more,
    }),
  );

describe('a budget of which only a part was observed', () => {
  const HALF = line({ total: 7.5 * 1440 * 600, observed: 7.5 * DAY, bad: 600 });

  it('says so wherever its figures stand, for they are not those of the whole', () => {
    expect(answer(HALF)).toContain('(7.5 of 15 days observed)');
    expect(budgetNote(HALF)).toContain('(availability 99.9 %, 7.5 of 15 days observed)');
    expect(list([HALF, WELL])).toMatch(/7\.5 of 15 days/);
    const { rows } = budgetsDrawing([HALF, WELL], 's_1', 'UTC');
    expect(rows.map(({ detail }) => detail)).toEqual(['availability, 7.5 of 15 days', 'availability']);
  });

  it('and of the whole nothing is said', () => {
    expect(budgetNote(WELL)).not.toContain('observed');
    expect(list([WELL])).toContain('month');
  });
});

describe('the notes on how an SLO is counted', () => {
  const LOWER =
    'No bucket ends at 0.3 s: requests within 0.25 s are counted as good; the nearest thresholds are 0.25 s and 0.5 s.';

  it('are shown with its budget', () => {
    expect(answer({ ...WELL, notes: [LOWER] })).toContain(LOWER);
    expect(answer({ ...GONE_DARK, notes: ['Prometheus could not be reached.'] })).toContain(
      'Note: Prometheus could not be reached.',
    );
    expect(episode({ ...SPENT, notes: [LOWER] })).toContain(LOWER);
  });

  it('are few, not endless, and text', () => {
    const words = answer({
      ...WELL,
      notes: ['<!channel> *bold*', 'x'.repeat(5000), 'third', 'fourth', 'fifth'],
    });
    expect(words).toContain('&lt;!channel&gt;');
    expect(words).toContain('and 2 more notes');
    expect(words).not.toContain('fourth');
    expect(words.length).toBeLessThan(2500);
  });
});

describe('the colour and the word of a budget', () => {
  it('agree while a colour settles: a red line is recovering, not well', () => {
    const settling: BudgetLine = { ...WELL, colour: 'red' };
    expect(answer(settling)).toMatch(/:red_circle: Recovering · .*has used 1 of its 43/);
    expect(answer(settling)).toContain('the colour follows within 15 min');
    expect(list([settling, WELL])).toContain(
      '*2 budgets* · :red_circle: 1 recovering · :large_green_circle: 1 well',
    );
    expect(budgetNote(settling)).toBe('budget 1 of 43 min used (availability 99.9 %), recovering');
  });

  it('are tallied together: what is red and what is grey is never counted as one', () => {
    const lines = (['red', 'grey'] as const).map((colour): BudgetLine => ({ ...GONE_DARK, colour }));
    expect(list(lines)).toContain(':red_circle: 1 going quiet · :white_circle: 1 no data');
  });

  it('are said of each of those that are not shown', () => {
    const lines = [
      ...Array.from({ length: 30 }, () => SPENT),
      ...Array.from({ length: 30 }, () => line({ ...MONTH_SO_FAR, bad: 9000 }, [[3 * DAY, 3]])),
      ...Array.from({ length: 40 }, () => WELL),
    ];
    expect(list(lines, 50)).toContain('and 50 more: 10 at risk, 40 well');
    expect(list(lines, 60)).toContain('and 40 more, all well');
  });
});

describe('what spent a budget', () => {
  it('adds up to what the sentence says was used, and to 100 %', () => {
    const three = ['v1', 'v2', 'v3'].map((name, i) => ({
      ...{ kind: 'deploy' as const, name, at: NOW - i * DAY, reference: name },
      ...{ share: 1 / 3, used: (23 / 3) * MINUTE },
    }));
    const used = line({ ...MONTH_SO_FAR, bad: 23 * 600 });
    const budgets = [{ ...used, spenders: three }];
    const words = wordsOf(budgetBlocks({ kind: 'budget', service: 'checkout', at: NOW, budgets }));
    expect(words).toContain('has used 23 of its 43 allowed minutes');
    expect(words.match(/\d+ min \(\d+ %\)/g)).toEqual(['8 min (34 %)', '8 min (33 %)', '7 min (33 %)']);
  });
});

describe('the burn rate beside a budget', () => {
  it('is that of the pair that burns: a day’s, for a ticket of one day', () => {
    const ticket = line({ ...MONTH_SO_FAR, bad: 600 }, BURNING_SLOWLY);
    expect(budgetNote(ticket)).toBe('budget 1 of 43 min used (availability 99.9 %), burning 3.4× over 1 d');
    expect(answer(ticket)).toContain('burns 2× over 1 h, 2.5× over 6 h, 3.4× over 1 d, 1.2× over 3 d');
  });
});

describe('the message of an episode', () => {
  it('says what it is now, since when, and what it was before', () => {
    expect(episode(SPENT)).toMatch(/spent since <!date[^>]*>, well before/);
    const worse = episode(SPENT, { before: 'yellow', since: NOW - 3 * HOUR });
    expect(worse).toMatch(/spent since <!date[^>]*23:55 UTC>, yellow before/);
    expect(worse).toMatch(/began <!date[^>]*21:00 UTC>/);
  });

  it('that ends without data is not well again', () => {
    const words = episode(GONE_DARK, { before: 'red', since: NOW - 3 * HOUR });
    expect(words).toMatch(/:white_circle: Budget of \*checkout\* availability: no data any more since/);
    expect(words).not.toContain('well');
    expect(words).not.toContain('red_circle');
    const quiet = episode(line({ bad: 1, total: 300, observed: 15 * DAY }), { before: 'red' });
    expect(quiet).toContain('too quiet to judge since');
    expect(quiet).not.toContain('well');
  });

  it('that ends well says how long it was unwell', () => {
    const words = episode(WELL, { before: 'red', since: NOW - 3 * HOUR, turned: NOW - HOUR });
    expect(words).toMatch(/well again since <!date[^>]*23:00 UTC>, after 2 h/);
  });

  it('of what is no SLO any more says so, and nothing of a state', () => {
    const words = episode(SPENT, { gone: true });
    expect(words).toContain(':white_circle: Budget of checkout availability: no longer an SLO');
    expect(words).not.toMatch(/red_circle|spent|well/);
  });

  it('never contradicts its colour', () => {
    const lines = [WELL, SPENT, GONE_DARK, line({ ...MONTH_SO_FAR, bad: 600 }, BURNING_SLOWLY)];
    for (const of of lines)
      for (const before of ['green', 'yellow', 'red', 'grey'] as const satisfies readonly Colour[]) {
        const words = episode(of, { before });
        const [first = ''] = words.split('\n');
        if (of.colour !== 'green') expect(first).not.toContain('well');
        expect(first).toMatch(
          { green: /large_green/, yellow: /large_yellow/, red: /red_circle/, grey: /white/ }[of.colour],
        );
      }
  });
});
