import fc from 'fast-check';

/** Texts that have broken somebody's program or could deceive a reader. */
export const NASTY: readonly string[] = [
  '<!channel>',
  '<@U0PERSON00>',
  '<#C0INCIDENT|general>',
  '<https://evil.example|runbook>',
  'https://evil.example/a?b=<c>|d',
  'javascript:alert(1)',
  '```',
  '`code`',
  '*bold* _it_ ~gone~',
  '> quoted',
  ':large_green_circle: resolved',
  '&lt;!here&gt;',
  '\u202e\u2066evil\u200f\u061c',
  '\u0000\u0001\u001b[31m\u007f\u0085',
  '\ud800',
  'a\ud83d',
  '\ufeff\ufffe\u2028\u2029',
  'e\u0301'.repeat(500),
  '👩‍👩‍👧‍👦'.repeat(200),
  'x'.repeat(10_000),
  '&'.repeat(10_000),
  ' \n\r\t'.repeat(500),
  '',
  '__proto__',
  'constructor',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '9999-12-31T23:59:59-23:59',
  '0000-01-01T00:00:00+23:59',
  '2026-11-24T10:00:00',
  '-000001-01-01T00:00:00Z',
  'http://prometheus/graph?g0.expr=%',
  'http://prometheus/graph?g0.expr=sum%28',
];

/**
 * Bodies as bytes that a sender should not send: real ones, damaged, and some that never were any. `fresh` makes a real one another
 * event by the number given, or most would be repeats of what came before.
 */
export function hostileBodies(
  real: readonly object[],
  fresh: (body: object, turn: number) => object,
): fc.Arbitrary<Buffer> {
  // Not shrunk: what fails must not become a repeat by being made simpler.
  const turn = fc.noShrink(fc.nat());
  const one = fc.tuple(fc.constantFrom(...real), turn).map(([body, n]) => fresh(body, n));
  const bodies = fc.oneof(
    { weight: 12, arbitrary: mutated(one).map((body) => Buffer.from(JSON.stringify(body))) },
    {
      weight: 2,
      arbitrary: fc.tuple(mutated(one), fc.nat(), fc.uint8Array({ maxLength: 4 })).map(damaged),
    },
    { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 6 }).map((json) => Buffer.from(JSON.stringify(json))) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)) },
    { weight: 1, arbitrary: fc.constantFrom(...BOMBS).map((text) => Buffer.from(text)) },
  );
  // A failure tells the body as text, not as a list of bytes.
  return bodies.map((body) =>
    Object.assign(body, { [fc.toStringMethod]: () => JSON.stringify(body.toString().slice(0, 3000)) }),
  );
}

const BOMBS = [
  '['.repeat(100_000),
  '['.repeat(100_000) + ']'.repeat(100_000),
  `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
  '"\\ud800"',
  '{"version":"4","version":"5"}',
  '1e999',
  '\ufeff{}',
  ' ',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  'null',
  '[[]]',
];

type Change = { readonly at: number; readonly how: (value: unknown) => unknown };

const anything = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: 'binary' }),
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown[]>(null, true, -1, 0, 1e308, 2 ** 53, [], {}, [[]], -0.5),
);

const DROPPED = Symbol('dropped');

/** What may happen to one value somewhere in a body. */
const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(),
  how: fc.oneof(
    { weight: 2, arbitrary: fc.constant((): unknown => DROPPED) },
    { weight: 6, arbitrary: fc.constantFrom(...NASTY).map((text) => (): unknown => text) },
    { weight: 3, arbitrary: anything.map((value) => (): unknown => value) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 100 }).map((depth) => nestedIn(depth)) },
    { weight: 2, arbitrary: fc.integer({ min: 2, max: 60 }).map((times) => enlargedBy(times)) },
    {
      weight: 3,
      arbitrary: fc.tuple(fc.constantFrom(...NASTY), anything).map(([name, value]) => withKey(name, value)),
    },
  ),
});

function mutated(one: fc.Arbitrary<object>): fc.Arbitrary<unknown> {
  const nasty = fc.option(fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary' })), { freq: 1 });
  return fc
    .tuple(one, nasty, fc.array(change, { maxLength: 5 }))
    .map(([body, text, changes]) =>
      changes.reduce<unknown>(changed, text === null ? body : sown(body, text)),
    );
}

/** Fields whose values decide whether a body is read at all. */
const STRUCTURE =
  /^(status|state|kind|type|event_type|action|resource|at|startsAt|endsAt|startedAt|created_at|updated_at|createdAt|timestamp)$/;

/** The body with this text before every text in it, so that it stands wherever something of the body is shown. */
function sown(value: unknown, text: string): unknown {
  if (typeof value === 'string') return value === '4' ? value : text + value;
  if (Array.isArray(value)) return value.map((inner) => sown(inner, text));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, STRUCTURE.test(name) ? inner : sown(inner, text)]),
  );
}

function changed(body: unknown, { at, how }: Change): unknown {
  const count = sizeOf(body);
  let place = at % count;
  const walk = (value: unknown): unknown => {
    if (place-- === 0) return how(value);
    if (Array.isArray(value)) return value.map(walk).filter((inner) => inner !== DROPPED);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([name, inner]): [string, unknown] => [name, walk(inner)]);
    return Object.fromEntries(entries.filter(([, inner]) => inner !== DROPPED));
  };
  const result = walk(body);
  return result === DROPPED ? {} : result;
}

function sizeOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, inner) => sum + sizeOf(inner), 1);
}

function nestedIn(depth: number) {
  return (value: unknown): unknown => {
    let nest = value;
    for (let i = 0; i < depth; i += 1) nest = i % 2 === 0 ? [nest] : { a: nest };
    return nest;
  };
}

function enlargedBy(times: number) {
  return (value: unknown): unknown => {
    if (typeof value === 'string') return value.repeat(times);
    if (Array.isArray(value)) return Array.from({ length: times }, () => value).flat();
    if (typeof value !== 'object' || value === null) return Number(value) * 10 ** times;
    const more = Array.from({ length: times * 10 }, (_, i): [string, string] => [
      `label_${i}`,
      `<!here> ${i}`,
    ]);
    return { ...value, ...Object.fromEntries(more) };
  };
}

function withKey(name: string, inner: unknown) {
  return (value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries([...Object.entries(value), [name, inner]])
      : [value, inner];
}

/** The text of a body with some bytes replaced, or cut off there. */
function damaged([body, at, bytes]: [unknown, number, Uint8Array]): Buffer {
  const text = Buffer.from(JSON.stringify(body));
  const place = at % (text.length + 1);
  const rest = bytes.length === 0 ? Buffer.alloc(0) : text.subarray(place + bytes.length);
  return Buffer.concat([text.subarray(0, place), bytes, rest]);
}
