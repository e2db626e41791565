import type { App } from '@slack/bolt';
import { pageAt } from '#app/page-address.ts';
import type { Asks } from '../app.ts';

/** Links that are unfurled of one message; Slack sends no more. */
const MOST = 5;

/** Addresses of our pages that somebody shares, or is about to: what they show is shown below them. */
export function registerLinks(app: App, asks: Asks): void {
  app.event('link_shared', async ({ event }) => {
    const base = asks.catalog.current().pagesUrl;
    if (base === undefined) return;
    const links = event.links
      .flatMap(({ url }) => (pageAt(base, url) === undefined ? [] : [url]))
      .slice(0, MOST);
    if (links.length === 0) return;
    const target =
      event.source === 'composer' && event.unfurl_id !== undefined
        ? { unfurl: event.unfurl_id }
        : { channel: event.channel, ts: event.message_ts };
    const by = { kind: 'person' as const, user: event.user };
    const key = 'unfurl' in target ? target.unfurl : `${target.channel}:${target.ts}`;
    await asks.submit({ type: 'linkShared', links, target, by }, `link:${key}`);
  });
}
