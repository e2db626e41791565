import { HOUR, type Instant, MINUTE } from './time.ts';

/** For so long after a new version was noticed, somebody may announce it. */
const GRACE = 5 * MINUTE;

/** A version is gone when another one ran alone at so many looks in a row: a scrape or two may fail. */
const GONE_AFTER = 3;

/** What has run side by side for longer than a rollout takes is meant so. When half of it vanishes, its metrics are likelier to be away. */
const ROLLOUT = 30 * MINUTE;
const GONE_AFTER_SIDE_BY_SIDE = 30;

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
  /** Whether it has run without any other. */
  readonly ranAlone?: true;
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
  /** Since when several run side by side. */
  readonly mixedSince?: Instant;
};

/** At the very first sight of a service, what runs is taken as known. */
export function firstSight(
  service: string,
  readBy: string,
  running: readonly string[],
  at: Instant,
): Sightings {
  return {
    service,
    readBy,
    at,
    versions: running.map((version) => ({ version, state: 'known', firstAt: at, lastAt: at })),
  };
}

/**
 * What is known after one more look, which showed these versions (at least one). What was never seen, or comes back after another one
 * ran alone, is new; what flickers while two run side by side is not.
 */
export function look(seen: Sightings, running: readonly string[], at: Instant): Sightings {
  const alone = aloneAt(seen, running, at);
  const mixedSince = alone === undefined ? (seen.mixedSince ?? at) : seen.mixedSince;
  const isSettled = alone !== undefined && alone.looks >= patience(alone.since, mixedSince);
  const shown = running.map((version) => sightingOf(seen, version, at));
  const versions = [
    ...shown.map((one) => (isSettled ? { ...one, ranAlone: true as const } : one)),
    ...seen.versions
      .filter(({ version }) => !running.includes(version))
      .flatMap((missing) => (isSettled || at - missing.lastAt > HOUR ? withdrawn(missing) : [missing])),
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
 * Takes out the new versions whose time to be announced is over: those that run, or ran alone, may be deploys. One that vanished before,
 * and never ran alone, was tried only and is forgotten.
 */
export function ripe(seen: Sightings): { readonly due: readonly Sighting[]; readonly rest: Sightings } {
  const isOver = ({ state, noticedAt = seen.at }: Sighting) =>
    // Either way: one noticed in the future was noticed by a clock that went ahead.
    state === 'new' && Math.abs(seen.at - noticedAt) >= GRACE;
  const isDue = (one: Sighting) => isOver(one) && (one.lastAt === seen.at || one.ranAlone === true);
  return {
    due: seen.versions.filter(isDue),
    rest: {
      ...seen,
      versions: seen.versions.flatMap((one) => {
        if (!isOver(one)) return [one];
        return isDue(one) ? [asKnown(one)] : forgotten(one);
      }),
    },
  };
}

function aloneAt({ alone }: Sightings, running: readonly string[], at: Instant): Sightings['alone'] {
  const [version, another] = running;
  if (version === undefined || another !== undefined) return undefined;
  return alone?.version === version ? { ...alone, looks: alone.looks + 1 } : { version, since: at, looks: 1 };
}

function patience(aloneSince: Instant, mixedSince: Instant | undefined): number {
  return mixedSince !== undefined && aloneSince - mixedSince > ROLLOUT ? GONE_AFTER_SIDE_BY_SIDE : GONE_AFTER;
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
  };
}

/** What becomes of a version when another one runs alone. */
function withdrawn(one: Sighting): readonly Sighting[] {
  if (one.state === 'known') return [{ ...one, state: 'gone' }];
  return one.state === 'gone' || one.ranAlone === true ? [one] : forgotten(one);
}

/** A new version that came to nothing: as if it had not been seen, this time. */
function forgotten({ version, firstAt, goneAt }: Sighting): readonly Sighting[] {
  return goneAt === undefined ? [] : [{ version, state: 'gone', firstAt, lastAt: goneAt }];
}

function asKnown({ version, firstAt, lastAt, ranAlone }: Sighting): Sighting {
  return { version, state: 'known', firstAt, lastAt, ...(ranAlone === undefined ? {} : { ranAlone }) };
}

function remembered(versions: readonly Sighting[]): readonly Sighting[] {
  const gone = versions.filter(({ state }) => state === 'gone').toSorted((a, b) => b.lastAt - a.lastAt);
  const kept = new Set(gone.slice(0, REMEMBERED));
  return versions.filter((one) => one.state !== 'gone' || kept.has(one));
}
