import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { pathOf } from '#app/page-address.ts';
import type { PostmortemExport } from '#app/ports.ts';
import type { Sheet } from './frame.ts';
import { html, trusted } from './html.ts';

/** A post-mortem as a document, the same words as its export; micromark lets no HTML of a text through, and no address that could run something. */
export function postmortemPage({ incident, postmortem }: PostmortemExport, markdown: string): Sheet {
  const [heading = '', ...rest] = markdown.split('\n');
  const written = micromark(rest.join('\n'), { extensions: [gfm()], htmlExtensions: [gfmHtml()] });
  const title = heading.replace(/^#\s*/, '').replaceAll(/\\([!-/:-@[-`{-~])/g, '$1');
  return {
    ...{ title: title === '' ? incident.id : title, here: 'incidents' },
    facts: html`revision ${postmortem.revision}, ${postmortem.state === 'inReview' ? 'in review' : postmortem.state} · <a href="${pathOf({ page: 'incident', incident: incident.id })}">the incident</a>`,
    body: html`<div class="document">${trusted(written)}</div>`,
  };
}
