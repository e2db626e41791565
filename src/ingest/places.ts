import type { Labels } from '#domain/series.ts';

/** Words that stand before a name too (`prod-eu`), without meaning anything else there, as in `live-chat` or `test-runner`. */
const LEADING = new Set(['production', 'prod', 'prd', 'staging', 'stg']);

/** What environments are commonly called. */
const ENVIRONMENTS = new Set([
  ...[...LEADING, 'live', 'stage', 'preprod', 'uat', 'qa', 'test', 'testing', 'integration'],
  ...['development', 'develop', 'dev', 'sandbox', 'preview'],
]);

/** Where something is taken to run that does not say so, as in the body of `/webhooks/deploy`. */
export const DEFAULT_ENVIRONMENT = 'production';

/**
 * The first of these names (namespace, cluster, folder, application) that is an environment's or carries one: `prod`, `overlays/prod`,
 * `checkout-prod`, `prod-eu`. `undefined` when none does.
 */
export function environmentIn(names: readonly (string | null | undefined)[]): string | undefined {
  return names
    .flatMap((name) => (name ?? '').split('/'))
    .map((name) => split(name).environment)
    .find((environment) => environment !== undefined);
}

/** An application's name without its environment: `checkout` of `checkout-prod` and `prod-checkout`. */
export function withoutEnvironment(name: string): string {
  return split(name).rest ?? name;
}

/** The name without its environment as the label that names a service, where it is another. */
export function shortNameOf(name: string): Labels {
  const short = withoutEnvironment(name);
  return short === name ? {} : { service: short };
}

function split(name: string): { environment?: string; rest?: string } {
  if (ENVIRONMENTS.has(name)) return { environment: name };
  const words = name.split('-');
  const [first = '', last = ''] = [words[0], words.at(-1)];
  if (words.length > 1 && ENVIRONMENTS.has(last))
    return { environment: last, rest: words.slice(0, -1).join('-') };
  if (words.length > 1 && LEADING.has(first)) return { environment: first, rest: words.slice(1).join('-') };
  return {};
}

/** A repository's path on its host: `shop/checkout` of `https://git.example/shop/checkout.git` and `git@git.example:shop/checkout.git`. */
export function repositoryOf(url: string): string {
  const path = url.replace(/^[a-z][\w+.-]*:\/\/(?:[^@/]*@)?[^/]*\//i, '').replace(/^[^@/]+@[^:/]+:/, '');
  return path.replace(/\/+$/, '').replace(/\.git$/, '');
}

/** The address if it is one that a browser opens. */
export function webUrl(text: string | null | undefined): string | undefined {
  return text !== undefined && text !== null && /^https?:\/\//.test(text) ? text : undefined;
}
