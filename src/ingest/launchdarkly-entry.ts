import { z } from 'zod';
import { Name, Remark } from './flag-report.ts';

const Link = z.object({ href: z.string() }).nullish();

/** The flag before or after, with its configuration in each environment by the environment's key. */
const Version = z
  .object({
    key: Name.nullish(),
    kind: z.string().nullish(),
    variations: z.array(z.object({ value: z.unknown().optional() })).nullish(),
    environments: z.record(Name, z.unknown()).nullish(),
  })
  .nullish();

/**
 * A webhook of LaunchDarkly is an entry of its audit log (pages "Webhooks" and "Get audit log entry" of API version 2): which action was
 * done to which resource (`proj/PROJECT:env/ENVIRONMENT:flag/KEY`), when (milliseconds), by whom, and the whole flag before and after.
 */
export const Entry = z.object({
  _id: Name,
  date: z.int(),
  accesses: z.array(z.object({ action: Name, resource: Name })).min(1),
  title: z.string().nullish(),
  member: z.object({ email: Remark, firstName: Remark, lastName: Remark }).nullish(),
  token: z.object({ name: Remark }).nullish(),
  _links: z.object({ site: Link }).nullish(),
  previousVersion: Version,
  currentVersion: Version,
});

export type Entry = z.infer<typeof Entry>;

/** `proj/shop;tag:env/production:flag/new-checkout;tag`: keys have neither colons nor semicolons. */
export function placeOf(
  resource: string,
): { readonly project: string; readonly environment: string; readonly flag: string } | undefined {
  const [, project, environment, flag] =
    /^proj\/([^\s:;]+)[^:]*:env\/([^\s:;]+)[^:]*:flag\/([^\s:;]+)/.exec(resource) ?? [];
  return project === undefined || environment === undefined || flag === undefined
    ? undefined
    : { project, environment, flag };
}

/** Links are paths; the title has one whole, which tells LaunchDarkly's instances apart. */
export function siteOf({ title, _links }: Entry, site: string | undefined): string | undefined {
  const path = site ?? _links?.site?.href;
  if (path === undefined || path.length > 2000) return undefined;
  if (/^https:\/\//.test(path)) return path;
  const [host = 'https://app.launchdarkly.com'] =
    /https:\/\/[a-z0-9.-]+\.launchdarkly\.(?:com|us)(?=\/)/.exec(title ?? '') ?? [];
  return path.startsWith('/') ? `${host}${path}` : undefined;
}
