import { request as send } from 'node:http';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ApiToken, SCOPES, type Scope } from '#api/auth.ts';
import { startWork, type Worker } from '#app/work.ts';
import {
  addressOf,
  anyRequest,
  checkerOf,
  type Described,
  describedIn,
  least,
  type Request,
} from './described.ts';
import { type Api, keepExample, openApi, STOPPED } from './door.ts';
import type { Json } from './json-schema.ts';

/** How many requests each operation gets. */
const RUNS = 25;

const TOKENS: readonly ApiToken[] = SCOPES.map((scope) => ({
  ...{ name: `${scope}s`, token: `token-for-${scope}`, scopes: [scope] },
}));

let api: Api;
let work: Worker;
let document: Json;
let all: readonly Described[];
let check: ReturnType<typeof checkerOf>;

beforeAll(async () => {
  api = await openApi(TOKENS);
  work = startWork(api.ports, 2);
  await api.store.flags.save(STOPPED);
  await keepExample(api);
  document = (await (await fetch(`${api.url}/api/openapi.json`)).json()) as Json;
  all = describedIn(document);
  check = checkerOf(document);
});
afterAll(async () => {
  await work.stop();
  await api.close();
});
afterEach(() => expect(api.errors).toEqual([]));

type Headers = Readonly<Record<string, string>>;

const asWhoMay = (scope: Scope): Headers => ({ authorization: `Bearer token-for-${scope}` });

async function ask(operation: Described, request: Request, headers = asWhoMay(operation.scope)) {
  const { method } = operation;
  const body = method === 'GET' ? undefined : JSON.stringify(request.body ?? {});
  const response = await fetch(`${api.url}${addressOf(operation, request)}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, body: await check(operation, response, request) };
}

/** Where its problems were found. */
function placesOf(body: Json = {}): readonly string[] {
  return (body.problems as readonly { where?: string }[]).map(({ where = '' }) => where);
}

/** A request with one member of another value, or without it. */
function withMember(operation: Described, request: Request, name: string, value: unknown): Request {
  const place = operation.method === 'GET' ? 'query' : 'body';
  const { [name]: _, ...rest } = request[place] ?? {};
  return { ...request, [place]: value === undefined ? rest : { ...rest, [name]: value } };
}

/** Members that are not in the path, with whether they have to be there, and their schemas. */
function membersOf({ parameters, body }: Described): readonly [string, boolean, Json][] {
  const required = (body?.required ?? []) as readonly string[];
  return [
    ...parameters
      .filter((one) => one.in === 'query')
      .map((one): [string, boolean, Json] => [one.name, one.required, one.schema]),
    ...Object.entries((body?.properties ?? {}) as Record<string, Json>).map(
      ([name, schema]): [string, boolean, Json] => [name, required.includes(name), schema],
    ),
  ];
}

describe('every operation of the document', () => {
  it('is asked, and there are some', () => expect(all.length).toBeGreaterThan(9));

  it('answers nobody without a token, and says what is missing', async () => {
    for (const operation of all) {
      for (const headers of [{}, { authorization: 'Bearer token-of-nobody' }])
        expect((await ask(operation, least(operation, document), headers)).status).toBe(401);
    }
  });

  it('answers nobody whose token has another scope', async () => {
    for (const operation of all) {
      for (const scope of SCOPES.filter((one) => one !== operation.scope)) {
        const { status, body } = await ask(operation, least(operation, document), asWhoMay(scope));
        expect(status, operation.name).toBe(403);
        expect(body?.detail).toBe(
          `The token of ${scope}s has the scope ${scope}; this needs ${operation.scope}.`,
        );
      }
    }
  });

  it('names what it does not know, what is missing, and what is of another kind', async () => {
    for (const operation of all) {
      const request = least(operation, document);
      const place = operation.method === 'GET' ? 'query' : 'body';
      const refused = async (name: string, value: unknown) => {
        const { status, body } = await ask(operation, withMember(operation, request, name, value));
        expect([operation.name, name, status]).toEqual([operation.name, name, 400]);
        const found = placesOf(body).some((where) => new RegExp(`^${place} ${name}($|[.[])`).test(where));
        expect(found, `${operation.name}: ${name} is not named by ${placesOf(body).join(', ')}`).toBe(true);
      };
      await refused('nobodyKnowsThis', 'x');
      for (const [name, isRequired, schema] of membersOf(operation)) {
        if (isRequired) await refused(name, undefined);
        if (operation.method !== 'GET') await refused(name, { odd: [true] });
        else if (schema.type !== 'array') await refused(name, ['twice', 'this']);
        if (Array.isArray(schema.enum)) await refused(name, 'none of those');
      }
    }
  });

  it('answers as described whatever stands in its texts, and does no harm', {
    timeout: 240_000,
  }, async () => {
    for (const operation of all) {
      await fc.assert(
        fc.asyncProperty(anyRequest(operation, document), async (request) => {
          const { status } = await ask(operation, request);
          expect(status, `${operation.name} ${JSON.stringify(request)}`).not.toBe(500);
        }),
        { numRuns: RUNS },
      );
    }
    for (const operation of all.filter(({ method }) => method === 'GET')) {
      const { status } = await ask(operation, least(operation, document));
      expect(status, operation.name).not.toBe(500);
    }
    expect((await api.store.incidents.get('INC-12'))?.id).toBe('INC-12');
    expect(await api.store.audit.list(1)).toHaveLength(1);
  });

  it('takes texts as long as a body may be, or refuses them for a reason', async () => {
    for (const operation of all.filter(({ method }) => method !== 'GET')) {
      for (const [name] of membersOf(operation).filter(([, , { type }]) => type === 'string')) {
        const request = withMember(operation, least(operation, document), name, '<!here> '.repeat(100_000));
        expect((await ask(operation, request)).status, `${operation.name} ${name}`).not.toBe(500);
      }
    }
  });

  it('takes a body as JSON only', async () => {
    for (const operation of all.filter(({ method }) => method !== 'GET')) {
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml', undefined]) {
        const response = await fetch(`${api.url}${addressOf(operation, least(operation, document))}`, {
          method: operation.method,
          headers: { ...asWhoMay(operation.scope), ...(type === undefined ? {} : { 'content-type': type }) },
          body: Buffer.from('{}'),
        });
        expect([operation.name, response.status]).toEqual([operation.name, 415]);
        await check(operation, response, type);
      }
    }
  });

  it('refuses a body that nests too deep, and names the member', async () => {
    for (const operation of all.filter(({ method }) => method !== 'GET')) {
      for (const depth of [100, 100_000]) {
        const response = await fetch(`${api.url}${addressOf(operation, least(operation, document))}`, {
          method: operation.method,
          headers: { ...asWhoMay(operation.scope), 'content-type': 'application/json' },
          body: `{"deep":${'['.repeat(depth)}${']'.repeat(depth)}}`,
        });
        expect([operation.name, response.status]).toEqual([operation.name, 400]);
        expect(placesOf(await check(operation, response, depth))).toEqual(['body deep']);
      }
    }
  });

  it.each([
    ['whose length is told', { 'content-length': String(10 * 1024 * 1024) }],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
  ])('refuses 10 MB %s without reading them all', async (_, length) => {
    for (const operation of all.filter(({ method }) => method !== 'GET')) {
      const { status, sent } = await pour(operation, length);
      expect([operation.name, status]).toEqual([operation.name, 413]);
      expect(sent).toBeLessThan(10 * 1024 * 1024);
    }
  });
});

/** Sends pieces of a large body until there is an answer; how many bytes went out by then. */
function pour(operation: Described, length: Headers): Promise<{ status: number; sent: number }> {
  const piece = Buffer.alloc(64 * 1024, ' ');
  return new Promise((resolve, reject) => {
    let sent = 0;
    const outgoing = send(`${api.url}${addressOf(operation, least(operation, document))}`, {
      method: operation.method,
      headers: { ...asWhoMay(operation.scope), 'content-type': 'application/json', ...length },
    });
    const pouring = setInterval(() => {
      outgoing.write(piece);
      sent += piece.length;
    }, 1);
    outgoing.on('response', ({ statusCode = 0 }) => {
      clearInterval(pouring);
      outgoing.destroy();
      resolve({ status: statusCode, sent });
    });
    outgoing.on('error', (error) => {
      clearInterval(pouring);
      reject(error);
    });
  });
}
