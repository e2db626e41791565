/** A deploy shortly before another one, as reasons tell of it. `before` is in whole minutes. */
export type Sibling = { readonly version: string; readonly before: number };

const TOLD =
  /^(.+) was deployed (?:less than a minute|(\d+) min) before: what the two did is hard to tell apart\.$/s;

/** Why a deploy with another one near it is hard to judge. `before` is how long before it the other one began, in ms; less than 0 is after. */
export function siblingReason(version: string, before: number): string {
  return `${version} was deployed ${lengthOf(before)} ${before >= 0 ? 'before' : 'after'}: what the two did is hard to tell apart.`;
}

/** The same of a feature flag that was changed so long before. */
export function turnedReason(flag: string, before: number): string {
  return `The flag ${flag} was changed ${lengthOf(before)} before: what the two did is hard to tell apart.`;
}

/** Of the deploys before that reasons tell of, the one nearest to so many minutes before; `undefined` where they tell of none. */
export function siblingIn(reasons: readonly string[], before: number): Sibling | undefined {
  return reasons
    .flatMap((reason) => {
      const [, version, minutes = '0'] = TOLD.exec(reason) ?? [];
      return version === undefined ? [] : [{ version, before: Number(minutes) }];
    })
    .toSorted((a, b) => Math.abs(a.before - before) - Math.abs(b.before - before))
    .at(0);
}

function lengthOf(before: number): string {
  const minutes = Math.round(Math.abs(before) / 60_000);
  return minutes < 1 ? 'less than a minute' : `${minutes} min`;
}
