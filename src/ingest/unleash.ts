import { z } from 'zod';
import { failure } from '#domain/problem.ts';
import type { Instant } from '#domain/time.ts';
import { anew, flagReport, Name, Remark } from './flag-report.ts';
import { nothing, type ParseResult } from './sender.ts';
import { decidesLike, readStrategy, type Strategy, shareOf } from './unleash-strategy.ts';
import { implausibleTimes, problemsOf, Time } from './wire.ts';

/**
 * Unleash's webhook integration posts the event as it stands in the event log when no body template is set (webhook add-on, versions 4
 * to 7; the events are on its reference page "Event types"). `project` and `environment` are there since 4.3, with the events per environment.
 */
const UnleashEvent = z.object({
  id: z.int().nullish(),
  type: Name,
  createdBy: Remark,
  createdAt: Time.nullish(),
  featureName: Name,
  project: Remark,
  environment: Name,
  data: z.unknown().optional(),
  preData: z.unknown().optional(),
});

/** The events after which other people have the flag, or the same have another variant of it. */
const CHANGES = new Set([
  ...['feature-environment-enabled', 'feature-environment-disabled'],
  ...['feature-strategy-add', 'feature-strategy-update', 'feature-strategy-remove'],
  'feature-environment-variants-updated',
]);

/** Whether it is an event of Unleash, or the body of the template that its form suggests, which tells too little. */
export function isUnleash(json: object): boolean {
  const { type, event, createdBy, featureToggle } = json as Record<string, unknown>;
  return typeof createdBy === 'string' && (typeof type === 'string' || isTemplate({ event, featureToggle }));
}

function isTemplate({ event, featureToggle }: { event?: unknown; featureToggle?: unknown }): boolean {
  return typeof event === 'string' && typeof featureToggle === 'string';
}

export function readUnleash(json: object, at: Instant): ParseResult {
  if (isTemplate(json))
    return { ok: false, problems: [failure('body-invalid', TEMPLATE, { where: 'featureToggle' }).problem] };
  const type = 'type' in json && typeof json.type === 'string' ? json.type : '';
  if (!CHANGES.has(type))
    return nothing(`Unleash event ${type.slice(0, 100)} does not change who has a flag.`);
  const parsed = UnleashEvent.safeParse(json);
  if (!parsed.success) return { ok: false, problems: problemsOf(parsed.error) };
  const { id, createdBy, createdAt, featureName, project, environment, data, preData } = parsed.data;
  const odd = implausibleTimes({ createdAt: createdAt ?? undefined }, at);
  if (odd.length > 0) return { ok: false, problems: odd };
  const strategy = readStrategy(data);
  const before = readStrategy(preData);
  if (type === 'feature-strategy-update' && strategy !== undefined && before !== undefined)
    if (decidesLike(strategy, before)) return nothing('Of the strategy only what people read has changed.');
  const share = shareAfter(type, strategy);
  const told = {
    ...{ source: 'unleash', flag: featureName, project, environment, actor: createdBy },
    ...{ share, at: createdAt ?? at },
  };
  const when = createdAt ?? id ?? anew(share, at);
  return { ok: true, events: [flagReport(told, [id ?? '', type, featureName, environment, when])] };
}

const TEMPLATE =
  'This body template tells neither the flag of a strategy nor the environment: leave “Body template” empty.';

/**
 * Off is off. How many have it after a strategy was added or changed is that strategy's share; Unleash does not tell the others of the
 * environment, nor, when the environment is switched on, any.
 */
function shareAfter(type: string, strategy: Strategy | undefined): number | undefined {
  if (type === 'feature-environment-disabled') return 0;
  const isTold = type === 'feature-strategy-add' || type === 'feature-strategy-update';
  return isTold && strategy !== undefined ? shareOf(strategy) : undefined;
}
