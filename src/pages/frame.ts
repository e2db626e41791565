import { type Page, pathOf } from '#app/page-address.ts';
import { SCRIPT, STYLE } from './assets.ts';
import { type Html, html, NOTHING } from './html.ts';

/** One page: `title` for the tab, `body` below its heading. `isLive`: it is put anew every half minute while somebody looks. */
export type Sheet = {
  readonly title: string;
  readonly here?: Page['page'];
  readonly facts?: Html;
  readonly body: Html;
  readonly isLive?: boolean;
};

const LINKS: readonly (readonly [Page, string])[] = [
  [{ page: 'fleet' }, 'Fleet'],
  [{ page: 'digests' }, 'Digest'],
  [{ page: 'incidents' }, 'Incidents'],
  [{ page: 'coverage' }, 'Coverage'],
];

/** A whole page. Nothing in it comes from elsewhere, and nothing runs that is not ours. */
export function framed({ title, here, facts, body, isLive = false }: Sheet): string {
  const links = LINKS.map(
    ([page, name]) =>
      html`<li><a href="${pathOf(page)}"${page.page === here ? html` aria-current="page"` : NOTHING}>${name}</a></li>`,
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Bellbuoy</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${STYLE.path}">
<script type="module" src="${SCRIPT.path}"></script>
</head>
<body>
<a class="skip" href="#content">To the content</a>
<header class="site"><strong>Bellbuoy</strong><nav aria-label="Pages"><ul>${links}</ul></nav></header>
<main id="content"${isLive ? html` data-live` : NOTHING}>
<h1>${title}</h1>
${facts === undefined ? NOTHING : html`<p class="facts" data-age>${facts}</p>`}
${body}
</main>
</body>
</html>
`.html;
}

/** What a browser is allowed on a page: ours alone, and no frame around it. */
export const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  ...{ 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' },
};
