import { present } from './optional.ts';
import { type Duration, HOUR, type Instant, MINUTE } from './time.ts';

/** For so long after a new version was noticed, somebody may announce it. */
const GRACE = 5 * MINUTE;

/** What has run side by side for longer than a rollout takes is meant so. When half of it vanishes, its metrics are likelier to be away. */
const ROLLOUT = 30 * MINUTE;

/**
 * At so many looks in a row a version must run alone until the others are gone. A scrape or two may fail; in a rollout the old version's
 * may fail for minutes. One that is back must show for longer that it was put back, and not only away.
 */
const ALONE_FOR = { swapped: 3, rolledOut: 5, back: 10, sideBySide: 30 };

/** When one of several vanished and a new one came at the same time, it has taken its place after so long. */
const REPLACED_AFTER = 10 * MINUTE;
const AT_THE_SAME_TIME = 2 * MINUTE;

/** A new version that was not seen for so long, and never ran alone, came to nothing. */
const FORGOTTEN_AFTER = 10 * MINUTE;

/** What stays so long beside another version is no batch job; what was gone so long was not only away. */
const LONG = 3 * HOUR;

/** So many versions that are gone are remembered of a service. */
const REMEMBERED = 50;

/** One version of a service as the metrics show it. */
export type Sighting = {
  readonly version: string;
  /** `new` until it is known whether somebody announces it; `gone` once another one ran alone. */
  readonly state: 'new' | 'known' | 'gone';
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  /** Of a new one: when it was noticed, which may be long after it began. */
  readonly noticedAt?: Instant;
  /** Of a new one: what ran before. */
  readonly previous?: string;
  /** Of a new one that had run and gone before: when it was last seen then. */
  readonly goneAt?: Instant;
  /** Whether it has run without any other, since it came. */
  readonly ranAlone?: true;
  /** Of a new one that had run and gone before: whether it ran without any other then. Else it was only tried. */
  readonly ranBefore?: true;
};

/** What the metrics showed of one service's versions. `readBy` is how they were read: read otherwise, they have other names. */
export type Sightings = {
  readonly service: string;
  readonly readBy: string;
  /** The latest look that showed any version. */
  readonly at: Instant;
  readonly versions: readonly Sighting[];
  /** What runs alone now, since when, and at how many looks in a row. */
  readonly alone?: { readonly version: string; readonly since: Instant; readonly looks: number };
  /** Since when several run side by side; 0 where they did when they were first seen. */
  readonly mixedSince?: Instant;
};

/** At the very first sight of a service, what runs is taken as known. */
export function firstSight(
  service: string,
  readBy: string,
  running: readonly string[],
  at: Instant,
): Sightings {
  const isAlone = running.length === 1;
  const seen: Sighting = { version: '', state: 'known', firstAt: at, lastAt: at };
  return {
    service,
    readBy,
    at,
    versions: running.map((version) => ({ ...seen, version, ...(isAlone ? { ranAlone: true } : {}) })),
    ...(isAlone ? {} : { mixedSince: 0 }),
  };
}

/**
 * What is known after one more look, which showed these versions (at least one). What was never seen, or comes back after another one
 * ran alone, is new; what flickers while two run side by side is not.
 */
export function look(seen: Sightings, running: readonly string[], at: Instant): Sightings {
  const alone = aloneAt(seen, running, at);
  const mixedSince = alone === undefined ? (seen.mixedSince ?? at) : seen.mixedSince;
  const shown = running.map((version) => sightingOf(seen, version, at));
  const isSettled = alone !== undefined && alone.looks >= patience(alone.since, mixedSince, shown);
  const isOut = (missing: Sighting) => isSettled || at - missing.lastAt > lastsUnseen(missing);
  const versions = [
    ...shown.map((one) => (isSettled ? { ...one, ranAlone: true as const } : one)),
    ...seen.versions
      .filter(({ version }) => !running.includes(version))
      .flatMap((missing) => (isOut(missing) ? withdrawn(missing) : [missing])),
  ];
  return {
    service: seen.service,
    readBy: seen.readBy,
    at,
    versions: remembered(versions),
    ...(alone === undefined ? {} : { alone }),
    ...(isSettled || mixedSince === undefined ? {} : { mixedSince }),
  };
}

/**
 * Takes out the new versions that are deploys: their time to be announced is over, and they ran alone. One that was never seen before may
 * also have taken the place of one of several, or stayed beside another for hours; until then it may be a batch job that carries its own.
 */
export function ripe(seen: Sightings): { readonly due: readonly Sighting[]; readonly rest: Sightings } {
  const due = seen.versions.filter((one) => isDue(one, seen));
  return {
    due: due.map((one) => asDue(one, seen)),
    rest: {
      ...seen,
      versions: seen.versions.map((one) =>
        due.includes(one) || wasOnlyAway(one, seen) ? asKnown(one) : one,
      ),
    },
  };
}

function aloneAt({ alone }: Sightings, running: readonly string[], at: Instant): Sightings['alone'] {
  const [version, another] = running;
  if (version === undefined || another !== undefined) return undefined;
  return alone?.version === version ? { ...alone, looks: alone.looks + 1 } : { version, since: at, looks: 1 };
}

function patience(aloneSince: Instant, mixedSince: Instant | undefined, shown: readonly Sighting[]): number {
  if (mixedSince !== undefined && aloneSince - mixedSince > ROLLOUT) return ALONE_FOR.sideBySide;
  if (shown.some(({ goneAt }) => goneAt !== undefined)) return ALONE_FOR.back;
  return mixedSince === undefined ? ALONE_FOR.swapped : ALONE_FOR.rolledOut;
}

/** How long a version may be unseen, while others are, until it is out. */
function lastsUnseen({ state, ranAlone }: Sighting): Duration {
  return state === 'new' && ranAlone === undefined ? FORGOTTEN_AFTER : HOUR;
}

function isDue(one: Sighting, seen: Sightings): boolean {
  const { state, noticedAt, goneAt, ranAlone, lastAt } = one;
  const noticed = noticedAt ?? seen.at;
  // Either way: one noticed in the future was noticed by a clock that went ahead.
  if (state !== 'new' || Math.abs(seen.at - noticed) < GRACE) return false;
  if (ranAlone === true) return true;
  if (goneAt !== undefined || lastAt !== seen.at) return false;
  return seen.at - noticed >= LONG || vanishedFor(one, seen) !== undefined;
}

/** Of several that run side by side, the one that vanished as this one came. */
function vanishedFor(
  { version, noticedAt }: Pick<Sighting, 'version' | 'noticedAt'>,
  { versions, at }: Sightings,
): Sighting | undefined {
  return versions.find(
    (one) =>
      one.state === 'known' &&
      one.version !== version &&
      one.lastAt >= (noticedAt ?? at) - AT_THE_SAME_TIME &&
      at - one.lastAt >= REPLACED_AFTER,
  );
}

/** What ran beside another one for long before it was put back is judged from when it ran alone. */
function asDue(one: Sighting, seen: Sightings): Sighting {
  const since = seen.alone?.version === one.version ? seen.alone.since : one.firstAt;
  const previous = vanishedFor(one, seen)?.version ?? one.previous;
  return {
    ...one,
    ...(previous === undefined ? {} : { previous }),
    ...(one.goneAt !== undefined && since - one.firstAt > ROLLOUT ? { firstAt: since } : {}),
  };
}

/** Whether a version that is back belongs beside the other one, as before: it never ran alone, and was not away for long. */
function wasOnlyAway({ state, goneAt, ranBefore, ranAlone, firstAt }: Sighting, { at }: Sightings): boolean {
  const isBack = state === 'new' && goneAt !== undefined && ranAlone === undefined;
  return isBack && ranBefore === undefined && firstAt - goneAt < LONG && at - firstAt > ROLLOUT;
}

function sightingOf({ versions }: Sightings, version: string, at: Instant): Sighting {
  const known = versions.find((one) => one.version === version);
  if (known !== undefined && known.state !== 'gone') return { ...known, lastAt: at };
  const [previous] = versions
    .filter(({ state }) => state !== 'gone')
    .toSorted((a, b) => b.lastAt - a.lastAt || b.firstAt - a.firstAt);
  return {
    ...{ version, state: 'new', firstAt: at, lastAt: at, noticedAt: at },
    ...(previous === undefined ? {} : { previous: previous.version }),
    ...(known === undefined ? {} : { goneAt: known.lastAt }),
    ...(known?.ranAlone === undefined ? {} : { ranBefore: known.ranAlone }),
  };
}

/** What becomes of a version when another one runs alone. */
function withdrawn(one: Sighting): readonly Sighting[] {
  if (one.state === 'known') return [{ ...one, state: 'gone' }];
  return one.state === 'gone' || one.ranAlone === true ? [one] : forgotten(one);
}

/** A new version that came to nothing: as if it had not been seen, this time. */
function forgotten({ version, firstAt, goneAt, ranBefore }: Sighting): readonly Sighting[] {
  return goneAt === undefined
    ? []
    : [{ version, state: 'gone', firstAt, lastAt: goneAt, ...present({ ranAlone: ranBefore }) }];
}

function asKnown({ version, firstAt, lastAt, ranAlone, ranBefore }: Sighting): Sighting {
  return { version, state: 'known', firstAt, lastAt, ...present({ ranAlone: ranAlone ?? ranBefore }) };
}

function remembered(versions: readonly Sighting[]): readonly Sighting[] {
  const gone = versions.filter(({ state }) => state === 'gone').toSorted((a, b) => b.lastAt - a.lastAt);
  const kept = new Set(gone.slice(0, REMEMBERED));
  return versions.filter((one) => one.state !== 'gone' || kept.has(one));
}
