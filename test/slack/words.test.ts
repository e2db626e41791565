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
