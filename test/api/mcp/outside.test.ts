import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Api, openApi, STOPPED, TOKENS } from '../door.ts';
import { ENTRIES, EXAMPLE, INCIDENT, POSTMORTEM } from '../example.ts';
import { connect, everyOperation } from './client.ts';

/** A word that people and machines outside put into everything that they may write. */
const WORD = 'Zwetschgenkuchen';

let api: Api;
beforeAll(async () => {
  api = await openApi(TOKENS, { offered: everyOperation(64_000) });
});
afterAll(() => api.close());

/** A value with the word put behind every text that people write at these names, at any depth. */
function salted<T>(value: T, names: readonly string[]): T {
  return JSON.parse(JSON.stringify(value), (name, one: unknown) =>
    typeof one === 'string' && names.includes(name) ? `${one} ${WORD}` : one,
  );
}

/** Where a text stands unmarked that holds the word. */
function unmarkedIn(value: unknown, path = ''): string[] {
  if (typeof value === 'string') return value.includes(WORD) && !/^⟦.*⟧$/s.test(value) ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) =>
    unmarkedIn(one, `${path}/${Array.isArray(value) ? '*' : name}`),
  );
}

const WRITTEN = [
  'title',
  'summary',
  'text',
  'actor',
  'note',
  'version',
  'what',
  'description',
  'alertname',
  ...Object.keys(POSTMORTEM.fields).filter(
    (name) => !['detectionSource', 'triggerKind', 'triggerReference', 'causeCategory'].includes(name),
  ),
];

it('marks every text that somebody outside may write, in every answer', async () => {
  await api.store.incidents.save(salted(INCIDENT, WRITTEN));
  await api.store.timelines.add(
    'INC-12',
    salted(ENTRIES, WRITTEN).map((one) => ({ ...one, key: `${one.key}:salted` })),
    0,
  );
  await api.store.postmortems.save(salted(POSTMORTEM, WRITTEN));
  for (const alert of EXAMPLE.related?.alerts ?? []) await api.store.alerts.save(salted(alert, WRITTEN));
  for (const deploy of EXAMPLE.related?.deploys ?? []) await api.store.deploys.save(salted(deploy, WRITTEN));
  await api.store.flags.save(salted(STOPPED, WRITTEN));
  await api.store.incidents.index('INC-12');
  const client = await connect(api.url, 'token-of-ci');
  const known: Record<string, unknown> = {
    incident: 'INC-12',
    service: 'checkout',
    flag: 'new-checkout',
    rollout: 'f812',
    deploy: 'd77',
    alert: 'a31',
  };
  const found: string[] = [];
  let [marked, asked] = [0, 0];
  for (const { name, inputSchema, annotations } of (await client.listTools()).tools) {
    const required = inputSchema.required ?? [];
    if (annotations?.readOnlyHint !== true || required.some((one) => known[one] === undefined)) continue;
    const result = await client.callTool({
      name,
      arguments: Object.fromEntries(required.map((one) => [one, known[one]])),
    });
    if (result.isError === true) continue;
    const [content] = result.content as { text: string }[];
    const value: unknown = JSON.parse(content?.text ?? '');
    asked += 1;
    marked += content?.text.split(WORD).length ?? 0;
    found.push(...unmarkedIn(value).map((path) => `${name} ${path}`));
  }
  expect([...new Set(found)]).toEqual([]);
  expect(asked).toBeGreaterThan(10);
  expect(marked).toBeGreaterThan(20);
  await client.close();
});
