import { type Decision, NOTHING, type State } from './decision.ts';
import { isWatchedIn, TOLD_WITHIN } from './deploy.ts';
import type { FlagReport, ResultEvent } from './event.ts';
import {
  continues,
  latestStep,
  looksPlanned,
  type Rollout,
  type RolloutStep,
  type StepWatch,
} from './flag.ts';
import { type Job, PRIORITY } from './job.ts';
import { announce, lastLook, lookKey, nextLook, report, reportKey } from './rollout-jobs.ts';
import { applyChange } from './rollout-step.ts';
import { type Catalog, resolveService, type Service } from './service.ts';
import { DAY, type Duration, type Instant, lengthOf, MINUTE } from './time.ts';

/** Once harm was shown to be absent, a step is looked at for so long still: some of it comes slowly. */
const GO_WATCHED: Duration = DAY;

/** What is not certain after so long will not be. */
export const HOLD_WATCHED: Duration = 7 * DAY;

/** A step of which nothing is compared has a message of its own once it has lasted so long. */
const BRIEF: Duration = MINUTE;

/** Data that are late are waited for so long, where everybody is compared with before. */
const WAITS_FOR_DATA: Duration = 5 * MINUTE;

/** Decides what follows from what a sender says of a flag: each service that has it has a rollout of its own. */
export function onFlagReport(state: State, id: number, event: FlagReport, now: Instant): Decision {
  const { catalog, rollouts = [] } = state;
  const subjects = subjectsOf(catalog, event);
  if (subjects.length === 0) return unknown(rollouts, id, event);
  const isWatched = now - event.at < TOLD_WITHIN && isWatchedIn(catalog.watchedEnvironments, event);
  const parts = subjects.map((service, i) => {
    const known = rollouts.find((rollout) => continues(rollout, event, service.name));
    const channel = service.channel ?? catalog.channels.deploys;
    const rollout = applyChange(known, event, {
      ...{ newId: i === 0 ? `f${id}` : `f${id}-${i + 1}`, service, isWatched },
      ...(channel === undefined ? {} : { channel }),
    });
    return rollout === known ? undefined : { rollout, replaced: replacedBy(rollout, known), now };
  });
  const changed = parts.filter((part) => part !== undefined);
  return {
    ...NOTHING,
    rollouts: changed.map(({ rollout }) => rollout),
    cancel: changed.flatMap(({ rollout, replaced }) =>
      replaced === undefined
        ? []
        : [lookKey(rollout.id, replaced.number), reportKey(rollout.id, replaced.number)],
    ),
    jobs: changed.flatMap(jobsOf),
  };
}

/**
 * A look moves the step on: the next look, and what is to be said when it came to something. One that was under way when a later step came, or is the last that is taken then, still tells of harm.
 */
export function onRolloutLooked(
  { rollouts = [] }: State,
  event: Extract<ResultEvent, { type: 'rolloutLooked' }>,
  now: Instant,
): Decision {
  const rollout = rollouts.find(({ id }) => id === event.rollout);
  const step = rollout?.steps.find(({ number }) => number === event.step);
  const known = step?.watch;
  if (rollout === undefined || step === undefined || known === undefined) return NOTHING;
  if (event.look <= known.looks || known.told === 'stop') return NOTHING;
  const { verdict, queries, problems, look, isLast } = event;
  const { word } = verdict;
  const isReplaced = known.state === 'ended';
  const isOver = look >= looksPlanned(known);
  const tells = word === 'stop' || (isOver && !isReplaced && word !== known.told);
  const isEnded = isReplaced || isLast === true || isSettled(known, word, isOver, now);
  const watch: StepWatch = {
    ...known,
    ...{ looks: look, lookedAt: now, verdict, queries, problems },
    state: isEnded ? 'ended' : 'watching',
    ...(tells ? { told: word } : {}),
  };
  const changed = withStep(rollout, { ...step, watch });
  const urgency = tells ? PRIORITY.verdict : PRIORITY.progress;
  const isShown = rollout.channel !== undefined;
  return {
    ...NOTHING,
    rollouts: [changed],
    jobs: [
      ...(isShown ? [announce(rollout.id, now, urgency)] : []),
      ...(isShown && (tells || isReplaced) ? [report(rollout.id, step.number, now, urgency)] : []),
      ...(isEnded ? [] : [nextLook(rollout.id, step.number, watch, now)]),
    ],
  };
}

/** The services that have the flag; of them the one that the sender speaks of, where it does. One that it names is meant whether or not it has the flag. */
function subjectsOf(catalog: Catalog, { flag, hints }: FlagReport): readonly Service[] {
  const spokenOf = resolveService(catalog, hints);
  // Who names a service that nobody knows does not mean another one.
  if (hints.service !== undefined) return spokenOf === undefined ? [] : [spokenOf];
  const having = catalog.services.filter(({ flags }) => flags.some(({ name }) => name === flag));
  if (spokenOf === undefined) return having;
  return having.length === 0 || having.includes(spokenOf) ? [spokenOf] : having;
}

/** A flag of no service that is known: it is kept, and shown as unmatched the first time. */
function unknown(rollouts: readonly Rollout[], id: number, event: FlagReport): Decision {
  const known = rollouts.find((rollout) => continues(rollout, event, undefined));
  const rollout = applyChange(known, event, { newId: `f${id}`, isWatched: false });
  if (rollout === known) return NOTHING;
  const { flag, hints } = event;
  return {
    ...NOTHING,
    rollouts: [rollout],
    ...(known === undefined ? { unmatched: { what: `flag ${flag}`, hints } } : {}),
  };
}

/** The step in whose place a later one came: what was said of it is said to its end. */
function replacedBy(rollout: Rollout, known: Rollout | undefined): RolloutStep | undefined {
  const was = known === undefined ? undefined : latestStep(known);
  return latestStep(rollout)?.number === was?.number ? undefined : was;
}

/** What follows from a new step: messages where there is a thread, looks in any case; and what is still to be found out and said of the one before it. */
function jobsOf({
  rollout,
  replaced,
  now,
}: {
  readonly rollout: Rollout;
  readonly replaced: RolloutStep | undefined;
  readonly now: Instant;
}): readonly Job[] {
  const { id, channel } = rollout;
  const step = latestStep(rollout);
  if (step === undefined) return [];
  const isNew = step.watch === undefined || step.watch.looks === 0;
  const wasShown = replaced?.watch !== undefined && shownFrom(replaced) <= now;
  const shown: readonly Job[] =
    channel === undefined
      ? []
      : [
          announce(id, now, PRIORITY.progress),
          ...(wasShown ? [report(id, replaced.number, now, PRIORITY.progress)] : []),
          ...(isNew ? [report(id, step.number, Math.max(now, shownFrom(step)), PRIORITY.progress)] : []),
        ];
  return [
    ...shown,
    ...(replaced === undefined ? [] : lastLook(id, replaced, step.at, now)),
    ...(isNew && step.watch?.state === 'watching' ? [nextLook(id, step.number, step.watch, now)] : []),
  ];
}

/** From when on a step has a message of its own: who turns a flag on and off within its warm-up has not made steps that each deserve one. */
function shownFrom({ at, watch }: RolloutStep): Instant {
  return watch?.window.from ?? at + BRIEF;
}

/** Whether nothing more is expected of a step. */
function isSettled(watch: StepWatch, word: 'go' | 'hold' | 'stop', isOver: boolean, now: Instant): boolean {
  if (word === 'stop') return true;
  if (!isOver) return false;
  const since = now - watch.window.to;
  if (watch.baseline !== undefined)
    return word === 'go' || since >= Math.min(WAITS_FOR_DATA, lengthOf(watch.window));
  return since >= (word === 'go' ? GO_WATCHED : HOLD_WATCHED);
}

function withStep(rollout: Rollout, step: RolloutStep): Rollout {
  return { ...rollout, steps: rollout.steps.map((one) => (one.number === step.number ? step : one)) };
}
