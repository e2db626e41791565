import { z } from 'zod';
import type { BudgetLine } from '#app/answer.ts';
import type { SloWindow as DomainWindow } from '#domain/budget/slo.ts';
import type { Spender as DomainSpender } from '#domain/budget/spenders.ts';
import { isJudged } from '#domain/budget/state.ts';
import { budgetSentence, stateWord } from '#domain/budget/words.ts';
import { present } from '#domain/optional.ts';
import { Window, windowOf } from './readings.ts';
import { finite, Seconds, Share, secondsOf, Time, timeOf, Untrusted } from './values.ts';

/** What a budget is counted over. */
export const SloWindow = z.object({
  kind: z.enum(['rolling', 'calendar']),
  seconds: Seconds.optional().describe('Of a rolling one.'),
  unit: z.enum(['day', 'week', 'month', 'quarter', 'year']).optional().describe('Of a calendar one.'),
  count: z.int().min(1).optional().describe('How many of that unit.'),
});
export type SloWindow = z.infer<typeof SloWindow>;

/** What spent a budget. */
export const Spender = z.object({
  kind: z.enum(['incident', 'deploy', 'background']),
  id: z.string().optional().describe('Of the incident or deploy.'),
  name: Untrusted,
  share: z.number().describe('Of all that was used, 0 to 1.'),
  seconds: z.number().describe('The same as seconds of total failure.'),
  at: Time.optional(),
});
export type Spender = z.infer<typeof Spender>;

/** Where the error budget of one objective stands. */
export const Budget = z.object({
  service: z.string(),
  slo: z.string(),
  description: z.string().optional(),
  objective: Share.describe('The target, such as 0.999.'),
  window: SloWindow,
  colour: z
    .enum(['red', 'yellow', 'green', 'grey'])
    .describe('red: spent or burning fast; yellow: at risk; grey: too quiet to be judged, or no data.'),
  word: z.string().describe('What state that is, in a word or two.'),
  words: z.string().describe('Where it stands, in a sentence with figures.'),
  burn: z.enum(['none', 'ticket', 'page']).describe('Whether it burns so fast that somebody should look.'),
  used: Seconds.optional().describe(
    'As seconds of total failure; like the figures beside it absent where too little was seen to judge.',
  ),
  allowed: Seconds.optional().describe('In the same seconds.'),
  remaining: z.number().optional().describe('In the same seconds; below 0 when overspent.'),
  share: z.number().optional().describe('`used` of `allowed`; above 1 when overspent.'),
  bad: z.number().optional().describe('What was counted as bad, in `unit`.'),
  total: z.number().optional().describe('Of all that was counted, in `unit`.'),
  unit: z.enum(['requests', 'seconds']),
  counted: Window.describe('The window as it now lies.'),
  observed: Share.optional().describe('How much of what has passed of the window was seen.'),
  burnRates: z
    .array(z.object({ over: Seconds, rate: z.number() }))
    .describe('1 spends the whole budget in exactly one window.'),
  exhaustsAt: Time.optional().describe('When it is spent at its present pace; absent where it is not.'),
  exhaustsBy: z
    .object({ rate: z.number(), over: Seconds })
    .optional()
    .describe('The burn rate that this supposes, and over how long it was measured.'),
  policy: z.string().optional().describe('What its owner says is to be done in this state.'),
  countedTo: Time.optional().describe('Up to when it was counted; absent while nothing was.'),
  notes: z.array(z.string()).describe('What is to be said of how it is counted, or why it could not be.'),
});
export type Budget = z.infer<typeof Budget>;

/** Budgets, the one that needs most first. */
export const BudgetList = z.object({
  at: Time,
  budgets: z.array(
    Budget.extend({
      spenders: z.array(Spender).optional().describe('What spent it, most first; for one service alone.'),
    }),
  ),
  without: z.array(z.string()).describe('Services that have no objective.'),
  nextCursor: z.string().optional().describe('Send it as `cursor` for the next page; absent on the last.'),
});
export type BudgetList = z.infer<typeof BudgetList>;

export function sloWindowOf(window: DomainWindow): SloWindow {
  return window.kind === 'rolling'
    ? { kind: 'rolling', seconds: window.length / 1000 }
    : { kind: 'calendar', unit: window.unit, count: window.count };
}

export function budgetOf(line: BudgetLine): Budget {
  const { service, slo, description, objective, window, colour, state, usage } = line;
  const { tally } = usage;
  const judged = isJudged(state);
  const exhaustsAt = timeWithin(state.exhausts?.at);
  const by = state.exhausts;
  return {
    ...{ service, slo, objective, colour, word: stateWord(line), burn: state.burn },
    words: budgetSentence({ ...line, subject: `${service} (${slo})` }),
    ...{ window: sloWindowOf(window), unit: line.isTime ? 'seconds' : 'requests' },
    counted: windowOf(usage.window),
    burnRates: line.rates.flatMap(({ over, rate }) =>
      Number.isFinite(rate) ? [{ over: over / 1000, rate }] : [],
    ),
    ...present({
      ...{ description, policy: line.policy },
      ...(judged ? figuresOf(usage) : {}),
      ...{ bad: finite(tally.bad), total: finite(tally.total) },
      observed: finite(Math.min(1, Math.max(0, usage.observedShare))),
      exhaustsAt,
      exhaustsBy:
        exhaustsAt === undefined || by === undefined || !Number.isFinite(by.rate)
          ? undefined
          : { rate: by.rate, over: by.over / 1000 },
      countedTo: line.countedTo === undefined ? undefined : timeOf(line.countedTo),
    }),
    notes: [...line.notes],
  };
}

function figuresOf({ used, allowed, remaining, share }: BudgetLine['usage']) {
  return {
    ...{ used: secondsOf(used), allowed: secondsOf(allowed) },
    ...{ remaining: secondsOf(remaining), share: finite(share) },
  };
}

export function spenderOf({ kind, name, reference, at, share, used }: DomainSpender): Spender {
  return {
    ...{ kind, name, share, seconds: used / 1000 },
    ...present({ id: reference, at: at === undefined ? undefined : timeOf(at) }),
  };
}

/** A moment that a date can say: what burns hardly at all ends beyond the calendar. */
function timeWithin(at: number | undefined): string | undefined {
  return at === undefined || !(Math.abs(at) < 8.64e15) || at > Date.UTC(9999, 11, 31)
    ? undefined
    : timeOf(at);
}
