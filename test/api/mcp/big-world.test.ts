import type { Client } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BOUND_META } from '#api/mcp/tools.ts';
import { at } from '../../domain/given.ts';
import { type Api, openApi } from '../door.ts';
import { BIG, BIG_SNAPSHOT, fillBig } from './big-world.ts';
import { connect, everyOperation } from './client.ts';

let api: Api;
let client: Client;
beforeAll(async () => {
  const scopes = ['read', 'write', 'tasks'] as const;
  api = await openApi([{ name: 'agent', token: 'token-of-agent', scopes: [...scopes] }], {
    ...{ offered: everyOperation(), catalog: BIG, now: () => at('12:30') + 100 * performance.now() },
  });
  await fillBig(api);
  client = await connect(api.url, 'token-of-agent');
}, 240_000);
afterAll(async () => {
  await client.close();
  await api.close();
});

/** What the tools take that no list of theirs names. */
const GIVEN: Readonly<Record<string, unknown>> = {
  promql: 'up',
  query: 'up',
  against: 'yesterday',
  snapshot: BIG_SNAPSHOT,
};

/** The noun under which an argument’s values are listed, where that is not its plural. */
const LISTED: Readonly<Record<string, string>> = {
  pattern: 'patterns',
  action: 'actionItems',
  entry: 'entries',
};

const bytes = (value: unknown) =>
  Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));

type Tool = Awaited<ReturnType<Client['listTools']>>['tools'][number];

async function call({ name, _meta }: Tool, sent: Record<string, unknown>) {
  const result = await client.callTool({ name, arguments: sent });
  const [content] = result.content as { type: string; text: string }[];
  const bound = Number(_meta?.[BOUND_META]);
  expect(bound, name).toBeGreaterThan(1000);
  expect(bytes(content?.text ?? ''), name).toBeLessThanOrEqual(bound);
  expect(bytes(result.structuredContent ?? {}), name).toBeLessThanOrEqual(bound);
  return { ...result, data: (result.structuredContent ?? {}) as Record<string, unknown> };
}

/** Names and ids that lists gave, by the argument that takes them. */
function learn(known: Map<string, unknown>, data: Record<string, unknown>): void {
  for (const [list, items] of Object.entries(data)) {
    if (!Array.isArray(items)) continue;
    const item: unknown = items[0];
    if (typeof item !== 'object' || item === null) continue;
    const { id, name, flag, incident } = item as Record<string, unknown>;
    const noun = Object.keys(LISTED).find((one) => LISTED[one] === list) ?? list.replace(/s$/, '');
    for (const [argument, value] of Object.entries({ [noun]: id ?? name, flag, incident }))
      if (value !== undefined && !known.has(argument)) known.set(argument, value);
  }
}

it('no answer of a tool is longer than it states, in a world of 500 services and 5,000 incidents', async () => {
  const { tools } = await client.listTools();
  const known = new Map<string, unknown>(
    Object.entries({ ...GIVEN, service: BIG.services[0]?.name, incident: 'INC-5000' }),
  );
  const isList = ({ inputSchema: { required = [] } }: Tool) => required.length === 0;
  const inOrder = [...tools.filter(isList), ...tools.filter((tool) => !isList(tool))];
  const refused: string[] = [];
  for (const tool of inOrder) {
    const { properties = {}, required = [] } = tool.inputSchema;
    const sent = Object.fromEntries(required.map((name) => [name, known.get(name)]));
    const first = await call(tool, sent);
    learn(known, first.data);
    if (first.isError === true) refused.push(tool.name);
    if ('limit' in properties) await call(tool, { ...sent, limit: 100 });
    await call(tool, {
      ...sent,
      ...Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`wrong${n}`, 'x'.repeat(100)])),
    });
  }
  const reads = tools.filter(({ annotations }) => annotations?.readOnlyHint === true).map(({ name }) => name);
  expect(reads.length).toBeGreaterThan(20);
  expect(refused.filter((name) => reads.includes(name))).toEqual([]);
}, 240_000);

it('a page that is cut leads on to where it ended: nothing is lost between pages', async () => {
  const { tools } = await client.listTools();
  const list = tools.find(({ name }) => name === 'list_incidents');
  if (list === undefined) throw new Error('There is no list of incidents.');
  const seen: number[] = [];
  let cursor: unknown;
  for (let page = 0; page < 5; page += 1) {
    const { data } = await call(list, { limit: 100, ...(cursor === undefined ? {} : { cursor }) });
    const incidents = data.incidents as { number: number }[];
    expect(data.omitted).toMatchObject({
      parts: expect.arrayContaining([
        expect.objectContaining({ path: '/incidents', items: 100 - incidents.length }),
      ]),
    });
    seen.push(...incidents.map(({ number }) => number));
    cursor = data.nextCursor;
  }
  expect(seen).toEqual(Array.from(seen, (_, i) => 5000 - i));
});
