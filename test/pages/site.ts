import type { Ports } from '#app/ports.ts';
import { explain } from '#domain/problem.ts';
import type { Catalog } from '#domain/service.ts';
import { pageRoutes } from '#pages/routes.ts';
import type { PagesAccess } from '#pages/session.ts';
import { altText } from '#render/alt-text.ts';
import { postmortemMarkdown } from '#render/markdown.ts';
import { createPainter } from '#render/painter.ts';
import { PLOT_ACROSS } from '#render/plot.ts';
import { fromProxy } from '#runtime/client-address.ts';
import { createLog } from '#runtime/log.ts';
import { startServer } from '#runtime/server.ts';
import { portsWith } from '../app/ports.ts';
import { freshDatabase } from '../store/database.ts';

export const TOKEN = 'token-of-the-pages';

/** The pages on the real server with a real database and real drawing; `own` is what else there is. */
export async function openSite({
  catalog,
  now,
  access = { token: TOKEN, isSecure: false },
  proxies = [],
  own = {},
}: {
  catalog: Catalog;
  now: () => number;
  access?: PagesAccess;
  proxies?: readonly string[];
  own?: Partial<Ports>;
}) {
  const database = await freshDatabase();
  const log = createLog('silent');
  const painter = createPainter({ processes: 1, log });
  const ports = portsWith({
    store: database.store(),
    log,
    catalog: { current: () => catalog },
    clock: { now, sleep: async () => undefined },
    documents: { write: (value) => postmortemMarkdown(value) },
    ...own,
  });
  const server = await startServer({
    ...{ host: '127.0.0.1', port: 0, raw: [], isByProxy: fromProxy(proxies) },
    routes: pageRoutes(ports, { ...painter, plot: PLOT_ACROSS, altOf: altText }, access),
  });
  if (!server.ok) throw new Error(explain(server.problem));
  const { url } = server.value;
  return {
    url: url.replace(/\/$/, ''),
    store: database.store(),
    ports,
    /** Asks as somebody who has the token. */
    async get(path: string, headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` }) {
      const response = await fetch(`${url.replace(/\/$/, '')}${path}`, { headers, redirect: 'manual' });
      return { status: response.status, headers: response.headers, body: await response.text() };
    },
    async close() {
      await server.value.close();
      painter.close();
      await database.close();
    },
  };
}

export type Site = Awaited<ReturnType<typeof openSite>>;
