import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Untrusted } from '#api/contract/values.ts';
import { tell, toldSchema } from '#api/mcp/told.ts';
import { anyAnswer } from './any-answer.ts';

const HOW = 'Ask for less.';
const ajv = new Ajv2020({ strict: false, validateFormats: false });
const bytes = (value: unknown) =>
  Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));

/** What is missing in the second of two values, by place: items of lists and records, and characters of texts. */
function missing(whole: unknown, cut: unknown, path = ''): Map<string, [number, number]> {
  const found = new Map<string, [number, number]>();
  const add = (at: string, [items, characters]: [number, number]) => {
    const [a, b] = found.get(at) ?? [0, 0];
    found.set(at, [a + items, b + characters]);
  };
  if (typeof whole === 'string' && typeof cut === 'string' && whole !== cut) {
    expect(cut.endsWith('…') && whole.startsWith(cut.slice(0, -1))).toBe(true);
    add(path, [0, whole.length - (cut.length - 1)]);
  }
  if (typeof whole !== 'object' || whole === null || typeof cut !== 'object' || cut === null) return found;
  const left = new Map<string, unknown>(Object.entries(cut));
  for (const [name, member] of Object.entries(whole)) {
    if (!left.has(name)) add(path, [1, 0]);
    else {
      const isOurs = /^m\d$/.test(name) && !Array.isArray(whole);
      for (const [at, counts] of missing(member, left.get(name), `${path}/${isOurs ? name : '*'}`))
        add(at, counts);
    }
  }
  return found;
}

describe('an answer that is cut', () => {
  it('is never longer than its bound, has its shape still, and says truly what is missing', () => {
    fc.assert(
      fc.property(anyAnswer, fc.integer({ min: 300, max: 6000 }), ({ shape, value }, bound) => {
        const schema = z.toJSONSchema(shape);
        const told = tell(value, schema, { bound, how: HOW });
        if (told === undefined) return;
        expect(bytes(told.text)).toBeLessThanOrEqual(bound);
        expect(bytes(told.data)).toBeLessThanOrEqual(bound);
        const { omitted, untrusted: _, ...data } = told.data;
        expect(shape.safeParse(data).error).toBeUndefined();
        expect(ajv.validate(toldSchema(schema), told.data)).toBe(true);
        const { parts = [] } = (omitted ?? {}) as {
          parts?: { path: string; items?: number; characters?: number }[];
        };
        const claimed = parts.map(
          ({ path, items = 0, characters = 0 }) => [path, [items, characters]] as const,
        );
        expect(new Map(claimed)).toEqual(missing(value, data));
      }),
      { numRuns: 400 },
    );
  });

  it('is whole where it fits', () => {
    fc.assert(
      fc.property(anyAnswer, ({ shape, value }) => {
        const told = tell(value, z.toJSONSchema(shape), { bound: 10_000_000, how: HOW });
        const { untrusted: _, ...data } = told?.data ?? {};
        expect(data).toEqual(value);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a bound', () => {
  const Incidents = z.object({
    at: z.iso.datetime(),
    incidents: z.array(
      z.object({ id: z.string(), title: Untrusted, services: z.array(z.string()), why: z.string() }),
    ),
  });
  const incidents = (count: number, services: number, words: number) => ({
    at: '2026-11-24T12:00:00.000Z',
    incidents: Array.from({ length: count }, (_, i) => ({
      ...{ id: `INC-${i}`, title: 'x'.repeat(words), why: 'a word '.repeat(words) },
      services: Array.from({ length: services }, (__, n) => `service-${n}`),
    })),
  });
  const cut = (value: object, bound: number) =>
    tell(value, z.toJSONSchema(Incidents), { bound, how: HOW })?.data;

  it('shortens the longest list first, and leaves the others whole', () => {
    const { incidents: left, omitted } = cut(incidents(500, 3, 5), 8000) as never as {
      incidents: { services: string[] }[];
      omitted: object[];
    };
    expect(left.length).toBeGreaterThan(40);
    expect(left[0]?.services).toHaveLength(3);
    expect(omitted).toEqual({ how: HOW, parts: [{ path: '/incidents', items: 500 - left.length }] });
  });

  it('shortens texts when lists are short, with a sign that they go on', () => {
    const { incidents: left, omitted } = cut(incidents(4, 2, 5000), 8000) as never as {
      incidents: { title: string }[];
      omitted: { parts: { path: string }[] };
    };
    expect(left).toHaveLength(4);
    expect(left[0]?.title).toMatch(/^x{200,}…$/);
    expect(omitted.parts.map(({ path }) => path)).toEqual(['/incidents/*/title', '/incidents/*/why']);
  });

  it('holds whatever somebody sends: a text without end, or ten thousand of them', () => {
    expect(cut(incidents(1, 1, 1_000_000), 4000)).toBeDefined();
    expect(cut(incidents(10_000, 20, 50), 4000)).toBeDefined();
  });
});
