import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { createActiveAlerts } from '#telemetry/alertmanager.ts';
import { grafanaCaller } from '#telemetry/grafana/client.ts';
import { secretsIn, told } from '#telemetry/redact.ts';

const SECRET = 'glsa_"x/ä"-abcdefghijklmnop';

it.each([
  ['as it is', `no: ${SECRET}!`, 'no: …!'],
  ['within JSON', JSON.stringify({ no: SECRET }), '{"no":"…"}'],
  ['within an address', `no: /?token=${encodeURIComponent(SECRET)}&a=1`, 'no: /?token=…&a=1'],
  ['cut by whoever echoed it', `no: ${SECRET.slice(0, 14)}...`, 'no: …...'],
  ['twice', `${SECRET}${SECRET}`, '……'],
])('a secret that is echoed %s is not told', (_, text, shown) => {
  expect(told(text, [SECRET])).toBe(shown);
});

it('an empty secret, or none, changes nothing', () => {
  expect(told(' as it is ', ['', ' '])).toBe('as it is');
});

it('headers hold keys, whole or after their scheme; a tenant’s number is none', () => {
  const secrets = secretsIn({ authorization: 'Basic dXNlcjpwYXNz', 'x-scope-orgid': '1' });
  expect(told('got dXNlcjpwYXNz for org 1', secrets)).toBe('got … for org 1');
});

it.each([401, 503])(
  'Grafana and Alertmanager answering %i with what they were sent tell nobody our keys',
  async (status) => {
    const server = createServer((request, response) => {
      const { authorization, 'x-api-key': key } = request.headers;
      response.writeHead(status).end(`${'x'.repeat(180)}${authorization} and ${key}`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
    const headers = { 'x-api-key': 'KEY-0123456789' };
    const ask = grafanaCaller({ url, token: 'SECRET-abcdefgh', headers, timeout: 2000 });
    const authorized = { ...headers, authorization: 'Bearer SECRET-abcdefgh' };
    const alerts = createActiveAlerts({ url, headers: authorized, timeout: 2000 });
    for (const said of [await ask('GET', 'x', z.unknown()), await alerts.list()]) {
      expect(said).toMatchObject({
        ok: false,
        problem: { what: expect.stringContaining(`answered ${status}`) },
      });
      expect(JSON.stringify(said)).not.toMatch(/SECRET|abcd|KEY-/);
    }
    await new Promise((resolve) => server.close(resolve));
  },
);
