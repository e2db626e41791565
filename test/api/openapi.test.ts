import { createConfig, lintFromString } from '@redocly/openapi-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operations } from '#api/rest/routes.ts';
import { type Api, openApi } from './door.ts';

let api: Api;
let text: string;
beforeAll(async () => {
  api = await openApi();
  text = await (await fetch(`${api.url}/api/openapi.json`)).text();
});
afterAll(() => api.close());

describe('the OpenAPI document', () => {
  it('passes the recommended rules of a public linter without a warning', async () => {
    const config = await createConfig({ extends: ['recommended'] });
    const found = await lintFromString({ source: text, config });
    expect(found.map(({ ruleId, message, location: [at] }) => [ruleId, message, at?.pointer])).toEqual([]);
  });

  it('has every operation, under its name, with its scope', () => {
    const { paths } = JSON.parse(text);
    const found = Object.entries(paths as Record<string, Record<string, Described>>).flatMap(([path, item]) =>
      Object.entries(item).map(([method, { operationId, security }]) => [
        ...[operationId, method.toUpperCase(), path, security[0]?.token],
      ]),
    );
    const all = operations(api.ports);
    expect(found.toSorted()).toEqual(
      all.map(({ name, method, path, scope }) => [name, method, path, [scope]]).toSorted(),
    );
  });

  it('is given to everybody, without a token', async () => {
    const response = await fetch(`${api.url}/api/openapi.json`);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'application/json; charset=utf-8',
    ]);
  });
});

type Described = {
  readonly operationId: string;
  readonly security: readonly Record<string, readonly string[]>[];
};
