import type { Route } from '#runtime/server.ts';
import { PUBLISHED } from '../contract/schemas.ts';

/** Media type of a JSON Schema. */
const SCHEMA_TYPE = 'application/schema+json';

/** The JSON Schemas of what is kept elsewhere, and a list of them. They hold nothing that is anybody's secret, so they need no token. */
export function schemaRoutes(): readonly Route[] {
  const list = PUBLISHED.map(({ path, title }) => ({ title, path }));
  return [
    { method: 'GET', path: '/schemas/', handle: async () => ({ status: 200, body: { schemas: list } }) },
    ...PUBLISHED.map(
      ({ path, schema }): Route => ({
        ...{ method: 'GET', path },
        handle: async () => ({ status: 200, body: schema, type: SCHEMA_TYPE }),
      }),
    ),
  ];
}
