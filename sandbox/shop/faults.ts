/** What goes wrong with a service. A fault without `version` holds for all; with `flag` only for requests that have it on. */
export type Fault = {
  readonly service: string;
  readonly version?: string;
  readonly flag?: string;
  /** Share of requests that fail besides the ordinary ones. */
  readonly errors?: number;
  /** By how much each request takes longer. */
  readonly slower?: number;
  /** Nothing is answered at all. */
  readonly outage?: boolean;
};

export type Effect = { readonly errors: number; readonly slower: number; readonly outage: boolean };

/** The faults that hold for one request, taken together. */
export function effectOf(
  faults: readonly Fault[],
  request: { service: string; version: string; flags: Readonly<Record<string, string>> },
): Effect {
  const held = faults.filter(
    ({ service, version, flag }) =>
      service === request.service &&
      (version === undefined || version === request.version) &&
      (flag === undefined || request.flags[flag] === 'true'),
  );
  return {
    errors: held.reduce((sum, { errors = 0 }) => sum + errors, 0),
    slower: held.reduce((product, { slower = 1 }) => product * slower, 1),
    outage: held.some(({ outage }) => outage === true),
  };
}
