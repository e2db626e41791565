import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareExamples } from '#app/words/compare.ts';
import { judgeBlocks } from '#sandbox/slack/block-kit/judge.ts';
import { answerBlocks } from '#slack/messages/answer.ts';
import { readWords } from '#slack/words.ts';

const SERVICES = ['checkout', 'ledger'];
const FLAGS = [{ flag: 'new-checkout', service: 'checkout' }];
const read = (text: string) => readWords(text, SERVICES, FLAGS);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const RED = ['rate', 'errorRatio', 'p50', 'p99'];

describe('/obs compare understands', () => {
  it.each([
    ['', { measures: RED, length: 30 * MINUTE, against: { kind: 'ago', by: DAY, words: 'yesterday' } }],
    ['errors', { measures: ['errorRatio'] }],
    ['error ratio', { measures: ['errorRatio'] }],
    ['latency, cpu and memory', { measures: ['p50', 'p99', 'cpu', 'memory'] }],
    ['p99 rate traffic', { measures: ['p99', 'rate'] }],
    ['last 30m', { length: 30 * MINUTE }],
    ['45m', { length: 45 * MINUTE }],
    ['last hour', { length: HOUR }],
    ['the last 2 hours', { length: 2 * HOUR }],
    ['half an hour', { length: 30 * MINUTE }],
    ['over 90 min', { length: 90 * MINUTE }],
    ['since 14:00', { since: 14 * 60 }],
    ['errors since 2:15pm', { measures: ['errorRatio'], since: 14 * 60 + 15 }],
    ['vs 1h ago', { against: { kind: 'ago', by: HOUR, words: '1h ago' } }],
    ['versus an hour ago', { against: { kind: 'ago', by: HOUR, words: 'an hour ago' } }],
    ['vs. the day before', { against: { kind: 'ago', by: DAY } }],
    ['compared to 2 days ago', { against: { kind: 'ago', by: 2 * DAY, words: '2 days ago' } }],
    ['against yesterday, please', { against: { words: 'yesterday' } }],
    ['with last week?', { against: { kind: 'ago', by: 7 * DAY, words: 'last week' } }],
    ['vs before deploy', { against: { kind: 'beforeDeploy' } }],
    ['vs before the last deploy', { against: { kind: 'beforeDeploy' } }],
    ['vs before v1.4.2', { against: { kind: 'beforeDeploy', version: 'v1.4.2' } }],
    ['vs before deploy of V1.4.2', { against: { kind: 'beforeDeploy', version: 'V1.4.2' } }],
    ['vs v1.4.2', { against: { kind: 'version', version: 'v1.4.2' } }],
    ['errors v1.4.2 vs v1.4.1', { version: 'v1.4.2', against: { kind: 'version', version: 'v1.4.1' } }],
    ['v1.4.2', { version: 'v1.4.2', against: { kind: 'beforeDeploy', version: 'v1.4.2' } }],
    ['vs version nightly', { against: { kind: 'version', version: 'nightly' } }],
    ['vs 8f31c2d', { against: { kind: 'version', version: '8f31c2d' } }],
  ])('“checkout %s”', (text, request) => {
    expect(read(`compare checkout ${text}`)).toMatchObject({
      ok: true,
      request: { ask: 'compare', service: 'checkout', ...request },
    });
  });

  it('the service where a sentence has it', () => {
    expect(read('compare errors of ledger vs yesterday')).toMatchObject({
      request: { service: 'ledger', measures: ['errorRatio'] },
    });
  });

  it('a long window without words after vs as the same before it, never as one that overlaps', () => {
    expect(read('compare checkout last 3 days')).toMatchObject({ request: { against: { by: 7 * DAY } } });
    expect(read('compare checkout last 10 days')).toMatchObject({ request: { against: { by: 10 * DAY } } });
  });
});

describe('/obs compare takes what people say', () => {
  const yesterday = { kind: 'ago', by: DAY };
  const beforeDeploy = { kind: 'beforeDeploy' };
  it.each([
    ['1h 30m vs yesterday', { length: 90 * MINUTE, against: yesterday }],
    ['1 h 30 min vs yesterday', { length: 90 * MINUTE }],
    ['1d 12h', { length: 36 * HOUR }],
    ['vs 1h 30m ago', { length: 30 * MINUTE, against: { by: 90 * MINUTE, words: '1h 30m ago' } }],
    ['last half hour', { length: 30 * MINUTE }],
    ['vs two days ago', { against: { kind: 'ago', by: 2 * DAY, words: 'two days ago' } }],
    ['vs the day before yesterday', { against: { kind: 'ago', by: 2 * DAY } }],
    ['30m vs previous 30 minutes', { against: { kind: 'ago', by: 30 * MINUTE, words: 'the 30m before' } }],
    ['vs previous', { against: beforeDeploy }],
    ['vs previous version', { against: beforeDeploy }],
    ['vs last deploy', { against: beforeDeploy }],
    ['vs 30m before deploy', { length: 30 * MINUTE, against: beforeDeploy }],
    ['vs 1h before deploy', { length: HOUR, against: beforeDeploy }],
    ['vs before the v1.4.2 deploy', { against: { ...beforeDeploy, version: 'v1.4.2' } }],
    ['since deploy', { length: DAY, against: beforeDeploy }],
    ['since v1.4.2', { version: 'v1.4.2', against: { ...beforeDeploy, version: 'v1.4.2' } }],
    ['since 2 pm', { since: 14 * 60 }],
    ['since yesterday', { length: DAY, against: yesterday }],
    ['today vs yesterday', { since: 0, against: yesterday }],
    ['vs yesterday errors', { measures: ['errorRatio'], against: yesterday }],
    ['vs yesterday 1h', { length: HOUR, against: yesterday }],
    ['vs v1.4.1 last 15m', { length: 15 * MINUTE, against: { kind: 'version', version: 'v1.4.1' } }],
    ['error-rate', { measures: ['errorRatio'] }],
    ['error_rate', { measures: ['errorRatio'] }],
    ['5xx', { measures: ['errorRatio'] }],
    ['p50/p99', { measures: ['p50', 'p99'] }],
    ['version 42 vs version 41', { version: '42', against: { kind: 'version', version: '41' } }],
    ['vs release-2026-11-24', { against: { kind: 'version', version: 'release-2026-11-24' } }],
    ['vs 1234567d', { against: { kind: 'version', version: '1234567d' } }],
  ])('“checkout %s”', (text, request) => {
    expect(read(`compare checkout ${text}`)).toMatchObject({ ok: true, request });
  });

  it('“compare checkout, errors” and “compare checkout: errors”', () => {
    for (const text of ['compare checkout, errors', 'compare checkout: errors', 'compare checkout’s errors'])
      expect(read(text)).toMatchObject({ request: { service: 'checkout', measures: ['errorRatio'] } });
  });
});

describe('/obs compare takes nothing for a version that is something else', () => {
  it.each([
    ['vs 1.5h', ''],
    ['-1h', '-1h'],
    ['1h-ago', '1h-ago'],
    ['p99.9', 'p99.9'],
    ['14:00-15:00 vs yesterday', '14:00-15:00'],
    ['v1.4.1..v1.4.2', 'v1.4.1..v1.4.2'],
    ['http://x.y/1', 'http://x.y/1'],
    ['vs 11/24', '11/24'],
  ])('“checkout %s”: stops at “%s”', (text, word) => {
    expect(read(`compare checkout ${text}`)).toMatchObject({ ok: false, stopped: { word } });
  });

  it('and says which percentiles there are', () => {
    const words = read('compare checkout p95');
    if (words.ok) throw new Error('understood');
    expect(words.problem.what).toBe(
      'I stopped understanding at “p95”. Of the percentiles there are p50 and p99.',
    );
  });
});

describe('/obs compare never mends by changing what was asked', () => {
  it.each([
    ['30m errors 1h', '1h', ['30m errors vs 1h ago']],
    ['30m before deploy', 'before', ['30m vs before deploy', 'vs 30m before deploy']],
  ])('“checkout %s”: at “%s”', (text, word, wholes) => {
    expect(read(`compare checkout ${text}`)).toMatchObject({
      ok: false,
      stopped: { word },
      suggestions: wholes.map((whole) => `compare checkout ${whole}`),
    });
  });

  it.each(['3am vs yesterday', 'vs last 3 tuesdays', 'vs monday', 'vs before 14:00', 'last 30mn'])(
    '“checkout %s” is neither respelled nor cut',
    (text) => {
      const words = read(`compare checkout ${text}`);
      if (words.ok) throw new Error('understood');
      expect(words.stopped).not.toHaveProperty('meant');
      expect(words.suggestions).toEqual(compareExamples('checkout').slice(0, 3));
    },
  );

  it('keeps the signals when another thing to compare with is proposed', () => {
    expect(read('compare checkout vs tomorrow errors')).toMatchObject({
      suggestions: expect.arrayContaining(['compare checkout vs yesterday errors']),
    });
  });

  it('misses the name of a flag that is only a mark', () => {
    expect(read('compare checkout vs flag !')).toMatchObject({
      ok: false,
      problem: { code: 'words-unclear' },
    });
    expect(read('compare checkout vs flag !')).toHaveProperty('stopped');
  });
});

describe('/obs compare shows where it stopped understanding', () => {
  it.each([
    ['errors lst 30m vs yesterday', 'lst', 'last', ['errors last 30m vs yesterday']],
    ['erors vs yesterday', 'erors', 'errors', ['errors vs yesterday']],
    ['erors lst hour', 'erors', 'errors', ['errors last hour']],
    ['errors yesterday', 'yesterday', undefined, ['errors vs yesterday']],
    ['1h ago', 'ago', undefined, ['vs 1h ago']],
    ['vs befor depoy', 'befor', 'before', ['vs before deploy']],
    ['last 30 vs 1h ago', '30', undefined, ['last 30m vs 1h ago']],
    ['p95 vs 1h ago', 'p95', 'p99', ['p99 vs 1h ago', 'p50 vs 1h ago']],
    ['vs tomorrow', 'tomorrow', undefined, ['vs yesterday', 'vs 1h ago', 'vs before deploy']],
    ['errors vs 30m', '', undefined, ['errors vs 30m ago']],
    ['last 3h vs 1h ago', '1h', undefined, ['last 3h vs yesterday', 'last 3h vs before deploy']],
  ])('“checkout %s”: at “%s”', (text, word, meant, wholes) => {
    expect(read(`compare checkout ${text}`)).toEqual({
      ok: false,
      problem: { code: 'words-unclear', what: expect.any(String) },
      stopped: expect.objectContaining(meant === undefined ? { word } : { word, meant }),
      suggestions: wholes.map((whole) => `compare checkout ${whole}`),
    });
  });

  it('with the words as typed, the one in bold', () => {
    const words = read('compare checkout errors lst 30m');
    if (words.ok) throw new Error('understood');
    const { blocks } = answerBlocks({ kind: 'problem', ...words });
    expect(JSON.stringify(blocks[0])).toContain('compare checkout errors :point_right: *lst* 30m');
    expect(JSON.stringify(blocks[0])).toContain('Did you mean *last*?');
  });

  it('keeps the rest where only the service is mistyped', () => {
    expect(read('compare chekout errors 1h vs last week')).toMatchObject({
      suggestions: ['compare checkout errors 1h vs last week'],
    });
  });
});

describe('whatever follows /obs compare', () => {
  const word = fc.oneof(
    fc.constantFrom(
      ...[
        'checkout',
        'vs',
        'last',
        '30m',
        '1h',
        'ago',
        'before',
        'deploy',
        'errors',
        'lst',
        'yesterday',
        'v1.4',
      ],
      ...[
        'p99',
        'an',
        'hour',
        'since',
        '14:00',
        'flag',
        'new-checkout',
        'new-chekout',
        'the',
        'week',
        'and',
        '<!channel>',
        '*x*',
        '`',
        '30',
      ],
      ...['<https://evil.example|click>', '@here', ':red_circle:', '&lt;'],
    ),
    fc.string({ minLength: 1, maxLength: 12 }),
  );
  const sentence = fc.array(word, { maxLength: 9 }).map((words) => `compare ${words.join(' ')}`);

  it('is a question, or a mistake that names one of its words and whose suggestions are understood', () => {
    fc.assert(
      fc.property(sentence, (text) => {
        const words = read(text);
        if (words.ok) return;
        expect(words.suggestions.length).toBeLessThanOrEqual(3);
        for (const one of words.suggestions) expect(read(one).ok, one).toBe(true);
        const said = `${words.problem.what} ${words.stopped?.word ?? ''}`.toLowerCase();
        // A link that Slack made is the words that were typed.
        const plainly = text
          .replaceAll('&lt;', '<')
          .replaceAll(/<[^<|>\s]*\|([^<>]*)>/g, '$1')
          .toLowerCase()
          .split(/\s+/);
        expect(
          plainly.some((one) => said.includes(one.replace(/[,;?!.]+$/, ''))),
          said,
        ).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('is said back as text, never as markup', () => {
    fc.assert(
      fc.property(sentence, (text) => {
        const words = read(text);
        if (words.ok) return;
        const { blocks } = answerBlocks({ kind: 'problem', ...words });
        judgeBlocks(blocks, { isUsable: () => true });
        const shown = JSON.stringify(blocks);
        expect(shown).not.toMatch(/<!|<@|<https?:/);
      }),
      { numRuns: 300 },
    );
  });

  it('is understood where it is one of the examples that are printed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SERVICES), (service) => {
        for (const example of compareExamples(service))
          expect(read(example), example).toMatchObject({ ok: true, request: { service } });
      }),
    );
  });
});
