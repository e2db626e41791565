import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { createRollbacks } from '#telemetry/rollback.ts';

let server: Server;
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Asks somebody who answers so. */
async function outcomeOf(listener: RequestListener, token?: string) {
  server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
  const body = { service: 'checkout', version: 'v2', environment: 'production', deploy: 'd1', by: 'U1' };
  const way = { kind: 'webhook' as const, url, timeout: 2000, ...(token === undefined ? {} : { token }) };
  return createRollbacks().request(way, body, 'd1-r1');
}

it('of a long answer only the beginning is told', async () => {
  const outcome = await outcomeOf((_, response) => response.end('é'.repeat(5_000_000)));
  expect(outcome).toEqual({ kind: 'taken', what: `answered 200: ${'é'.repeat(200)}` });
});

it('a connection that breaks off once the request was there leaves open what came of it, and nothing is sent again', async () => {
  let asked = 0;
  const outcome = await outcomeOf((request) => {
    asked += 1;
    request.resume().on('end', () => request.socket.destroy());
  });
  expect(outcome).toMatchObject({ kind: 'unknown', what: expect.stringMatching(/^broke off: /) });
  expect(asked).toBe(1);
});

it.each([0, 150, 170, 180, 190, 195])(
  'a refusal that echoes the token tells nothing of it, however much comes before (%i characters)',
  async (before) => {
    const outcome = await outcomeOf((request, response) => {
      response.writeHead(401).end(`${'x'.repeat(before)} bad token ${request.headers.authorization}, sorry`);
    }, 'SECRET-abcdefghijklmnop-0123456789');
    expect(outcome.what).toMatch(/^answered 401: /);
    expect(outcome.what).not.toMatch(/SECRET|abcdef/);
    expect(outcome.what.length).toBeLessThanOrEqual(220);
  },
);

it.each(['with a\nline break', 'ends in one\n', 'nul\0'])(
  'a token that no header can carry (%j) sends nothing, which is said for certain, and without the token',
  async (token) => {
    let asked = 0;
    const outcome = await outcomeOf(() => {
      asked += 1;
    }, token);
    expect(outcome).toMatchObject({ kind: 'refused', what: expect.stringMatching(/^could not be sent: /) });
    expect(outcome.what).not.toContain(token.trim());
    expect(asked).toBe(0);
  },
);
