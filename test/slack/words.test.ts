import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWords } from '#slack/words.ts';

const SERVICES = ['checkout', 'ledger', 'storefront'];
const read = (text: string) => readWords(text, SERVICES);
const HOUR = 3_600_000;

describe('what follows /obs', () => {
  it.each([
    ['', { ask: 'help' }],
    ['status', { ask: 'fleet' }],
    ['STATUS', { ask: 'fleet' }],
    ['status checkout', { ask: 'service', service: 'checkout', length: HOUR }],
    ['status of Checkout last 6h', { ask: 'service', service: 'checkout', length: 6 * HOUR }],
    ['checkout', { ask: 'service', service: 'checkout', length: HOUR }],
    ['how is checkout?', { ask: 'service', service: 'checkout', length: HOUR }],
    ['ready ledger', { ask: 'ready', service: 'ledger' }],
    ['deploys', { ask: 'deploys' }],
    ['deploys ledger', { ask: 'deploys', service: 'ledger' }],
    ['unmatched', { ask: 'unmatched' }],
    ['panel s_8f31c2', { ask: 'snapshot', id: 's_8f31c2' }],
    [
      'compare checkout errors last 30m vs yesterday',
      {
        ask: 'compare',
        service: 'checkout',
        measures: ['errorRatio'],
        length: HOUR / 2,
        against: { kind: 'ago', by: 24 * HOUR, words: 'yesterday' },
      },
    ],
    ['compare checkout vs 1h ago', { ask: 'compare', against: { kind: 'ago', by: HOUR, words: '1h ago' } }],
    ['compare checkout vs last week', { ask: 'compare', against: { words: 'last week' } }],
    [
      'compare checkout p99 vs before deploy',
      { ask: 'compare', measures: ['p99'], against: { kind: 'beforeDeploy' } },
    ],
    [
      'compare checkout vs before v1.4.2',
      { ask: 'compare', against: { kind: 'beforeDeploy', version: 'v1.4.2' } },
    ],
    [
      'query sum(rate(a{b="c"}[5m])) 2h',
      { ask: 'query', promql: 'sum(rate(a{b="c"}[5m]))', length: 2 * HOUR },
    ],
  ])('“%s” is understood', (text, request) => {
    expect(read(text)).toMatchObject({ ok: true, request, direct: false });
  });

  it('with “me” at its end is answered directly', () => {
    expect(read('status checkout me')).toMatchObject({
      ok: true,
      direct: true,
      request: { service: 'checkout' },
    });
  });

  it.each([
    ['compare chekout errors me', 'compare checkout errors me'],
    ['compare checkout erors vs yesterday me', 'compare checkout errors vs yesterday me'],
    ['status chekout me', 'status checkout me'],
  ])('“%s”, asked in private, is corrected in private', (text, suggestion) => {
    expect(read(text)).toMatchObject({ ok: false, suggestions: [suggestion] });
    expect(read(suggestion)).toMatchObject({ ok: true, direct: true });
  });

  it.each([
    ['checkout errors vs yesterday', { ask: 'compare', service: 'checkout', measures: ['errorRatio'] }],
    ['checkout v1.4.2 vs v1.4.1', { ask: 'compare', version: 'v1.4.2', against: { version: 'v1.4.1' } }],
    ['cmp checkout vs yesterday', { ask: 'compare', service: 'checkout' }],
    ['how is checkout compared to yesterday', { ask: 'compare', against: { words: 'yesterday' } }],
    ['checkout compare errors', { ask: 'compare', measures: ['errorRatio'] }],
    ['is checkout ready', { ask: 'ready', service: 'checkout' }],
    ['ready checkout?', { ask: 'ready', service: 'checkout' }],
    ['ready to deploy checkout', { ask: 'ready', service: 'checkout' }],
    ['show me deploys of checkout', { ask: 'deploys', service: 'checkout' }],
    ['deploys of checkout', { ask: 'deploys', service: 'checkout' }],
    ['budget for checkout', { ask: 'budget', service: 'checkout' }],
    ['status checkout 30 min', { ask: 'service', length: HOUR / 2 }],
    ['status checkout last hour', { ask: 'service', length: HOUR }],
    ['checkout last 6h', { ask: 'service', length: 6 * HOUR }],
    ['Checkout', { ask: 'service', service: 'checkout' }],
  ])('“%s” is the command that it means', (text, request) => {
    expect(read(text)).toMatchObject({ ok: true, request });
  });

  it.each([
    ['rollback checkout', 'rollback', 'status checkout'],
    ['why is checkout slow', 'why', 'status checkout'],
    ['checkout errors', 'errors', 'compare checkout errors'],
    ['checkout redy', 'redy', 'ready checkout'],
    ['status checkout since 14:00', 'since', 'status checkout 1h'],
    ['status checkout vs yesterday', 'compare', 'compare checkout vs yesterday'],
    ['deploys checkout last week', 'last', 'deploys checkout'],
  ])('“%s” is no silent status: it stops at “%s”', (text, word, suggestion) => {
    const words = read(text);
    if (words.ok) throw new Error('understood');
    expect(words.problem.what).toContain(word);
    expect(words.suggestions[0]).toBe(suggestion);
  });

  it('suggests nothing that is not understood: a flag beside a service mistyped, a length said twice', () => {
    expect(read('compare chekout vs flag x')).toMatchObject({ suggestions: ['compare checkout'] });
    expect(read('checkout errors 1h 1h')).toMatchObject({ suggestions: ['status checkout'] });
  });

  it('takes PromQL as Slack sends it: escaped, and with curled quotes', () => {
    expect(read('query a{b=“c”} &gt; 1 &amp;&amp; 2')).toMatchObject({
      request: { promql: 'a{b="c"} > 1 && 2' },
    });
  });

  it.each([
    ['status chekout', 'status checkout'],
    ['staus', 'status'],
    ['ready', 'ready checkout'],
    ['panel', 'panel s_8f31c2'],
  ])('“%s” is answered with what may have been meant', (text, suggestion) => {
    expect(read(text)).toMatchObject({ ok: false, suggestions: [suggestion] });
  });

  it('never makes it throw, and every suggestion is itself understood', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc
            .array(
              fc.constantFrom(
                'status',
                'compare',
                'checkout',
                'vs',
                'last',
                '1h',
                'me',
                'query',
                '(',
                'before',
                'ready',
                'deploys',
                'errors',
                'of',
                'chekout',
              ),
              { maxLength: 7 },
            )
            .map((words) => words.join(' ')),
        ),
        (text) => {
          const words = read(text);
          if (words.ok) return;
          for (const suggestion of words.suggestions) expect(read(suggestion).ok, suggestion).toBe(true);
        },
      ),
    );
  });
});
