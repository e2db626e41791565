import type { Client } from '@modelcontextprotocol/client';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SnapshotDetail } from '#api/contract/snapshots.ts';
import type { Drawing } from '#domain/panel.ts';
import { DRAWINGS, line, panel, red, STAT } from '../render/drawings.ts';
import { type Api, openApi } from './door.ts';
import { lineByLine, shownBy, shownIn } from './drawn.ts';
import { connect } from './mcp/client.ts';

let api: Api;
let client: Client;
beforeAll(async () => {
  api = await openApi();
  client = await connect(api.url, 'token-of-ci');
  await client.listTools();
});
afterAll(async () => {
  await client.close();
  await api.close();
});

const EVERY = Object.entries(DRAWINGS);

const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47);

async function keep(id: string, drawing: Drawing): Promise<Drawing> {
  const kept = { ...drawing, id };
  const picture = { snapshot: id, png: PNG, width: 1, height: 1, alt: '' };
  await api.store.snapshots.save({ id, at: 0, drawing: kept }, picture);
  return kept;
}

const overRest = async (id: string, more = 'maxPoints=10000') =>
  SnapshotDetail.parse((await api.get(`/api/v1/snapshots/${id}?${more}`)).body).snapshot;

const overMcp = (id: string) => lineByLine(client, id);

describe('a picture, read back by its snapshot id', () => {
  it.each(EVERY)('gives over REST the values that were drawn: %s', async (name, drawing) => {
    const kept = await keep(`s_${name.replaceAll(/\W/g, '_')}`, drawing);
    expect(shownIn(await overRest(kept.id))).toEqual(shownBy(kept));
  });

  it.each(EVERY)('gives over MCP the values that were drawn: %s', async (name, drawing) => {
    const kept = await keep(`m_${name.replaceAll(/\W/g, '_')}`, drawing);
    expect(shownIn(await overMcp(kept.id))).toEqual(shownBy(kept));
  });

  it('gives whatever values a line has, those without a number left out', async () => {
    const value = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0, 5e-324));
    const sample = fc.record({ at: fc.integer({ min: 0, max: 4e12 }), value });
    let turn = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(sample, { maxLength: 30 }), async (samples) => {
        turn += 1;
        const id = `any${turn}`;
        const kept = await keep(id, red([panel('Rate', 'perSecond', [line('now', 'now', samples)])]));
        const { body } = await api.get(`/api/v1/snapshots/${id}`);
        expect(JSON.stringify(shownIn(SnapshotDetail.parse(body).snapshot))).toBe(
          JSON.stringify(shownBy(kept)),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('thins points out from the last one, and says so; its figures are of all', async () => {
    const samples = Array.from({ length: 100 }, (_, n) => ({ at: n * 1000, value: n }));
    await keep('thin', red([panel('Rate', 'perSecond', [line('now', 'now', samples)])]));
    const [only] = (await overRest('thin', 'maxPoints=10')).panels;
    expect(only?.lines[0]).toMatchObject({ everyNth: 10, last: 99, min: 0, mean: 49.5, max: 99 });
    expect(only?.lines[0]?.points).toHaveLength(10);
    expect(only?.lines[0]?.points.at(-1)?.[1]).toBe(99);
  });

  it('gives one panel and one line where only these are asked for', async () => {
    await keep('one', DRAWINGS.red ?? STAT);
    const { panels, panelTitles } = await overRest('one', 'panel=2&line=p99');
    expect(panels.map(({ title }) => title)).toEqual(panelTitles.slice(2, 3));
    expect(panels.flatMap(({ lines }) => lines.map(({ name }) => name))).toEqual(['p99']);
  });

  it('is to be had as a picture, and says so when that is not kept any more', async () => {
    await keep('drawn', STAT);
    const response = await fetch(`${api.url}/api/v1/snapshots/drawn/picture.png`, {
      headers: { authorization: 'Bearer token-of-ci' },
    });
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(PNG);
    await api.store.snapshots.save({ id: 'bare', at: 0, drawing: { ...STAT, id: 'bare' } });
    const { status, body } = await api.get('/api/v1/snapshots/bare/picture.png');
    expect([status, body.detail]).toEqual([404, expect.stringContaining('its values are')]);
  });

  it('is not there under an id that nobody was given', async () => {
    const { status, body } = await api.get('/api/v1/snapshots/s_nowhere');
    expect([status, body.detail]).toEqual([404, 'There is no snapshot s_nowhere.']);
  });
});
