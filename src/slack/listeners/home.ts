import type { App } from '@slack/bolt';
import { section } from '../blocks.ts';
import { homeView } from '../messages/home.ts';
import type { Parts } from './incidents.ts';

/** The Home tab, drawn whenever somebody opens it. */
export function registerHome(app: App, parts: Parts): void {
  app.event('app_home_opened', async ({ event }) => {
    if (event.tab === 'home') await publishHome(event.user, parts);
  });
}

/** Puts somebody’s Home tab as things now stand. */
export async function publishHome(user: string, { asks, calls, guard }: Parts): Promise<void> {
  const groups = new Set(
    asks.catalog
      .current()
      .services.flatMap(({ mention }) => (mention?.startsWith('S') === true ? [mention] : [])),
  );
  const theirs = await Promise.all(
    [...groups].map(async (group) => ((await guard.isIn(user, [group])) ? [group] : [])),
  );
  const view = homeView(await asks.home(user, new Set([user, ...theirs.flat()])));
  const published = await calls.patiently('views.publish', (client) =>
    client.views.publish({ user_id: user, view }),
  );
  if (!published.ok) asks.log.warn({ refusal: published.refusal }, 'a Home tab was not published');
}

/** Says on somebody’s Home tab why it shows nothing. */
export async function tellOnHome(
  user: string,
  why: string,
  { asks, calls }: Pick<Parts, 'asks' | 'calls'>,
): Promise<void> {
  const view = { type: 'home' as const, blocks: [section(`:lock: ${why}`)] };
  const published = await calls.patiently('views.publish', (client) =>
    client.views.publish({ user_id: user, view }),
  );
  if (!published.ok) asks.log.warn({ refusal: published.refusal }, 'a Home tab was not published');
}
