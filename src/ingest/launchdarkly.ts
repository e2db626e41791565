import { failure, type Problem } from '#domain/problem.ts';
import type { Instant } from '#domain/time.ts';
import { flagReport } from './flag-report.ts';
import { Entry, placeOf, siteOf } from './launchdarkly-entry.ts';
import { changesServing, isServing, shareServed } from './launchdarkly-serving.ts';
import { nothing, type Parsed, type ParseResult } from './sender.ts';
import { implausibleTimes, problemsOf } from './wire.ts';

/** Actions upon a flag that change who gets what, for entries without the flag before and after (from the page "Role actions"). */
const ACTIONS = new Set([
  ...['updateOn', 'updateFallthrough', 'updateOffVariation', 'updateRules'],
  ...['updatePrerequisites', 'updateFallthroughWithMeasuredRollout', 'updateRulesWithMeasuredRollout'],
  ...['stopMeasuredRolloutOnFlagFallthrough', 'stopMeasuredRolloutOnFlagRule', 'copyFlagConfigTo'],
]);

export function isLaunchDarkly(json: object): boolean {
  return '_id' in json && 'accesses' in json && 'kind' in json && typeof json.kind === 'string';
}

export function readLaunchDarkly(json: object, at: Instant): ParseResult {
  const kind = 'kind' in json ? String(json.kind) : '';
  if (kind !== 'flag') return nothing(`LaunchDarkly’s change of a ${kind.slice(0, 100)} is none of a flag.`);
  const parsed = Entry.safeParse(json);
  if (!parsed.success) return { ok: false, problems: problemsOf(parsed.error) };
  const entry = parsed.data;
  const odd = implausibleTimes({ date: entry.date }, at);
  if (odd.length > 0) return { ok: false, problems: odd };
  const read = changedPlaces(entry).map((place) => readOne(entry, place));
  const problems = read.flatMap((one) => ('problems' in one ? one.problems : []));
  if (problems.length > 0) return { ok: false, problems };
  const events = read.flatMap((one) => ('event' in one ? [one] : []));
  if (events.length > 0) return { ok: true, events };
  const actions = [...new Set(entry.accesses.map(({ action }) => action))].slice(0, 5).join(', ');
  return nothing(`LaunchDarkly’s ${actions.slice(0, 200)} does not change how many have the flag.`);
}

/** An environment by its key, with the flag's configuration there afterwards, where the entry holds it. */
type Place = { readonly environment: string; readonly config: unknown };

/**
 * Where the flag serves differently than before; where it is new, where it serves at all. Where the entry does not hold it before and
 * after, its actions tell.
 */
function changedPlaces({ accesses, previousVersion, currentVersion }: Entry): readonly Place[] {
  const before = new Map(Object.entries(previousVersion?.environments ?? {}));
  const after = new Map(Object.entries(currentVersion?.environments ?? {}));
  const isNew = accesses.some(({ action }) => action === 'createFlag' || action === 'cloneFlag');
  const named = new Set(
    accesses
      .filter(({ action }) => ACTIONS.has(action))
      .flatMap(({ resource }) => placeOf(resource)?.environment ?? [])
      .filter((environment) => environment !== '*'),
  );
  return [...new Set([...after.keys(), ...named])]
    .filter((environment) => {
      const [was, is] = [before.get(environment), after.get(environment)];
      if (is !== undefined && was !== undefined) return changesServing(was, is);
      return named.has(environment) || (isNew && isServing(is));
    })
    .map((environment) => ({ environment, config: after.get(environment) }));
}

function readOne(
  entry: Entry,
  { environment, config }: Place,
): Parsed | { readonly problems: readonly Problem[] } {
  const { accesses, currentVersion, previousVersion, member, token } = entry;
  const [place] = accesses.flatMap(({ resource }) => placeOf(resource) ?? []);
  const flag = currentVersion?.key ?? previousVersion?.key ?? place?.flag;
  if (flag === undefined)
    return { problems: [failure('body-invalid', NO_KEY, { where: 'accesses[0].resource' }).problem] };
  const values = (currentVersion?.variations ?? []).map(({ value }) => value);
  const served = shareServed({ kind: currentVersion?.kind ?? undefined, values, config });
  if (!served.ok)
    return { problems: problemsOf(served.error, ['currentVersion', 'environments', environment]) };
  const { share, site } = served;
  const name = [member?.firstName, member?.lastName].filter((part) => part !== undefined).join(' ');
  return flagReport(
    {
      ...{ source: 'launchdarkly', flag, environment, project: place?.project, share },
      ...{ at: entry.date, url: siteOf(entry, site), actor: name || (member?.email ?? token?.name) },
    },
    [entry._id, flag, environment],
  );
}

const NO_KEY = 'Neither the resource nor the flag before or after tells the flag’s key.';
