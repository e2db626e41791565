import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

/** What is served: one variation, by its place among the flag's, or some by weight (100,000 together). */
const Served = z.object({
  variation: z.int().min(0).nullish(),
  rollout: z
    .object({
      variations: z.array(z.object({ variation: z.int().min(0), weight: z.number().min(0).max(100_000) })),
    })
    .nullish(),
});

type Served = z.infer<typeof Served>;

/**
 * A flag's configuration in one environment (page "Feature flags" of LaunchDarkly's API, version 2). What is not served by a prerequisite,
 * a target or a rule falls through; a flag that is off serves `offVariation`.
 */
const Environment = z.object({
  on: z.boolean(),
  fallthrough: Served.nullish(),
  offVariation: z.int().min(0).nullish(),
  rules: z.array(Served).nullish(),
  prerequisites: z.array(z.unknown()).nullish(),
  _site: z.object({ href: z.string() }).nullish(),
});

/** A flag in one environment: its kind, the values of its variations, and the configuration there as it was sent. */
export type ServedFlag = {
  readonly kind: string | undefined;
  readonly values: readonly unknown[];
  readonly config: unknown;
};

export type Shared =
  | { readonly ok: true; readonly share: number | undefined; readonly site: string | undefined }
  | { readonly ok: false; readonly error: z.ZodError };

/**
 * The share of everybody that has the flag: gets `true`, or of a flag of other values another one than when it is off. Unknown where
 * rules say otherwise than the rest, under prerequisites, and where several values that are not the one for off share the traffic.
 * Single targets are not counted.
 */
export function shareServed({ kind, values, config }: ServedFlag): Shared {
  const parsed = Environment.optional().safeParse(config);
  if (!parsed.success) return { ok: false, error: parsed.error };
  const told = parsed.data;
  const site = told?._site?.href;
  if (told === undefined || values.length === 0) return { ok: true, share: undefined, site };
  const off = told.offVariation ?? undefined;
  const isBoolean = kind === 'boolean' || values.every((value) => typeof value === 'boolean');
  const has = (variation: number) => (isBoolean ? values[variation] === true : variation !== off);
  if (!told.on) return { ok: true, share: off === undefined ? undefined : Number(has(off)), site };
  const isPlain = isBoolean || values.length <= 2;
  const served = [told.fallthrough ?? {}, ...(told.rules ?? [])];
  const shares = new Set(served.map((one) => shareOf(one, { has, isPlain })));
  const isTold = shares.size === 1 && (told.prerequisites ?? []).length === 0;
  return { ok: true, share: isTold ? [...shares][0] : undefined, site };
}

function shareOf(
  { variation, rollout }: Served,
  { has, isPlain }: { has: (variation: number) => boolean; isPlain: boolean },
): number | undefined {
  if (rollout === null || rollout === undefined)
    return variation === null || variation === undefined ? undefined : Number(has(variation));
  const sum = (weights: readonly { weight: number }[]) =>
    weights.reduce((all, { weight }) => all + weight, 0);
  const all = sum(rollout.variations);
  const part = sum(rollout.variations.filter((one) => has(one.variation)));
  if (all === 0) return undefined;
  return isPlain || part === 0 || part === all ? part / all : undefined;
}

/** What decides how many get which variation; descriptions, what is tracked, and single targets do not. */
const DECISIVE = ['on', 'fallthrough', 'offVariation', 'rules', 'prerequisites', 'salt'] as const;

export function changesServing(before: unknown, after: unknown): boolean {
  return !isDeepStrictEqual(decisiveOf(before), decisiveOf(after));
}

function decisiveOf(environment: unknown): unknown {
  if (typeof environment !== 'object' || environment === null) return environment;
  return DECISIVE.map((field) => {
    const value: unknown = Reflect.get(environment, field);
    return Array.isArray(value) ? value.map(withoutRemarks) : (value ?? null);
  });
}

function withoutRemarks(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).filter(([name]) => name !== 'description' && name !== 'trackEvents'),
  );
}

/** Whether a flag that was not there before serves anything by its rules. */
export function isServing(environment: unknown): boolean {
  return typeof environment === 'object' && environment !== null && Reflect.get(environment, 'on') === true;
}
