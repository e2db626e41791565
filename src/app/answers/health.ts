import type { AlertEpisode } from '#domain/alert.ts';
import { standsDegraded } from '#domain/answers.ts';
import { budgetShort, stateWord } from '#domain/budget/words.ts';
import type { Deploy } from '#domain/deploy.ts';
import { type Rollout, standingStop } from '#domain/flag.ts';
import type { Health } from '#domain/panel.ts';
import { explain } from '#domain/problem.ts';
import type { Reading } from '#domain/reading.ts';
import { DAY, type Instant } from '#domain/time.ts';
import type { BudgetLine, OpenAlert } from '../answer.ts';
import type { Ports } from '../ports.ts';

/** Worst first. */
export const HEALTH_ORDER: readonly Health[] = [
  'page',
  'burning',
  'degraded',
  'ticket',
  'atRisk',
  'noData',
  'healthy',
];

/** How a service does, and why, in sentences, the worst first; nothing more is to be said of one that is well. */
export type Judged = { readonly health: Health; readonly why: readonly string[] };

type Seen = {
  readonly reading: Reading | undefined;
  readonly alerts: readonly OpenAlert[];
  readonly budgets?: readonly BudgetLine[];
  readonly lastDeploy?: Deploy | undefined;
  readonly rollouts?: readonly Rollout[];
};

/** The worst of: a firing page, a budget that is spent or burns fast, a deploy that was found degraded and is still the last or a flag that was found to do harm and is still on, another firing alert, a budget at risk, no data; else healthy. */
export function healthOf({ reading, alerts, budgets = [], lastDeploy, rollouts = [] }: Seen): Judged {
  const found: readonly (readonly [Health, string])[] = [
    ...alerts.flatMap(({ severity, name }) =>
      severity === 'page' ? [['page', `${name} pages.`] as const] : [],
    ),
    ...budgets.flatMap((line) => (line.colour === 'red' ? [['burning', budgetWhy(line)] as const] : [])),
    ...(lastDeploy !== undefined && standsDegraded(lastDeploy)
      ? [['degraded', `${lastDeploy.version} was found degraded.`] as const]
      : []),
    ...rollouts.flatMap((rollout) =>
      standingStop(rollout) === undefined
        ? []
        : [['degraded', `${rollout.flag} does harm: its rollout was stopped.`] as const],
    ),
    ...alerts.flatMap(({ severity, name }) =>
      severity === 'ticket' ? [['ticket', `${name} is firing.`] as const] : [],
    ),
    ...budgets.flatMap((line) => (line.colour === 'yellow' ? [['atRisk', budgetWhy(line)] as const] : [])),
  ];
  const [worst] = found;
  if (worst !== undefined) return { health: worst[0], why: [...new Set(found.map(([, why]) => why))] };
  if (reading !== undefined && Object.keys(reading.values).length > 0) return { health: 'healthy', why: [] };
  const [problem] = reading?.problems ?? [];
  return { health: 'noData', why: [problem === undefined ? 'Nothing was measured.' : explain(problem)] };
}

function budgetWhy(line: BudgetLine): string {
  return `Its budget (${line.slo}) is ${stateWord(line)}: ${budgetShort(line)}.`;
}

/** A step is looked at for a week at most, so that what was found within a day is of one no older than that. */
const REACH = 8 * DAY;

/** Rollouts by service that were changed, or of which something was found, within a day: anything older is no news of how the service does. */
export async function recentRollouts(
  now: Instant,
  flags: Ports['store']['flags'],
): Promise<(service: string) => readonly Rollout[]> {
  const rollouts = await flags.during({ from: now - REACH, to: now + 1 });
  const isNews = ({ steps }: Rollout) =>
    steps.some(({ at, watch }) => Math.max(at, watch?.lookedAt ?? at) > now - DAY);
  return (service) => rollouts.filter((rollout) => rollout.service === service && isNews(rollout));
}

export function openAlert(episode: AlertEpisode): OpenAlert {
  return {
    episode: episode.id,
    name: episode.name,
    severity: episode.severity,
    since: episode.startedAt,
    acknowledged: episode.acknowledged !== undefined,
  };
}
