import { z } from 'zod';
import type { Instant } from '#domain/time.ts';
import { anew, flagReport, Remark } from './flag-report.ts';
import { State, shareOf, whyNothing } from './flagsmith-state.ts';
import { nothing, type ParseResult } from './sender.ts';
import { implausibleTimes, problemsOf, Time } from './wire.ts';

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
    ...[segment?.segment?.id ?? '', type, share ?? '', timestamp ?? anew(share, at)],
  ];
  return { ok: true, events: [flagReport(told, identity)] };
}

const VERSION =
  'NEW_VERSION_PUBLISHED names no environment; FLAG_UPDATED tells the same (in versioned environments since November 2025).';
