import { type Case, onsetOf, type Reading } from './case.ts';
import { changePoint, type Point } from './change-point.ts';
import { fieldsOf, type Json, listOf, momentOf, numberOf, stretchOf, textOf } from './json.ts';
import { type Change, clearest } from './ranking.ts';
import type { Tools } from './tools.ts';

/** What is there to be weighed: what changed in production, and how signals were and are. */
export type Seen = { readonly changes: readonly Change[]; readonly readings: readonly Reading[] };

/** How far before it was noticed the harm may have begun, in ms: the less is looked at, the finer. */
const BEFORE_NOTICED = 240_000;
/** What began so long after it was noticed is another story, in ms. */
const AFTER_NOTICED = 60_000;
/** Services beside its own that are looked at. */
const NEIGHBOURS = 3;
/** A window is no shorter, in ms. */
const LEAST = 60_000;
/** So long before the onset the window ends that shows what was before, in ms. */
const CLEAR_OF_IT = 20_000;

/** What each measure is called in a sentence. */
const NAMES: Readonly<Record<string, string>> = { errorRatio: 'errors' };

/**
 * Looks at the service of a case: where a signal changed for good, then what it was before that moment and is since, what was changed around it, and whether services beside it changed too. Where
 * nothing is seen to have changed, the queries that were handed off are asked again.
 */
export async function lookAround(known: Case, tools: Tools): Promise<Seen> {
  const { service, since } = known;
  if (service === undefined) return known;
  const back = inSeconds(Date.now() - since + BEFORE_NOTICED);
  const wide = await compared(tools, { service, length: back, against: back });
  const changes = merged([...known.changes, ...wide.changes]);
  const own = wide.readings.map((one) => ofIts(one, since));
  const harm = clearest(own);
  if (harm?.onset === undefined) return { changes, readings: [...own, ...(await askedAgain(known, tools))] };
  const closer = await around(harm.onset.at, service, own, tools);
  const neighbours = await Promise.all(
    (await besides(service, changes, tools)).map((name) =>
      compared(tools, { service: name, length: back, against: back }),
    ),
  );
  return { changes, readings: [...closer, ...neighbours.flatMap(({ readings }) => readings)] };
}

/** A reading without its onset, where that is too late to be what was noticed. */
function ofIts({ onset, ...reading }: Reading, since: number): Reading {
  return onset === undefined || onset.at > since + AFTER_NOTICED ? reading : { ...reading, onset };
}

/** The same signals before and since a moment, with the onsets that were seen. */
async function around(
  at: number,
  service: string,
  seen: readonly Reading[],
  tools: Tools,
): Promise<readonly Reading[]> {
  const length = Math.max(LEAST, Date.now() - at);
  const { readings } = await compared(tools, {
    ...{ service, length: inSeconds(length), against: inSeconds(length + CLEAR_OF_IT), draw: true },
  });
  return readings.map(({ onset: _, ...one }) => {
    const onset = seen.find(({ signal }) => signal === one.signal)?.onset;
    return onset === undefined ? one : { ...one, onset };
  });
}

/** What `compare` tells of a service. */
async function compared(tools: Tools, asked: Json): Promise<Seen> {
  const told = await tools.call('compare', asked);
  const service = textOf(told.service) ?? '';
  const range = stretchOf(told.after);
  const snapshot = textOf(told.snapshot);
  const began = listOf(told.began);
  return {
    changes: listOf(told.changes).flatMap(changeOf),
    readings: listOf(told.signals).flatMap((one): readonly Reading[] => {
      const [before, after] = [numberOf(one.before), numberOf(one.after)];
      if (before === undefined || after === undefined) return [];
      const measure = textOf(one.measure) ?? '';
      const unit = textOf(one.unit);
      const onset = onsetOf(began.find((other) => other.measure === measure));
      return [
        {
          ...{ service, signal: NAMES[measure] ?? measure, before, after },
          ...(unit === undefined ? {} : { unit }),
          ...(onset === undefined ? {} : { onset }),
          ...(range === undefined ? {} : { range }),
          ...(snapshot === undefined ? {} : { snapshot }),
        },
      ];
    }),
  };
}

function changeOf(told: Json): readonly Change[] {
  const { kind } = told;
  const [id, at, service, what] = [
    textOf(told.id),
    momentOf(told.at),
    textOf(told.service),
    textOf(told.what),
  ];
  if ((kind !== 'deploy' && kind !== 'flag') || id === undefined || at === undefined) return [];
  const words = kind === 'deploy' ? `${service ?? ''} ${what ?? id}` : (what ?? id);
  return [{ kind, id, at, what: words.trim(), ...(service === undefined ? {} : { service }) }];
}

/** The other services of which something was changed, then those that it needs. */
async function besides(
  service: string,
  changes: readonly Change[],
  tools: Tools,
): Promise<readonly string[]> {
  const told = fieldsOf((await tools.call('get_service', { service })).service);
  const needed = Array.isArray(told.dependsOn) ? told.dependsOn.map(String) : [];
  const changed = changes.flatMap((change) => change.service ?? []);
  return [...new Set([...changed, ...needed])].filter((name) => name !== service).slice(0, NEIGHBOURS);
}

/** The queries that were handed off, asked again around the moment at which it was noticed: where their lines change their level. */
async function askedAgain({ readings, since }: Case, tools: Tools): Promise<readonly Reading[]> {
  const end = Math.min(Date.now(), since + AFTER_NOTICED);
  const when = { end: new Date(end).toISOString(), range: inSeconds(end - since + BEFORE_NOTICED) };
  const found = await Promise.all(
    readings.map(async ({ onset: _, ...reading }): Promise<readonly Reading[]> => {
      if (reading.query === undefined) return [];
      const asked = { query: reading.query, maxSeries: 1, maxPoints: 200, ...when };
      const { series, window } = await tools.call('query', asked);
      const point = changePoint(pointsOf(fieldsOf(listOf(series)[0]).points));
      if (point === undefined) return [];
      const { at, plusMinus, before, after } = point;
      const range = stretchOf(window);
      return [
        { ...reading, before, after, onset: { at, plusMinus }, ...(range === undefined ? {} : { range }) },
      ];
    }),
  );
  return found.flat();
}

/** Points as `query` gives them: pairs of a time and a value. */
function pointsOf(told: unknown): readonly Point[] {
  return (Array.isArray(told) ? told : []).flatMap((pair: unknown) => {
    const [at, value] = Array.isArray(pair) ? [momentOf(pair[0]), numberOf(pair[1])] : [];
    return at === undefined || value === undefined ? [] : [{ at, value }];
  });
}

/** A length as tools take it. */
function inSeconds(length: number): string {
  return `${Math.ceil(length / 1000)}s`;
}

/** Each change once. */
function merged(changes: readonly Change[]): readonly Change[] {
  return [...new Map(changes.map((change) => [`${change.kind}:${change.id}:${change.at}`, change])).values()];
}
