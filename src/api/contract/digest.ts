import { z } from 'zod';
import type { DigestAnswer, DigestEntry, DigestLine } from '#app/digest-answers.ts';
import { type DigestState, needsHelp, servicesIn } from '#domain/digest/fleet.ts';
import type { SpentIn } from '#domain/digest/spent.ts';
import { planResultWords } from '#domain/digest/words.ts';
import { present } from '#domain/optional.ts';
import { Budget, budgetOf, Spender, spenderOf } from './budgets.ts';
import { Coverage, coverageOf } from './coverage.ts';
import { Who, whoOf } from './people.ts';
import { ActionItem } from './postmortem.ts';
import { actionItemOf } from './postmortem-of.ts';
import { Window, windowOf } from './readings.ts';
import { IncidentLine, incidentLineOf } from './status.ts';
import { finite, Seconds, Share, Time, timeOf, Untrusted } from './values.ts';

/** What a stretch spent of a budget. */
const Spent = z.object({
  share: z.number().describe('Of all that the window allows; 1 is all of it.'),
  seconds: z.number().describe('The same as seconds of total failure.'),
});

const Plan = z.object({
  text: Untrusted.describe('What the team means to do.'),
  by: Who,
  at: Time,
  result: z
    .string()
    .describe('What came after it: how much is spent a day since then against the week before it.'),
});

/** A budget as a digest tells it. */
const DigestBudget = Budget.extend({
  owner: z.string().optional(),
  needsHelp: z.boolean().describe('It is red or yellow.'),
  week: Spent.optional().describe('What the week spent; absent where nothing was counted.'),
  weekBefore: Spent.optional(),
  trend: z
    .enum(['more', 'less', 'same'])
    .optional()
    .describe('Whether the week spent more than the one before.'),
  traffic: Share.optional().describe('Of all requests that the SLOs counted in the week.'),
  spenders: z
    .array(Spender)
    .optional()
    .describe('What spent it, most first; of those that need help or have a plan.'),
  plan: Plan.optional().describe('The recovery plan of the last four weeks.'),
});

const Count = z.int().min(0);

/** How reliable a week was: the status report of all services, or of one team’s. */
export const Digest = z.object({
  id: z.string().optional().describe('Of one that was sent; absent of one that is told as things are now.'),
  at: Time.describe('When the budgets stood so.'),
  owner: z.string().optional(),
  zone: z.string().describe('The zone by whose calendar the week is told; all times here are UTC.'),
  week: Window.extend({ name: z.string() }),
  words: z.string().describe('Who needs help, in a sentence.'),
  services: Count,
  withSlo: Count.describe('Of these services.'),
  counts: z
    .object({
      ...{ over: Count, burning: Count, atRisk: Count, well: Count, quiet: Count, noData: Count },
    })
    .describe('Services by the worst of their budgets; those without an SLO are in none.'),
  budgets: z.array(DigestBudget).describe('Those that need help, or have a plan, first.'),
  deploys: z.object({
    count: Count.describe('That succeeded where deploys are watched, without rollbacks.'),
    perDay: z.number().min(0),
    failed: Count.describe(
      'Whose verdict stands degraded, that were rolled back, or that an incident or a post-mortem names.',
    ),
    changeFailureRate: Share.optional().describe('Absent where there were none.'),
  }),
  timeToRestore: z
    .object({ median: Seconds, incidents: Count })
    .optional()
    .describe('From the start of the harm to its mitigation, of incidents that were resolved in the week.'),
  verdicts: z.object({
    told: Count,
    degraded: Count,
    answered: Count.describe('By people.'),
    right: Count.describe('Of those answered.'),
  }),
  leastObserved: z
    .array(Coverage)
    .describe('Services that lack something to be observed by, the least observed first.'),
  incidents: z.array(IncidentLine).describe('That went on in the week: open ones first, then the newest.'),
  overdue: Count.describe('Open action items whose day is over.'),
  overdueActions: z.array(ActionItem.extend({ incident: z.string() })).describe('The most overdue ones.'),
  snapshot: z.string().optional().describe('The id of its picture, of one that was sent.'),
  nextCursor: z
    .string()
    .optional()
    .describe('Send it as `cursor` for more budgets; absent on the last page.'),
});
export type Digest = z.infer<typeof Digest>;

/** A digest without its budgets, which come page by page. */
export function digestOf(answer: DigestAnswer): Omit<Digest, 'budgets'> {
  const { at, owner, zone, week, coverage, counts, delivery, verdicts } = answer;
  const { timeToRestore, restored, failureRate } = delivery;
  const { right, answered } = verdicts.precision;
  return {
    ...{
      words: wordsOf(answer),
      at: timeOf(at),
      zone,
      week: { ...windowOf(week.range), name: week.name },
      counts: { ...counts },
    },
    ...{ services: coverage.services, withSlo: coverage.withSlo },
    deploys: {
      ...{ count: delivery.deploys, perDay: delivery.perDay, failed: delivery.failed },
      ...present({ changeFailureRate: failureRate }),
    },
    verdicts: { told: verdicts.told, degraded: verdicts.degraded, answered, right },
    incidents: answer.incidents.map((incident) => incidentLineOf({ incident })),
    leastObserved: answer.lacking.map(coverageOf),
    overdue: answer.overdue,
    overdueActions: answer.actions.map(({ incident, item }) => ({ ...actionItemOf(item), incident })),
    ...present({
      owner,
      timeToRestore:
        timeToRestore === undefined ? undefined : { median: timeToRestore / 1000, incidents: restored },
    }),
  };
}

const STATES: readonly (readonly [DigestState, string])[] = [
  ['over', 'over budget'],
  ['burning', 'burning fast'],
  ['atRisk', 'at risk'],
  ['well', 'well'],
  ['quiet', 'too quiet to judge'],
  ['noData', 'without data'],
];

/** `1 over budget (mailer), 4 well.`: those that need somebody by name. */
function wordsOf({ counts, entries, week }: DigestAnswer): string {
  const named = (state: DigestState) => {
    const names = servicesIn(state, entries);
    const more = names.length > NAMED ? ' …' : '';
    return names.length === 0 ? '' : ` (${names.slice(0, NAMED).join(', ')}${more})`;
  };
  const parts = STATES.flatMap(([state, word]) =>
    counts[state] === 0 ? [] : [`${counts[state]} ${word}${named(state)}`],
  );
  return `${week.name}: ${parts.length === 0 ? 'no service has an SLO' : parts.join(', ')}.`;
}

/** Services that the sentence names of each state. */
const NAMED = 12;

export function digestBudgetOf(line: DigestLine | DigestEntry): Digest['budgets'][number] {
  const { owner, week, before, trend, traffic } = line;
  const more = 'spenders' in line ? line : undefined;
  const plan = more?.plan;
  return {
    ...budgetOf(line),
    needsHelp: needsHelp(line),
    ...present({
      ...{ owner, trend, week: spentOf(week), weekBefore: spentOf(before) },
      traffic: finite(traffic),
      spenders: more?.spenders.map(spenderOf),
      plan:
        plan === undefined
          ? undefined
          : {
              ...{ text: plan.plan.text, by: whoOf(plan.plan.by), at: timeOf(plan.plan.at) },
              result: planResultWords(plan.result),
            },
    }),
  };
}

function spentOf(spent: SpentIn | undefined) {
  return spent === undefined ? undefined : { share: spent.share, seconds: spent.used / 1000 };
}
