import { showWaysBack } from './decide-rollback.ts';
import { type Decision, NOTHING, type State, subjectOf } from './decision.ts';
import {
  applyReport,
  type Deploy,
  isOpen,
  isSameDeploy,
  isWatchedIn,
  lookDue,
  stepOf,
  TOLD_WITHIN,
  type Watch,
} from './deploy.ts';
import type { DeployReport, ResultEvent } from './event.ts';
import { type Job, job, PRIORITY, type Priority } from './job.ts';
import { announces, asAnnounced } from './late-announcement.ts';
import { present } from './optional.ts';
import { isRollback } from './rollback.ts';
import type { Catalog } from './service.ts';
import { type Instant, lengthOf, MINUTE, SECOND } from './time.ts';
import { isOvertaken } from './unannounced.ts';
import type { DeployVerdict } from './verdict/deploy-verdict.ts';

/** A source that is away is waited for so many lengths of the watch after its end; then it is judged by what there is. */
const WAITS_FOR_SOURCE = 2;

/** Data that are late are waited for so long at most: they may as well not come at all. */
const WAITS_FOR_DATA = 5 * MINUTE;

/** How often meanwhile. */
const LOOKS_AGAIN = 30 * SECOND;

/** Decides what follows from what a sender says of a deploy. */
export function onReport(state: State, id: number, event: DeployReport, now: Instant): Decision {
  const { service, hints } = subjectOf(state.catalog, event);
  if (event.unannounced === true && isOvertaken(event, state.deploys)) return NOTHING;
  const fresh = now - event.at < TOLD_WITHIN;
  const watched = fresh && isWatchedIn(state.catalog.watchedEnvironments, event);
  const known = knownOf(event, state.deploys, { service: service?.name, watched });
  const channel = service?.channel ?? state.catalog.channels.deploys;
  const applied = applyReport(known, event, {
    newId: `d${id}`,
    watched,
    ...(service === undefined ? {} : { service }),
    ...(watched && service !== undefined && channel !== undefined ? { channel } : {}),
  });
  const deploy = inOrder(asRollback(applied, known, state.deploys), known, state.deploys);
  const older = service === undefined ? [] : supersededBy(deploy, state.deploys);
  return {
    episodes: [],
    deploys: [deploy, ...older],
    cancel: [...(stops(known, deploy) ? [deploy] : []), ...older].map(({ id: ended }) => `look:${ended}:`),
    ...(service === undefined && known === undefined
      ? { unmatched: { what: `deploy ${event.version}`, hints } }
      : {}),
    jobs: [
      ...(deploy.channel === undefined ? [] : [announceDeploy(deploy.id, now, PRIORITY.progress)]),
      ...(stops(known, deploy) && isToldOf(known?.watch) ? [reportJob(deploy.id, 'end', now)] : []),
      ...older.flatMap((superseded) => endedJobs(superseded, now)),
      ...(begins(known, deploy) ? [firstLookJob(deploy.id, deploy.watch, now)] : []),
      ...annotateJobs(state.catalog, deploy, now),
      ...showWaysBack(deploy, known, state.deploys, now),
    ],
  };
}

/** Whether what was being watched, or was, is no more, or no more as it was: its looks are void, and a report that stands is put anew. */
function stops(known: Deploy | undefined, { watch }: Deploy): boolean {
  const was = known?.watch;
  return was !== undefined && (was.state !== watch?.state || was.window.from !== watch.window.from);
}

/** Whether a watch begins, or begins anew. */
function begins(known: Deploy | undefined, deploy: Deploy): deploy is Deploy & { watch: Watch } {
  return deploy.watch?.state === 'watching' && (known === undefined || stops(known, deploy));
}

/** The look with which a watch begins, or goes on after a pause: the baseline first, where it is not known yet. */
export function firstLookJob(deploy: string, watch: Watch, now: Instant): Job {
  if (watch.looks >= watch.looksPlanned) return lookJob(deploy, watch.looks, now);
  return watch.latest === undefined
    ? lookJob(deploy, 0, Math.min(now, lookDue(watch, 0)))
    : nextLookJob(deploy, watch, now);
}

/** The deploy that a report continues; what the metrics had shown already is from now on as the sender tells it. */
function knownOf(
  event: DeployReport,
  deploys: readonly Deploy[],
  context: { service: string | undefined; watched: boolean },
): Deploy | undefined {
  if (event.unannounced === true) return undefined;
  const known = deploys.find((deploy) =>
    deploy.unannounced === true
      ? announces(event, deploy, { ...context, others: deploys })
      : isSameDeploy(deploy, event, context.service),
  );
  return known?.unannounced === true ? asAnnounced(known, event) : known;
}

/** A look moves the watch on: the next look, or the report when it was the last. */
export function onLook(
  state: State,
  event: Extract<ResultEvent, { type: 'looked' }>,
  now: Instant,
): Decision {
  const deploy = state.deploys.find(({ id }) => id === event.deploy);
  if (deploy?.watch?.state !== 'watching' || event.look < deploy.watch.looks) return NOTHING;
  if (event.windowFrom !== undefined && event.windowFrom !== deploy.watch.window.from) return NOTHING;
  const isWhole = event.look >= deploy.watch.looksPlanned;
  const last = isWhole && now >= waitsUntil(deploy.watch, event.unsettled);
  // What is certain is told at once; what is looked at further can only make the report fuller.
  const turned = event.verdict?.verdict === 'degraded' && deploy.watch.verdict?.verdict !== 'degraded';
  const { problems: _, ...before } = deploy.watch;
  const watch: Watch = {
    ...before,
    looks: event.look,
    state: last ? 'done' : deploy.watch.state,
    latest: { at: now, before: event.baseline, after: event.current },
    ...present({
      verdict: stands(deploy.watch, event, isWhole) ?? event.verdict,
      queries: event.queries,
      problems: event.problems,
    }),
    ...(last || turned ? { isReported: true as const } : {}),
  };
  const next = isWhole
    ? lookJob(deploy.id, event.look, now + Math.min(LOOKS_AGAIN, stepOf(watch)))
    : nextLookJob(deploy.id, watch, now);
  return {
    ...NOTHING,
    deploys: [{ ...deploy, watch }],
    jobs: [
      announceDeploy(deploy.id, now, last || turned ? PRIORITY.verdict : PRIORITY.progress),
      ...(turned && !last ? [reportJob(deploy.id, 'early', now)] : []),
      last ? reportJob(deploy.id, 'end', now) : next,
      ...(last || turned ? annotateJobs(state.catalog, deploy, now) : []),
    ],
  };
}

/** What was certain before the watch began anew, while too little is known of it. */
function stands(
  { isAgain, verdict }: Watch,
  event: Extract<ResultEvent, { type: 'looked' }>,
  isWhole: boolean,
): DeployVerdict | undefined {
  const isOpenStill = isAgain === true && !isWhole && event.verdict?.verdict === 'inconclusive';
  return isOpenStill && verdict?.verdict === 'degraded' ? verdict : undefined;
}

/** What tells that a watch was ended by something else: a report that stands in the thread says so too. */
function endedJobs({ id, watch }: Deploy, now: Instant): readonly Job[] {
  return [
    announceDeploy(id, now, PRIORITY.progress),
    ...(isToldOf(watch) ? [reportJob(id, 'end', now)] : []),
  ];
}

/** What was certain early was told, also by the versions that did not note it. */
function isToldOf(watch: Watch | undefined): boolean {
  return watch?.isReported === true || watch?.verdict?.verdict === 'degraded';
}

/** Whether a look or report that keeps failing is tried no more: nothing is waited for so long. */
export function isAbandoned(watch: Watch, now: Instant, what: 'look' | 'reportDeploy'): boolean {
  const patience = what === 'look' ? WAITS_FOR_DATA : TOLD_WITHIN;
  return now >= waitsUntil(watch, 'away') + patience;
}

/** Until when something that could not be read is waited for. */
function waitsUntil({ window }: Watch, unsettled: 'away' | 'late' | undefined): Instant {
  if (unsettled === undefined) return window.from;
  const long = WAITS_FOR_SOURCE * lengthOf(window);
  return window.to + (unsettled === 'away' ? long : Math.min(long, WAITS_FOR_DATA));
}

/** After a pause of the program, looks whose time is past are left out: one look now tells as much. */
function nextLookJob(deploy: string, watch: Watch, now: Instant): Job {
  let look = watch.looks + 1;
  while (look < watch.looksPlanned && lookDue(watch, look + 1) <= now) look += 1;
  return lookJob(deploy, look, lookDue(watch, look));
}

/** Marks a deploy that puts an earlier version back, when it is first heard of or gets another name. */
function asRollback(deploy: Deploy, known: Deploy | undefined, others: readonly Deploy[]): Deploy {
  if (deploy.service === undefined || known?.version === deploy.version) return deploy;
  const earlier = others
    .filter(
      (other) =>
        other.id !== deploy.id &&
        other.service === deploy.service &&
        other.environment === deploy.environment &&
        other.startedAt < deploy.startedAt,
    )
    .toSorted((a, b) => b.startedAt - a.startedAt);
  return isRollback(earlier, deploy.version) ? { ...deploy, rollback: true } : deploy;
}

/** What is heard of only after a newer deploy cut into its watch has none any more: it would be judged by what the newer one did. */
function inOrder(deploy: Deploy, known: Deploy | undefined, others: readonly Deploy[]): Deploy {
  const { startedAt, watch } = deploy;
  if (watch === undefined || isOpen(known?.watch)) return deploy;
  const [cut] = others
    .filter((other) => other.startedAt > startedAt && other.startedAt < watch.window.to)
    .toSorted((a, b) => a.startedAt - b.startedAt)
    .flatMap((newer) => supersededBy(newer, [deploy]));
  if (cut === undefined) return deploy;
  // What was judged before stays as it was judged.
  return known?.watch === undefined ? cut : { ...deploy, watch: known.watch };
}

function supersededBy(deploy: Deploy, others: readonly Deploy[]): readonly Deploy[] {
  return others.flatMap((other) =>
    other.id !== deploy.id &&
    other.watch !== undefined &&
    isOpen(other.watch) &&
    other.service === deploy.service &&
    other.environment === deploy.environment &&
    other.startedAt <= deploy.startedAt
      ? [{ ...other, watch: { ...other.watch, state: 'superseded' as const, supersededBy: deploy.version } }]
      : [],
  );
}

/** A watched deploy is marked once it has succeeded, and the mark follows what more is said of it. */
function annotateJobs({ annotates }: Catalog, { id, watch, status }: Deploy, due: Instant): readonly Job[] {
  if (annotates !== true || watch === undefined || status !== 'succeeded') return [];
  return [
    job(`annotate:${id}`, `deploy:${id}:annotation`, due, PRIORITY.progress, {
      kind: 'annotate',
      deploy: id,
    }),
  ];
}

function announceDeploy(deploy: string, due: Instant, priority: Priority): Job {
  return job(`announce:${deploy}`, `deploy:${deploy}:root`, due, priority, {
    kind: 'announceDeploy',
    deploy,
  });
}

function lookJob(deploy: string, look: number, due: Instant): Job {
  return job(`look:${deploy}:${look}`, `deploy:${deploy}:watch`, due, PRIORITY.progress, {
    kind: 'look',
    deploy,
    look,
  });
}

function reportJob(deploy: string, which: 'early' | 'end', due: Instant): Job {
  return job(`report:${deploy}:${which}`, `deploy:${deploy}:watch`, due, PRIORITY.verdict, {
    kind: 'reportDeploy',
    deploy,
  });
}
