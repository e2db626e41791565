import type { Deploy } from './deploy.ts';

/** How the version before is put back. `link`: a person does it at an address, in which `{placeholders}` are filled. */
export type RollbackWay = { readonly kind: 'link'; readonly template: string };

/** The way back from one deploy, ready to be offered. */
export type RollbackOffer = { readonly kind: 'link'; readonly url: string };

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
  const url = filled(way.template, {
    service: deploy.service,
    version: deploy.version,
    previousVersion: versionBefore(deploy, others),
    environment: deploy.environment,
  });
  return url === undefined ? undefined : { kind: 'link', url };
}

/** The version that ran before a deploy: as its sender says, else the one that was last deployed there. */
export function versionBefore(deploy: Deploy, others: readonly Deploy[]): string | undefined {
  const before = others.find(
    (other) =>
      isBeside(deploy, other) &&
      other.startedAt < deploy.startedAt &&
      other.status === 'succeeded' &&
      other.version !== deploy.version,
  );
  return deploy.previousVersion ?? before?.version;
}

/** The newer deploy that took a deploy's place. */
export function replacedBy(deploy: Deploy, others: readonly Deploy[]): Deploy | undefined {
  return others.find((other) => isBeside(deploy, other) && other.startedAt > deploy.startedAt);
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
