import { type Instant, type Range, within } from '#domain/time.ts';

/** A page that can be opened: each has an address that stays. */
export type Page =
  | { readonly page: 'fleet' | 'incidents' | 'coverage' | 'digests' }
  | { readonly page: 'service'; readonly service: string; readonly range?: Range }
  | { readonly page: 'incident' | 'postmortem'; readonly incident: string }
  | { readonly page: 'digest'; readonly digest: string };

/** Below this all pages are. */
export const PAGES = '/pages';

const LISTS = ['incidents', 'coverage', 'digests'] as const;

/** The path of a page, with what follows the question mark. A range is written in UTC to the second, so that it opens the same stretch for everybody. */
export function pathOf(page: Page): string {
  switch (page.page) {
    case 'fleet':
      return PAGES;
    case 'incidents':
    case 'coverage':
    case 'digests':
      return `${PAGES}/${page.page}`;
    case 'service': {
      const { service, range } = page;
      const query = range === undefined ? '' : `?from=${second(range.from)}&to=${second(range.to)}`;
      return `${PAGES}/services/${encoded(service)}${query}`;
    }
    case 'incident':
      return `${PAGES}/incidents/${encoded(page.incident)}`;
    case 'postmortem':
      return `${PAGES}/incidents/${encoded(page.incident)}/postmortem`;
    case 'digest':
      return `${PAGES}/digests/${encoded(page.digest)}`;
  }
}

/** The address of a page where people open it; `base` is what was configured, with or without a slash at its end. */
export function addressOf(base: string, page: Page): string {
  return `${base.replace(/\/+$/, '')}${pathOf(page)}`;
}

/** The page that an address below `base` opens; `undefined` for any other address. */
export function pageAt(base: string, address: string): Page | undefined {
  const root = `${base.replace(/\/+$/, '')}${PAGES}`;
  if (!URL.canParse(address) || !URL.canParse(root)) return undefined;
  const [url, at] = [new URL(address), new URL(root)];
  if (url.origin !== at.origin) return undefined;
  const path = url.pathname.replace(/\/$/, '');
  if (path === at.pathname) return { page: 'fleet' };
  if (!path.startsWith(`${at.pathname}/`)) return undefined;
  const parts = path
    .slice(at.pathname.length + 1)
    .split('/')
    .map(decoded);
  const [list, name, more, ...others] = parts;
  if (others.length > 0 || parts.includes(undefined)) return undefined;
  if (name === undefined) {
    const found = LISTS.find((one) => one === list);
    return found === undefined ? undefined : { page: found };
  }
  if (list === 'incidents' && more === 'postmortem') return { page: 'postmortem', incident: name };
  if (more !== undefined) return undefined;
  if (list === 'incidents') return { page: 'incident', incident: name };
  if (list === 'digests') return { page: 'digest', digest: name };
  if (list !== 'services') return undefined;
  const range = rangeIn(url.searchParams.get('from'), url.searchParams.get('to'));
  return { page: 'service', service: name, ...(range === undefined ? {} : { range }) };
}

/** A range as an address writes it; `undefined` where one of both is no moment, or the end is not behind the beginning. */
export function rangeIn(from: string | null | undefined, to: string | null | undefined): Range | undefined {
  const range = { from: moment(from), to: moment(to) };
  return range.from < range.to && within(CALENDAR, range.from) && within(CALENDAR, range.to)
    ? range
    : undefined;
}

/** Moments of which nothing was ever measured are none. */
const CALENDAR: Range = { from: 0, to: Date.UTC(10000, 0) };

function moment(text: string | null | undefined): Instant {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z$/.test(text ?? '') ? Date.parse(text ?? '') : Number.NaN;
}

function second(at: Instant): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** What is no well-formed text has an address all the same. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
