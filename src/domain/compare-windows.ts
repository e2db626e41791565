import { DateTime } from 'luxon';
import type { Deploy } from './deploy.ts';
import { failure, type Outcome, success } from './problem.ts';
import type { Request } from './request.ts';
import {
  type Duration,
  earlier,
  formatDuration,
  type Instant,
  lengthOf,
  MINUTE,
  type Range,
  SECOND,
} from './time.ts';

type CompareRequest = Extract<Request, { ask: 'compare' }>;

/** Two windows of the same length, and what each is, in words. */
export type Windows = {
  readonly before: Range;
  readonly after: Range;
  /** “last 30m”, “the 12m since v1.4.2 came”. */
  readonly of: string;
  /** “yesterday”, “before v1.4.2”, “v1.4.1”. */
  readonly against: string;
};

/** Shorter windows hold no two scrapes. What came just now can be looked at, however little it tells. */
const FEWEST = 15 * SECOND;

/** A deploy as far as windows depend on it: the version ran from `settled` until the next began, or runs now. */
type Run = {
  readonly version: string;
  readonly startedAt: Instant;
  readonly settled: Instant;
  readonly until?: Instant;
};

/**
 * The windows that a comparison means. `deploys` are those of the service, newest first. A window with a deploy in it would mix two versions: against what was before a deploy, only
 * what came after it is taken, and both windows are as short as the shorter.
 */
export function comparedWindows(
  request: CompareRequest,
  deploys: readonly Deploy[],
  now: Instant,
  zone: string,
): Outcome<Windows> {
  const runs = runsOf(deploys);
  const length = request.since === undefined ? request.length : now - sinceOf(request.since, now, zone);
  const own = request.version === undefined ? undefined : lastRun(runs, request.version);
  if (request.version !== undefined && own === undefined) return unknown(request, request.version);
  const to = own?.until ?? now;
  const after = { from: Math.max(to - length, own?.settled ?? 0), to };
  const { against } = request;
  if (against.kind === 'ago' && against.by < lengthOf(after))
    return failure(
      'words-unclear',
      `Windows of ${lengthText(lengthOf(after))} that begin so close to each other overlap.`,
    );
  if (against.kind === 'ago')
    return sized(earlier(after, against.by), after, nameOf(own, now), against.words, request.service);
  const named = against.version === undefined ? (own ?? runs[0]) : lastRun(runs, against.version);
  if (named === undefined) return unknown(request, against.version);
  // A version against itself, and one that runs now, are compared with what was before it came.
  const isBefore =
    against.kind === 'beforeDeploy' || named === own || (own === undefined && named.until === undefined);
  if (!isBefore) {
    const end = named.until ?? now;
    const before = { from: Math.max(end - length, named.settled), to: end };
    return sized(before, after, nameOf(own, now), named.version, request.service);
  }
  const begun = own === undefined ? { ...after, from: Math.max(after.from, named.settled) } : after;
  const before = { from: named.startedAt - length, to: named.startedAt };
  const isSince = own === undefined && begun.from > after.from;
  const name = isSince ? sinceNamed(named.version) : nameOf(own, now);
  return sized(before, begun, name, `before ${named.version}`, request.service);
}

/** When a version came and went, newest first. A rollout that failed replaced nothing; what went elsewhere does not count. */
function runsOf(deploys: readonly Deploy[]): readonly Run[] {
  const runs: Run[] = [];
  for (const { version, startedAt, finishedAt, status, watch } of deploys) {
    if (watch === undefined || status === 'failed') continue;
    const next = runs.at(-1);
    runs.push({
      ...{ version, startedAt, settled: finishedAt ?? startedAt },
      ...(next === undefined ? {} : { until: next.startedAt }),
    });
  }
  return runs;
}

function lastRun(runs: readonly Run[], version: string): Run | undefined {
  const bare = (name: string) => name.toLowerCase().replace(/^v(?=\d)/, '');
  return runs.find((run) => bare(run.version) === bare(version));
}

/** The last moment at which clocks in the zone showed this many minutes after midnight. */
function sinceOf(minutes: number, now: Instant, zone: string): Instant {
  const today = DateTime.fromMillis(now, { zone }).set({
    ...{ hour: Math.floor(minutes / 60), minute: minutes % 60, second: 0, millisecond: 0 },
  });
  return (today.toMillis() < now ? today : today.minus({ days: 1 })).toMillis();
}

/** What a later window is called. */
type Name = (after: Range) => string;

function nameOf(own: Run | undefined, now: Instant): Name {
  return (after) => {
    const length = lengthText(lengthOf(after));
    if (own === undefined) return `last ${length}`;
    return after.to === now ? `last ${length} of ${own.version}` : `${own.version}, its last ${length}`;
  };
}

function sinceNamed(version: string): Name {
  return (after) => `the ${lengthText(lengthOf(after))} since ${version} came`;
}

function lengthText(length: Duration): string {
  const unit = length < 5 * MINUTE ? SECOND : MINUTE;
  return formatDuration(Math.round(length / unit) * unit);
}

/** Both cut to the shorter, so that their ends stay. */
function sized(before: Range, after: Range, name: Name, against: string, service: string): Outcome<Windows> {
  const length = Math.min(lengthOf(before), lengthOf(after));
  const ending = ({ to }: Range): Range => ({ from: to - length, to });
  const of = name(ending(after));
  if (length < FEWEST)
    return failure(
      'words-unclear',
      `${service} has less than 15 s to compare: ${of} against ${against}. Ask again in a moment.`,
    );
  return success({ before: ending(before), after: ending(after), of, against });
}

function unknown({ service }: CompareRequest, version: string | undefined): Outcome<Windows> {
  return failure(
    'words-unclear',
    `I know no ${version === undefined ? 'deploy' : `deploy of ${version}`} of ${service}.`,
  );
}
