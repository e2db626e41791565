import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type Instant, MINUTE } from '#domain/time.ts';
import { flagReport, Name, Remark } from './flag-report.ts';
import { nothing, type ParseResult } from './sender.ts';
import { implausibleTimes, problemsOf, Time } from './wire.ts';

/**
 * One state of a flag: the environment's own, that of a segment, or one identity's. From Flagsmith's source (what a webhook is made of
 * stands beside the environment's model) and its page "Environment settings"; variants are there since 2.214, in versioned environments a little later.
 */
const State = z.object({
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

type State = z.infer<typeof State>;

const FlagsmithEvent = z.object({
  event_type: z.enum(['FLAG_UPDATED', 'FLAG_DELETED']),
  data: z.object({
    new_state: State.nullish(),
    previous_state: State.nullish(),
    changed_by: Remark,
    // An empty text where Flagsmith has no history of it.
    timestamp: z.preprocess((given) => (given === '' ? undefined : given), Time.nullish()),
  }),
});

export function isFlagsmith(json: object): boolean {
  return 'event_type' in json && typeof json.event_type === 'string' && 'data' in json;
}

/** Flagsmith's webhooks of environments and organisations; both tell the same change, which is taken once. */
export function readFlagsmith(json: object, at: Instant): ParseResult {
  const type = 'event_type' in json ? String(json.event_type) : '';
  if (type === 'NEW_VERSION_PUBLISHED') return nothing(VERSION);
  if (type !== 'FLAG_UPDATED' && type !== 'FLAG_DELETED')
    return nothing(`Flagsmith event ${type.slice(0, 100)} does not change who has a flag.`);
  const parsed = FlagsmithEvent.safeParse(json);
  if (!parsed.success) return { ok: false, problems: problemsOf(parsed.error) };
  const { new_state: state, previous_state: before, changed_by: actor } = parsed.data.data;
  const timestamp = parsed.data.data.timestamp ?? undefined;
  const odd = implausibleTimes({ 'data.timestamp': timestamp }, at);
  if (odd.length > 0) return { ok: false, problems: odd };
  const subject = state ?? before;
  if (subject === undefined || subject === null) return nothing('Flagsmith tells no state of the flag.');
  const without = whyNothing(subject, state ?? undefined, before ?? undefined);
  if (without !== undefined) return nothing(without);
  const { feature, environment, feature_segment: segment } = subject;
  const share = shareOf(subject, state ?? undefined);
  const told = {
    // Flagsmith sends what people call the environment, in capitals by default, where others send a key.
    ...{ source: 'flagsmith', flag: feature.name, environment: environment.name.toLowerCase() },
    ...{ project: feature.project?.name, share, at: timestamp ?? at, actor },
  };
  const identity = [
    ...[feature.project?.id ?? '', feature.id ?? '', feature.name, environment.id ?? '', environment.name],
    ...[segment?.segment?.id ?? '', type, timestamp ?? [share ?? '', Math.floor(at / MINUTE)]],
  ];
  return { ok: true, events: [flagReport(told, identity)] };
}

const VERSION =
  'NEW_VERSION_PUBLISHED names no environment; FLAG_UPDATED tells the same (in versioned environments since November 2025).';

function whyNothing(subject: State, state: State | undefined, before: State | undefined): string | undefined {
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
function shareOf(subject: State, state: State | undefined): number | undefined {
  if (subject.feature_segment) return undefined;
  if (state === undefined || !state.enabled) return 0;
  const variants = state.multivariate_feature_state_values ?? [];
  if (variants.length > 1) return undefined;
  const [only] = variants;
  if (only !== undefined) return only.percentage_allocation / 100;
  return state.feature.type === 'MULTIVARIATE' ? undefined : 1;
}
