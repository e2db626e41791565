import { DateTime } from 'luxon';
import type { Deploy } from './deploy.ts';
import { failure, type Outcome, success } from './problem.ts';
import type { Against, Request } from './request.ts';
import {
  DAY,
  type Duration,
  earlier,
  formatDuration,
  type Instant,
  lengthOf,
  MINUTE,
  type Range,
  SECOND,
} from './time.ts';
import { isSameVersion } from './version.ts';

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
  /** Whether nobody said yet that it has finished. */
  readonly isUnderWay: boolean;
};

/**
 * The windows that a comparison means. `deploys` are those of the service, newest first. A window with a deploy in it would mix two versions: against a version or what was before a deploy, the
 * later window holds only what runs in it at its end, what is before a deploy only the version that it replaced, and both windows are as short as the shorter. The earlier one is `before`,
 * whichever was named first.
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
  if (request.version !== undefined && own === undefined) return unknown(request, runs, request.version);
  const { against, service } = request;
  if (against.kind === 'ago') {
    const after = own === undefined ? { from: now - length, to: now } : endOf(own, length, now);
    const before = earlier(after, agoOf(against, after, zone));
    return sized(
      { range: before, name: () => against.words },
      { range: after, name: nameOf(own, now) },
      service,
    );
  }
  const named = against.version === undefined ? (own ?? runs[0]) : lastRun(runs, against.version);
  if (named === undefined) return unknown(request, runs, against.version);
  const current = own ?? runs[0];
  const asked: Side =
    current === undefined
      ? { range: { from: now - length, to: now }, name: nameOf(own, now) }
      : { range: endOf(current, length, now), name: own === undefined ? sinceOr(current) : nameOf(own, now) };
  // A version against itself, and one that runs now, are compared with what was before it came.
  const isBefore =
    against.kind === 'beforeDeploy' || named === own || (own === undefined && named.until === undefined);
  const other: Side = isBefore
    ? { range: beforeRun(runs, named, length), name: () => `before ${named.version}` }
    : { range: endOf(named, length, now), name: () => named.version, later: nameOf(named, now) };
  if (other.range.to <= asked.range.to) return sized(other, asked, service);
  const name = own === undefined ? asked.name : () => own.version;
  return sized(
    { range: asked.range, name },
    { range: other.range, name: other.later ?? other.name },
    service,
  );
}

/** A window with what it is called, once both are cut; a version is called otherwise where it is the later one. */
type Side = { readonly range: Range; readonly name: Name; readonly later?: Name };

/** What a window is called. */
type Name = (range: Range) => string;

/** When a version came and went, newest first. A rollout that failed replaced nothing; what went elsewhere does not count. */
function runsOf(deploys: readonly Deploy[]): readonly Run[] {
  const runs: Run[] = [];
  for (const { version, startedAt, finishedAt, status, watch } of deploys) {
    if (watch === undefined || status === 'failed') continue;
    const next = runs.at(-1);
    runs.push({
      ...{ version, startedAt, settled: finishedAt ?? startedAt, isUnderWay: finishedAt === undefined },
      ...(next === undefined ? {} : { until: next.startedAt }),
    });
  }
  return runs;
}

/** The last run of a version: the one that is called so to the letter, else the one that is meant. */
function lastRun(runs: readonly Run[], version: string): Run | undefined {
  return (
    runs.find((run) => run.version === version) ?? runs.find((run) => isSameVersion(run.version, version))
  );
}

/** The end of what a version ran, and no more of it than that. */
function endOf({ settled, until }: Run, length: Duration, now: Instant): Range {
  const to = until ?? now;
  return { from: Math.max(to - length, settled), to };
}

/** Right before a deploy, as far as it holds one version: after a rollback that is the one rolled back. */
function beforeRun(runs: readonly Run[], run: Run, length: Duration): Range {
  const replaced = runs[runs.indexOf(run) + 1];
  const from = Math.max(run.startedAt - length, replaced?.settled ?? Number.NEGATIVE_INFINITY);
  return { from, to: run.startedAt };
}

/** How much earlier a window is: whole days by the clocks of the zone, which put two days of the year an hour out. */
function agoOf({ by, words }: Extract<Against, { kind: 'ago' }>, after: Range, zone: string): Duration {
  if (by % DAY !== 0 || !/day|week|wk|\d\s*[dw]\b/i.test(words)) return by;
  const end = DateTime.fromMillis(after.to, { zone });
  const local = after.to - end.minus({ days: by / DAY }).toMillis();
  return local < lengthOf(after) ? by : local;
}

/** The last moment at which clocks in the zone showed this many minutes after midnight; in autumn they show some twice, in spring some not at all. */
function sinceOf(minutes: number, now: Instant, zone: string): Instant {
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60];
  const today = DateTime.fromMillis(now, { zone }).startOf('day');
  const shown = [today, today.minus({ days: 1 })].flatMap((day) => {
    const usual = day.set({ hour, minute });
    const all = [-1, 0, 1].map((hours) => usual.plus({ hours }));
    const exact = all.filter((one) => one.hour === hour && one.minute === minute);
    return exact.length === 0 ? [usual] : exact;
  });
  return Math.max(...shown.map((one) => one.toMillis()).filter((at) => at < now));
}

function nameOf(own: Run | undefined, now: Instant): Name {
  return (range) => {
    const length = lengthText(lengthOf(range));
    if (own === undefined) return `last ${length}`;
    return range.to === now ? `last ${length} of ${own.version}` : `${own.version}, its last ${length}`;
  };
}

/** The name of the window that ends now: all that came since the last deploy, or only the last of it. */
function sinceOr({ version, settled, isUnderWay }: Run): Name {
  return (range) => {
    const length = lengthText(lengthOf(range));
    return range.from > settled
      ? `last ${length}`
      : `the ${length} since ${version} ${isUnderWay ? 'began to come' : 'came'}`;
  };
}

function lengthText(length: Duration): string {
  const unit = length < 5 * MINUTE ? SECOND : MINUTE;
  return formatDuration(Math.round(length / unit) * unit);
}

/** Both cut to the shorter, so that their ends stay. Windows that share a moment compare it with itself. */
function sized(before: Side, after: Side, service: string): Outcome<Windows> {
  const length = Math.min(lengthOf(before.range), lengthOf(after.range));
  const ending = ({ to }: Range): Range => ({ from: to - length, to });
  const [was, is] = [ending(before.range), ending(after.range)];
  const [of, against] = [after.name(is), before.name(was)];
  if (length < FEWEST)
    return failure(
      'words-unclear',
      `${service} has less than 15 s to compare: ${of} against ${against}. Ask again in a moment.`,
    );
  if (was.to > is.from)
    return failure(
      'words-unclear',
      `Windows of ${lengthText(length)} that begin so close to each other overlap: ${of} against ${against}. Ask for a shorter length, or for a time or version longer ago.`,
    );
  return success({ before: was, after: is, of, against });
}

/** How many known versions are named beside one that is not. */
const KNOWN = 3;

function unknown(
  { service }: CompareRequest,
  runs: readonly Run[],
  version: string | undefined,
): Outcome<Windows> {
  if (version === undefined) return failure('words-unclear', `I know no deploy of ${service}.`);
  const known = nearestVersions(version, [...new Set(runs.map((run) => run.version))]);
  const those = known.length === 0 ? '' : ` Nearest that I know: ${known.join(', ')}.`;
  return failure('words-unclear', `I know no deploy of ${version} of ${service}.${those}`);
}

/** Those that begin alike for longest, newest first among equals. */
function nearestVersions(version: string, known: readonly string[]): readonly string[] {
  const bare = (name: string) => name.toLowerCase().replace(/^v(?=\d)/, '');
  const alike = (name: string) => {
    const [a, b] = [bare(name), bare(version)];
    let length = 0;
    while (length < Math.min(a.length, b.length) && a[length] === b[length]) length += 1;
    return length;
  };
  return known.toSorted((a, b) => alike(b) - alike(a)).slice(0, KNOWN);
}
