/** What goes wrong with a service. A fault without `version` holds for all; with `flag` only for requests that have it on. */
export type Fault = {
  readonly service: string;
  readonly version?: string;
  readonly flag?: string;
  /** The share of visitors (0…1) with the flag from which on it shows: what comes of load shows in no small step. */
  readonly fromShare?: number;
  /** The share of requests (0…1) that it hits, where not all. */
  readonly among?: number;
  /** Share of requests that fail besides the ordinary ones. */
  readonly errors?: number;
  /** By how much each request takes longer. */
  readonly slower?: number;
  /** Nothing is answered at all. */
  readonly outage?: boolean;
};

export type Effect = { readonly errors: number; readonly slower: number; readonly outage: boolean };

/** A flag for one visitor, `"true"` or `"false"` as telemetry has it, and the share of all that have it now. */
export type FlagDrawn = { readonly value: string; readonly share: number };

/** The faults that hold for one request, taken together. `luck` (0…1) says whether those hit it that do not hit all. */
export function effectOf(
  faults: readonly Fault[],
  request: {
    service: string;
    version: string;
    flags: Readonly<Record<string, FlagDrawn>>;
    luck: number;
  },
): Effect {
  const held = faults.filter(
    ({ service, version, flag, fromShare = 0, among = 1 }) =>
      service === request.service &&
      request.luck < among &&
      (version === undefined || version === request.version) &&
      (flag === undefined || isOn(request.flags[flag], fromShare)),
  );
  return {
    errors: held.reduce((sum, { errors = 0 }) => sum + errors, 0),
    slower: held.reduce((product, { slower = 1 }) => product * slower, 1),
    outage: held.some(({ outage }) => outage === true),
  };
}

function isOn(flag: FlagDrawn | undefined, fromShare: number): boolean {
  return flag?.value === 'true' && flag.share >= fromShare;
}
