import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

/** A strategy as `feature-strategy-add` and `-update` carry it; `segments`, `disabled` and `variants` came with version 5. */
const Strategy = z.object({
  name: z.string(),
  parameters: z
    .looseObject({ rollout: z.unknown().optional(), percentage: z.unknown().optional() })
    .nullish(),
  constraints: z.array(z.unknown()).nullish(),
  segments: z.array(z.unknown()).nullish(),
  variants: z.array(z.unknown()).nullish(),
  disabled: z.boolean().nullish(),
});

export type Strategy = z.infer<typeof Strategy>;

export function readStrategy(json: unknown): Strategy | undefined {
  return Strategy.safeParse(json).data;
}

/** Of everybody; unknown for a strategy that asks who somebody is, or is switched off by itself. */
export function shareOf({ name, parameters, constraints, segments, disabled }: Strategy): number | undefined {
  const isForSome = (constraints ?? []).length > 0 || (segments ?? []).length > 0;
  if (isForSome || disabled === true) return undefined;
  if (name === 'default') return 1;
  if (name === 'flexibleRollout') return ofHundred(parameters?.rollout);
  return name.startsWith('gradualRollout') ? ofHundred(parameters?.percentage) : undefined;
}

/** A percentage, which Unleash writes as text. */
function ofHundred(given: unknown): number | undefined {
  const text = typeof given === 'number' ? String(given) : given;
  const percent = typeof text === 'string' && /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  return percent <= 100 ? percent / 100 : undefined;
}

/** Whether the same people get the same variants of two strategies. */
export function decidesLike(one: Strategy, another: Strategy): boolean {
  return isDeepStrictEqual(decisiveOf(one), decisiveOf(another));
}

/** What decides who has the flag, and which variant; titles and the order in which strategies are shown do not. */
function decisiveOf(strategy: Strategy): unknown {
  const { name, parameters, constraints, segments, variants, disabled } = strategy;
  return [name, parameters ?? {}, constraints ?? [], segments ?? [], variants ?? [], disabled ?? false];
}
