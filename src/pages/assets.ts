import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { PAGES } from '#app/page-address.ts';
import type { Route } from '#runtime/server.ts';

type Asset = { readonly path: string; readonly type: string; readonly body: string };

/** Their names change with what is in them, so that browsers may keep them for good. */
function asset(name: string, type: string): Asset {
  const body = readFileSync(new URL(name, import.meta.url), 'utf8');
  const print = createHash('sha256').update(body).digest('hex').slice(0, 12);
  return { path: `${PAGES}/assets/${print}-${name}`, type, body };
}

export const STYLE = asset('style.css', 'text/css; charset=utf-8');
export const SCRIPT = asset('script.js', 'text/javascript; charset=utf-8');

/** What every page needs to look right; nothing in it is secret. */
export function assetRoutes(): readonly Route[] {
  return [STYLE, SCRIPT].map(({ path, type, body }) => ({
    method: 'GET',
    path,
    handle: async () => ({
      ...{ status: 200, type, body },
      headers: {
        'cache-control': 'public, max-age=31536000, immutable',
        'x-content-type-options': 'nosniff',
      },
    }),
  }));
}
