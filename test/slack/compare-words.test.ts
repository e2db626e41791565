import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeBlocks } from '#sandbox/slack/block-kit/judge.ts';
import { compareExamples } from '#slack/compare-words.ts';
import { answerBlocks } from '#slack/messages/answer.ts';
import { readWords } from '#slack/words.ts';

const SERVICES = ['checkout', 'ledger'];
const read = (text: string) => readWords(text, SERVICES);
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

describe('/obs compare shows where it stopped understanding', () => {
  it.each([
    ['errors lst 30m vs yesterday', 'lst', 'last', ['errors last 30m vs yesterday']],
    ['erors vs yesterday', 'erors', 'errors', ['errors vs yesterday']],
    ['erors lst hour', 'erors', 'errors', ['errors last hour']],
    ['errors yesterday', 'yesterday', undefined, ['errors vs yesterday']],
    ['1h ago', 'ago', undefined, ['vs 1h ago']],
    ['vs befor depoy', 'befor', 'before', ['vs before deploy']],
    ['last 30 vs 1h ago', '30', undefined, ['last 30m vs 1h ago']],
    ['p95 vs 1h ago', 'p95', 'p99', ['p99 vs 1h ago']],
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

  it('knows what a flag is, though it cannot compare its sides yet', () => {
    const words = read('compare checkout vs flag new-checkout');
    expect(words).toMatchObject({ ok: false });
    if (!words.ok) expect(words.problem.what).toMatch(/understand “flag new-checkout”.*later version/);
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
        const plainly = text.replaceAll('&lt;', '<').toLowerCase().split(/\s+/);
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
