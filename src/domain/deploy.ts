import type { Actor, Change, DeployReport } from './event.ts';
import { present } from './optional.ts';
import type { PanelQuery } from './panel.ts';
import type { Problem } from './problem.ts';
import type { Reading } from './reading.ts';
import type { RollbackAsked } from './rollback-way.ts';
import type { Hints, Service } from './service.ts';
import { type Duration, HOUR, type Instant, lengthOf, MINUTE, type Range, SECOND } from './time.ts';
import type { DeployVerdict } from './verdict/deploy-verdict.ts';
import type { Verdict } from './verdict/verdict.ts';

export type DeployStatus = 'started' | 'succeeded' | 'failed';

/** One place that a deploy went to: a region, a wave, or the whole when a sender does not say. */
export type DeployPart = {
  readonly name: string;
  readonly source: string;
  readonly senderId?: string;
  readonly status: DeployStatus;
  readonly startedAt: Instant;
  readonly finishedAt?: Instant;
};

/**
 * The watch over a deploy. `waiting` until the rollout succeeds, `watching` while looks are due, `done` at its end; `superseded` by a
 * newer deploy of the same service, `cancelled` when the rollout failed. It begins anew when a further part is done: the last one gets
 * its whole watch.
 */
export type Watch = {
  readonly state: 'waiting' | 'watching' | 'done' | 'superseded' | 'cancelled';
  readonly baseline: Range;
  /** What is judged: from the end of the warm-up to the end of the watch. */
  readonly window: Range;
  readonly looks: number;
  readonly looksPlanned: number;
  /** How long a look waits for what it looks at. */
  readonly lag?: Duration;
  readonly supersededBy?: string;
  readonly latest?: { readonly at: Instant; readonly before: Reading; readonly after: Reading };
  /** What the latest look judged; of a watch that goes on, so far. */
  readonly verdict?: DeployVerdict;
  /** What was asked for it. */
  readonly queries?: readonly PanelQuery[];
  /** What went wrong in asking, at the latest look. */
  readonly problems?: readonly Problem[];
  /** A report of it stands in the thread, and has to be kept true. */
  readonly isReported?: true;
  /** It began anew since another part was done; what had been found before stands until more is known. */
  readonly isAgain?: true;
};

/** One deploy of one version of one service, with its parts. */
export type Deploy = {
  readonly id: string;
  /** The configured service, absent when none fits. */
  readonly service?: string;
  readonly hints: Hints;
  readonly version: string;
  readonly artifact?: string;
  readonly previousVersion?: string;
  /** Whether an earlier version was put back. */
  readonly rollback?: true;
  /** Nobody announced it (yet): the metrics showed its version. */
  readonly unannounced?: true;
  readonly environment: string;
  readonly status: DeployStatus;
  /** When the rollout began, which may be before the sender's first word. */
  readonly startedAt: Instant;
  readonly finishedAt?: Instant;
  readonly actor?: string;
  readonly url?: string;
  readonly changes: readonly Change[];
  readonly parts: readonly DeployPart[];
  /** Absent for deploys that are recorded only. */
  readonly watch?: Watch;
  /** Who said last whether the verdict was right; `of` is the verdict that it was then, for it may change while the watch goes on. */
  readonly answered?: {
    readonly right: boolean;
    readonly of: Verdict;
    readonly by: Actor;
    readonly at: Instant;
  };
  /** Who said that what was found is expected, and why. */
  readonly expected?: {
    readonly reason: string;
    readonly of: Verdict;
    readonly by: Actor;
    readonly at: Instant;
  };
  /** The rollback that was last asked for by the button. */
  readonly rollbackAsked?: RollbackAsked;
  /** Slack channel of the thread; absent when it has none. */
  readonly channel?: string;
  /** The incident that was declared from it. */
  readonly incident?: string;
};

/** Reports of the same service, version and environment within this time are parts of one deploy. */
export const SAME_DEPLOY_WITHIN = 10 * MINUTE;

/** A deploy that ended longer ago than this when it was first heard of is recorded, not told. */
export const TOLD_WITHIN = 24 * HOUR;

/** How often a watched deploy is looked at, unless its watch is shorter than five such intervals. */
const LOOK_EVERY = MINUTE;

/** A watch has so many looks at least. */
export const FEWEST_LOOKS = 5;

/**
 * Whether a report speaks of this deploy: by the sender's id, else by service, version, environment and closeness in time. A version that
 * comes back after another took its place is a deploy of its own.
 */
export function isSameDeploy(deploy: Deploy, report: DeployReport, service: string | undefined): boolean {
  if (
    report.id !== undefined &&
    deploy.parts.some((part) => part.source === report.source && part.senderId === report.id)
  ) {
    return true;
  }
  const latest = Math.max(deploy.startedAt, ...deploy.parts.map((part) => part.finishedAt ?? part.startedAt));
  return (
    deploy.service === service &&
    // Services that nobody knows are told apart by what their senders call them.
    (service !== undefined || calledIn(deploy.hints) === calledIn(report.hints)) &&
    (deploy.version === report.version ||
      (report.artifact !== undefined && deploy.artifact === report.artifact)) &&
    deploy.environment === report.environment &&
    Math.abs(report.at - latest) <= SAME_DEPLOY_WITHIN &&
    !comesBack(deploy, report)
  );
}

/** Whether deploys there are watched: by the environment's name, or by what kind of environment its sender says it is. */
export function isWatchedIn(
  environments: readonly string[],
  { environment, environmentTier }: Pick<DeployReport, 'environment' | 'environmentTier'>,
): boolean {
  return [environment, environmentTier].some((name) => name !== undefined && environments.includes(name));
}

/** What a deploy becomes by one more report of it, or the new deploy that the report begins (`known` absent). */
export function applyReport(
  known: Deploy | undefined,
  report: DeployReport,
  context: { newId: string; service?: Service; channel?: string; watched: boolean },
): Deploy {
  const parts = mergePart(known?.parts ?? [], report, beginningOf(report, known));
  const startedAt = Math.min(known?.startedAt ?? Number.POSITIVE_INFINITY, beginningOf(report, known));
  const status = statusOf(parts);
  const ends = parts.flatMap(({ finishedAt }) => (finishedAt === undefined ? [] : [finishedAt]));
  const base: Deploy = known ?? {
    id: context.newId,
    hints: report.hints,
    version: report.version,
    environment: report.environment,
    status,
    startedAt,
    changes: [],
    parts,
    ...present({ unannounced: report.unannounced }),
    ...(context.service === undefined ? {} : { service: context.service.name }),
    ...(context.channel === undefined ? {} : { channel: context.channel }),
  };
  const { finishedAt: _, ...rest } = base;
  const deploy: Deploy = {
    ...rest,
    // A sender may know only at the end what the version is called.
    version: report.status === 'succeeded' ? report.version : base.version,
    ...present({
      artifact: report.artifact ?? base.artifact,
      rollback: report.rollback ?? base.rollback,
      previousVersion: report.previousVersion ?? base.previousVersion,
      actor: report.actor ?? base.actor,
      url: report.url ?? base.url,
    }),
    changes: report.changes.length > 0 ? report.changes : base.changes,
    parts,
    status,
    startedAt,
    ...(status === 'started' || ends.length === 0 ? {} : { finishedAt: Math.max(...ends) }),
  };
  return context.service !== undefined && context.watched
    ? { ...deploy, watch: watchOf(deploy, context.service) }
    : deploy;
}

/** When look `n` is due: when n whole steps, which begin at multiples of their length, are over and can be read. Look 0 (the baseline) is due at once. */
export function lookDue(watch: Watch, look: number): Instant {
  if (look === 0) return watch.window.from;
  const step = stepOf(watch);
  return Math.ceil(watch.window.from / step) * step + step * look + (watch.lag ?? 0);
}

/** The length of the steps in which a watch counts: one for each look. */
export function stepOf({ window, looksPlanned }: Watch): Duration {
  return Math.max(1000, Math.round(lengthOf(window) / looksPlanned));
}

/** Whether something is still expected of the watch. */
export function isOpen(watch: Watch | undefined): boolean {
  return watch?.state === 'waiting' || watch?.state === 'watching';
}

function watchOf(deploy: Deploy, service: Service): Watch {
  const kept = deploy.watch;
  if (kept?.state === 'superseded') return kept;
  if (deploy.status === 'failed') return cancelled(kept ?? begunWatch(deploy, service));
  if (deploy.status === 'started') return kept ?? begunWatch(deploy, service);
  const begun: Watch = { ...begunWatch(deploy, service), state: 'watching' };
  if (kept === undefined || kept.state === 'waiting') return begun;
  // A part that was done later, or what had failed and was tried again: it gets its whole watch.
  const isLater = deploy.parts.length > 1 && begun.window.from > kept.window.from;
  if (kept.state !== 'cancelled' && !isLater) return kept;
  const { latest, verdict, queries, isReported } = kept;
  return { ...begun, ...present({ latest, verdict, queries, isReported }), isAgain: true };
}

function begunWatch({ startedAt, finishedAt }: Deploy, { watch }: Service): Watch {
  const { before, after, warmUp, lag } = watch;
  const from = (finishedAt ?? startedAt) + warmUp;
  const { step, planned } = stepsOf(after, lag);
  return {
    state: 'waiting',
    baseline: { from: startedAt - before, to: startedAt },
    window: { from, to: from + step * planned },
    looks: 0,
    lag,
    looksPlanned: planned,
  };
}

/** The steps of a watch: a look each, whole scrapes long, and five at least. */
export function stepsOf(
  after: Duration,
  scrape: Duration,
): { readonly step: Duration; readonly planned: number } {
  const unit = Math.max(SECOND, scrape);
  const wanted = after / Math.max(FEWEST_LOOKS, Math.round(after / LOOK_EVERY));
  const longer = Math.ceil(wanted / unit) * unit;
  const step = after / longer >= FEWEST_LOOKS ? longer : Math.max(unit, Math.floor(wanted / unit) * unit);
  return { step, planned: Math.max(FEWEST_LOOKS, Math.round(after / step)) };
}

/** Of a rollout that failed nothing is said but what was certainly worse: what runs now need not be what was judged. */
function cancelled({ verdict, ...watch }: Watch): Watch {
  return { ...watch, state: 'cancelled', ...(verdict?.verdict === 'degraded' ? { verdict } : {}) };
}

/** What a sender calls a service that nobody knows. */
export function calledIn({ service, application, repository, path }: Hints): string | undefined {
  return service ?? application ?? repository ?? path;
}

function comesBack({ parts, watch, rollback }: Deploy, report: DeployReport): boolean {
  const replaced = watch?.state === 'superseded' || (report.rollback === true && rollback !== true);
  const part = parts.find((one) => isPartOf(one, report));
  return replaced && part !== undefined && part.status !== 'started';
}

function isPartOf(part: DeployPart, report: DeployReport): boolean {
  return part.name === (report.part ?? 'all') && part.source === report.source;
}

/** When the rollout began by this report; a guess is none where the beginning was told. */
function beginningOf(report: DeployReport, known: Deploy | undefined): Instant {
  const isTold = report.isStartGuessed === true && known?.parts.some((part) => isPartOf(part, report));
  return isTold === true ? report.at : (report.startedAt ?? report.at);
}

function mergePart(
  parts: readonly DeployPart[],
  report: DeployReport,
  began: Instant,
): readonly DeployPart[] {
  const known = parts.find((part) => isPartOf(part, report));
  const over = report.status !== 'started';
  const isRetried = known?.status === 'failed' && report.status === 'succeeded';
  const isOver = known?.finishedAt !== undefined && !isRetried;
  const part: DeployPart = {
    name: report.part ?? 'all',
    source: report.source,
    ...present({ senderId: report.id ?? known?.senderId }),
    status: known !== undefined && isTooLate(known, report) ? known.status : report.status,
    startedAt: Math.min(known?.startedAt ?? Number.POSITIVE_INFINITY, began),
    ...present({ finishedAt: over && !isOver ? report.at : known?.finishedAt }),
  };
  return [...parts.filter((other) => other !== known), part];
}

/** What is over stays over: a sender may deliver "started" after "succeeded", or call what has run for hours a failure. */
function isTooLate({ status, finishedAt }: DeployPart, report: DeployReport): boolean {
  if (status === 'started') return false;
  if (report.status === 'started') return true;
  const since = report.at - (finishedAt ?? report.at);
  return status === 'succeeded' && report.status === 'failed' && since > SAME_DEPLOY_WITHIN;
}

function statusOf(parts: readonly DeployPart[]): DeployStatus {
  if (parts.some(({ status }) => status === 'failed')) return 'failed';
  return parts.some(({ status }) => status === 'started') ? 'started' : 'succeeded';
}
