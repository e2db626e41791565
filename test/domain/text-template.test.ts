import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { templateOf } from '#domain/text-template.ts';

describe('the template of a text', () => {
  it.each<[text: string, template: string, values?: readonly string[]]>([
    ['3.2 % of checkout requests fail', '<*> % of checkout requests fail'],
    ['12.5% of 1,204 requests fail', '<*> of <*> requests fail'],
    ['p99 is 1.42s (limit 500ms)', 'p99 is <*> (limit <*>)'],
    ['Error ratio is 1.2e-05, was NaN, limit +Inf.', 'Error ratio is <*>, was <*>, limit <*>.'],
    ['memory at 1.5GiB, disk at 80Mi', 'memory at <*>, disk at <*>'],
    ['1.2kreq/s of 5xx, and 4xx too', '<*> of 5xx, and 4xx too'],
    ['down for 1h 2m 3s', 'down for <*>'],
    ['down for 45s', 'down for <*>'],
    ['up again after 1h2m3.5s', 'up again after <*>'],
    ['10.0.0.5:9100 is down', '<*> is down'],
    ['[2001:db8::7]:9100 is down', '[<*>]:<*> is down'],
    ['trace 550e8400-e29b-41d4-a716-446655440000 failed', 'trace <*> failed'],
    ['commit 9f8c2d1 of 0x7ffd', 'commit <*> of <*>'],
    ['pod checkout-7d9f8b6c5d-x2x9z restarts', 'pod checkout-<*> restarts'],
    ['pod kafka-0 lags, and kafka-12', 'pod kafka-<*> lags, and kafka-<*>'],
    ['node ip-10-0-3-77.ec2.internal', 'node ip-<*>.ec2.internal'],
    ['at 2026-11-24T12:00:05.123Z, since 12:00', 'at <*>, since <*>'],
    ['v1.4.2-rc.1 fails where 1.4.1 did not', '<*> fails where <*> did not'],
    ['Queue "orders" is stuck', 'Queue "<*>" is stuck', ['orders']],
    ['orders-dlq and reorders are not orders', 'orders-dlq and reorders are not <*>', ['orders']],
    ['a pod, called "a"', 'a pod, called "<*>"', ['a']],
    ['checkout on checkout-api', '<*> on <*>', ['checkout', 'checkout-api']],
    ['  two\n\tlines ', 'two lines'],
    ['', ''],
  ])('%j is %j', (text, template, values = []) => {
    expect(templateOf(text, values)).toBe(template);
  });

  const words = fc.constantFrom(
    'requests',
    'fail',
    'on',
    'p99',
    'of',
    'the',
    'queue',
    '–',
    '%',
    'HTTP',
    '5xx.',
  );
  const varying = fc.oneof(
    ...[fc.integer(), fc.double({ noDefaultInfinity: true })].map((any) => any.map(String)),
    fc
      .tuple(fc.nat(), fc.constantFrom('s', 'ms', '%', 'GiB', 'k', 'req/s'))
      .map(([n, unit]) => `${n}${unit}`),
    fc.uuid(),
    fc.ipV4(),
    fc.tuple(fc.ipV4(), fc.nat(65_535)).map(([ip, port]) => `${ip}:${port}`),
    fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((one) => one.toISOString()),
    fc.stringMatching(/^[0-9a-f]{7}[0-9][0-9a-f]{4,32}$/),
  );

  it('does not depend on what varies', () => {
    const sentence = fc.array(fc.record({ word: words, one: varying, other: varying }), { minLength: 1 });
    fc.assert(
      fc.property(sentence, (parts) => {
        const one = parts.map((part) => `${part.word} ${part.one}`).join(' ');
        const other = parts.map((part) => `${part.word} ${part.other}`).join(' ');
        expect(templateOf(one)).toBe(templateOf(other));
        expect(templateOf(one)).toContain(parts[0]?.word);
      }),
      { numRuns: 500 },
    );
  });

  it('does not depend on the values that are said to vary, or on their order', () => {
    const name = fc.stringMatching(/^[a-z]{3,12}([-./][a-z]{1,8}){0,3}$/);
    fc.assert(
      fc.property(name, name, words, (one, other, word) => {
        fc.pre(one !== other && ![one, other].some((text) => ['pod', 'and', word].includes(text)));
        const said = (value: string) => `pod ${value} and "${other}" ${word}`;
        expect(templateOf(said(one), [one, other])).toBe(`pod <*> and "<*>" ${word}`);
        expect(templateOf(said(one), [other, one])).toBe(templateOf(said(other), [other]));
      }),
    );
  });

  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({
      unit: fc.constantFrom(
        ...'<*>\uFFFC-_.:/ 05ax9,"([\n\u{1F600}é%'.split(''),
        '7d9f8b6c5d',
        'x2x9z',
        'bcdfg',
      ),
      maxLength: 60,
    }),
  );

  it('is its own template, whatever the text holds', () => {
    fc.assert(
      fc.property(hostile, fc.array(hostile, { maxLength: 4 }), (text, values) => {
        const template = templateOf(text, values);
        expect(templateOf(template, values)).toBe(template);
        expect(template.isWellFormed()).toBe(true);
        expect(template.length).toBeLessThanOrEqual(1200);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['digits', '7'.repeat(100_000)],
    ['dots', `1${'.1'.repeat(50_000)}!`],
    ['hyphens', 'a-'.repeat(50_000)],
    ['colons', `${':'.repeat(100_000)}x`],
    ['spaces', `${' '.repeat(100_000)}x`],
    ['wildcards', '<*>'.repeat(33_000)],
    ['names of pods', 'checkout-7d9f8b6c5d-bcdfg '.repeat(4000)],
    ['units', '1s'.repeat(50_000)],
    ['one value', 'aaa'.repeat(33_000)],
  ])('of 100 kB of %s is short, and found at once', (_, text) => {
    const template = templateOf(text, ['aaa', `${'a'.repeat(299)}b`, ':::', '7777']);
    expect(template.length).toBeLessThanOrEqual(1200);
    expect(templateOf(template)).toBe(template);
  });

  it('of two long texts is the same where only numbers differ', () => {
    const long = (n: number) => `${n} of ${n * 999} requests fail on the way `.repeat(3000);
    expect(templateOf(long(1))).toBe(templateOf(long(987_654)));
  });
});
