import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { Name, Remark } from './flag-report.ts';

/**
 * One state of a flag: the environment's own, that of a segment, or one identity's. From Flagsmith's source (what a webhook is made of
 * stands beside the environment's model) and its page "Environment settings"; variants are there since 2.214, in versioned environments a little later.
 */
export const State = z.object({
  enabled: z.boolean(),
  environment: z.object({ id: z.unknown().optional(), name: Name }),
  feature: z.object({
    id: z.unknown().optional(),
    name: Name,
    type: z.string().nullish(),
    project: z.object({ id: z.unknown().optional(), name: Remark }).nullish(),
  }),
  feature_segment: z.object({ segment: z.object({ id: z.unknown().optional() }).nullish() }).nullish(),
  identity: z.unknown().optional(),
  identity_identifier: z.unknown().optional(),
  multivariate_feature_state_values: z
    .array(z.object({ percentage_allocation: z.number().min(0).max(100) }))
    .nullish(),
});

export type State = z.infer<typeof State>;

/** Why nothing follows from a change of states: nobody else has the flag than before. */
export function whyNothing(
  subject: State,
  state: State | undefined,
  before: State | undefined,
): string | undefined {
  if (isGiven(subject.identity) || isGiven(subject.identity_identifier))
    return 'It is a setting for one identity, which changes no share.';
  if (before === undefined && state?.enabled === false)
    return 'A flag that is new, and off, changes nothing for anybody.';
  if (state === undefined || before === undefined || state.feature_segment) return undefined;
  return isDeepStrictEqual(decisiveOf(state), decisiveOf(before))
    ? 'Only the value of the flag has changed, not who has it.'
    : undefined;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function decisiveOf({ enabled, multivariate_feature_state_values: variants }: State): unknown {
  return [enabled, (variants ?? []).map(({ percentage_allocation: percent }) => percent)];
}

/**
 * Nobody has a flag that is off or deleted. One that is on everybody has, or those have it who get its one variant instead of the
 * control value; which of several is meant is not told. What is set for a segment tells no share of everybody.
 */
export function shareOf(subject: State, state: State | undefined): number | undefined {
  if (subject.feature_segment) return undefined;
  if (state === undefined || !state.enabled) return 0;
  const variants = state.multivariate_feature_state_values ?? [];
  if (variants.length > 1) return undefined;
  const [only] = variants;
  if (only !== undefined) return only.percentage_allocation / 100;
  return state.feature.type === 'MULTIVARIATE' ? undefined : 1;
}
