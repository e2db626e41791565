import type { Deploy } from './deploy.ts';
import type { Actor } from './event.ts';
import type { Duration, Instant } from './time.ts';

/**
 * How the version before is put back. `link`: a person does it at an address, in which `{placeholders}` are filled. `webhook`: another system
 * is asked to, by one POST with a bearer token.
 */
export type RollbackWay =
  | { readonly kind: 'link'; readonly template: string }
  | { readonly kind: 'webhook'; readonly url: string; readonly token?: string; readonly timeout: Duration };

/** The way back from one deploy, ready to be offered. `host` is who will be asked, `to` the version that comes back, where known. */
export type RollbackOffer =
  | { readonly kind: 'link'; readonly url: string }
  | { readonly kind: 'webhook'; readonly host: string; readonly to?: string };

/**
 * What came of asking for a rollback. `refused`: it was not taken for certain; `unknown`: nobody knows. `what` is how it was answered, in words;
 * `unsent` that nobody was reached who could have answered.
 */
export type RollbackOutcome = {
  readonly kind: 'taken' | 'refused' | 'unknown';
  readonly what: string;
  readonly unsent?: true;
};

/**
 * A rollback that somebody asked for by the button, once for each `key`; `outcome` is absent while it is under way. `first` is the key of an
 * earlier request of which nobody knows what came: whoever is asked has to see that both are one. `sendingAt` is set right before it is sent.
 */
export type RollbackAsked = {
  readonly key: string;
  readonly by: Actor;
  readonly at: Instant;
  readonly host: string;
  readonly to?: string;
  readonly first?: string;
  readonly sendingAt?: Instant;
  readonly outcome?: RollbackOutcome;
};

/** Why a rollback cannot be asked for. */
export type RollbackRefusal = 'no-way' | 'not-degraded' | 'replaced' | 'asked';

/** What an address may be filled with. */
export const ROLLBACK_PLACEHOLDERS = ['service', 'version', 'previousVersion', 'environment'] as const;

/** Placeholders of an address that nothing fills. */
export function unknownPlaceholders(template: string): readonly string[] {
  const names = [...template.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
  return names.filter((name) => !ROLLBACK_PLACEHOLDERS.some((known) => known === name));
}

/**
 * What is offered to go back from a deploy; `undefined` where there is nothing to go back to any more because a newer deploy took its place,
 * or where the address asks for what nobody knows. `others` are deploys of the same service, newest first.
 */
export function rollbackOffer(
  way: RollbackWay | undefined,
  deploy: Deploy,
  others: readonly Deploy[],
): RollbackOffer | undefined {
  if (way === undefined || deploy.service === undefined || replacedBy(deploy, others) !== undefined)
    return undefined;
  const to = versionBefore(deploy, others);
  if (way.kind === 'webhook')
    return { kind: 'webhook', host: new URL(way.url).host, ...(to === undefined ? {} : { to }) };
  const { service, version, environment } = deploy;
  const url = filled(way.template, { service, version, previousVersion: to, environment });
  return url === undefined ? undefined : { kind: 'link', url };
}

/** Whether another system can be asked now to go back from a deploy; if not, why. */
export function whyNoRollback(
  way: RollbackWay | undefined,
  deploy: Deploy,
  others: readonly Deploy[],
): RollbackRefusal | undefined {
  if (way?.kind !== 'webhook') return 'no-way';
  if (deploy.watch?.verdict?.verdict !== 'degraded') return 'not-degraded';
  if (isRollbackUnderWay(deploy)) return 'asked';
  return replacedBy(deploy, others) === undefined ? undefined : 'replaced';
}

/** Whether a rollback was asked for and may come about; what was refused, or got lost, may be asked for again. */
export function isRollbackUnderWay({ rollbackAsked: asked }: Deploy): boolean {
  return asked !== undefined && (asked.outcome === undefined || asked.outcome.kind === 'taken');
}

/** The key of the request that another one may repeat; `undefined` where it is known what came of all before. */
export function firstUnknown({ rollbackAsked: asked }: Deploy): string | undefined {
  if (asked?.outcome?.kind === 'unknown') return asked.first ?? asked.key;
  // That nothing was sent this time says nothing about the time before.
  return asked?.outcome?.unsent === true ? asked.first : undefined;
}

/** The version that ran before a deploy: as its sender says, else the one that was last deployed there. */
function versionBefore(deploy: Deploy, others: readonly Deploy[]): string | undefined {
  const before = others.find(
    (other) =>
      isBeside(deploy, other) &&
      other.startedAt < deploy.startedAt &&
      other.status === 'succeeded' &&
      other.version !== deploy.version,
  );
  return deploy.previousVersion ?? before?.version;
}

/** The newer deploy that took a deploy's place; one that failed may have left it there. */
function replacedBy(deploy: Deploy, others: readonly Deploy[]): Deploy | undefined {
  return others.find(
    (other) => isBeside(deploy, other) && other.startedAt > deploy.startedAt && other.status !== 'failed',
  );
}

const PLACEHOLDER = /\{(\w*)\}/g;

function isBeside(deploy: Deploy, other: Deploy): boolean {
  return (
    other.id !== deploy.id && other.service === deploy.service && other.environment === deploy.environment
  );
}

/** An address with its values, none of which can change where it leads: encoded, and no `..` among its steps. */
function filled(
  template: string,
  values: Readonly<Record<(typeof ROLLBACK_PLACEHOLDERS)[number], string | undefined>>,
): string | undefined {
  let isWhole = true;
  const url = template.replaceAll(PLACEHOLDER, (_, name: keyof typeof values) => {
    const value = values[name]?.toWellFormed();
    if (value === undefined || /^\.*$/.test(value)) isWhole = false;
    return encodeURIComponent(value ?? '');
  });
  return isWhole ? url : undefined;
}
