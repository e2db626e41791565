import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWords } from '#slack/words.ts';

const SERVICES = ['checkout', 'ledger', 'storefront'];
const FLAGS = [
  { flag: 'new-checkout', service: 'checkout' },
  { flag: 'new-checkout', service: 'storefront' },
  { flag: 'fast-ledger', service: 'ledger' },
];
const read = (text: string) => readWords(text, SERVICES, FLAGS);
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
    ['coverage', { ask: 'coverage' }],
    ['watch checkout', { ask: 'watch', service: 'checkout', length: HOUR / 2 }],
    ['watch checkout for 45 min', { ask: 'watch', service: 'checkout', length: (3 * HOUR) / 4 }],
    ['keep an eye on Checkout 1h', { ask: 'watch', service: 'checkout', length: HOUR }],
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
    ['show me the deploys', { ask: 'deploys' }],
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

  it.each([
    ['flags', { ask: 'flags' }],
    ['flags checkout', { ask: 'flags', service: 'checkout' }],
    ['show me the flags', { ask: 'flags' }],
    ['which flags has checkout?', { ask: 'flags', service: 'checkout' }],
    ['flag new-checkout', { ask: 'flag', flag: 'new-checkout' }],
    ['flag New-Checkout', { ask: 'flag', flag: 'new-checkout' }],
    ['flags new-checkout', { ask: 'flag', flag: 'new-checkout' }],
    ['flag new-checkout 1h', { ask: 'flag', flag: 'new-checkout', length: HOUR }],
    ['flag new-checkout checkout', { ask: 'flag', flag: 'new-checkout', service: 'checkout' }],
    [
      'flag new-checkout on checkout, errors and p99, last 2 hours',
      {
        ask: 'flag',
        flag: 'new-checkout',
        service: 'checkout',
        measures: ['errorRatio', 'p99'],
        length: 2 * HOUR,
      },
    ],
    ['how is flag new-checkout doing?', { ask: 'flag', flag: 'new-checkout' }],
    [
      'how is the new-checkout flag doing on checkout',
      { ask: 'flag', flag: 'new-checkout', service: 'checkout' },
    ],
    ['is new-checkout ok', { ask: 'flag', flag: 'new-checkout' }],
    ['new-checkout 1h', { ask: 'flag', flag: 'new-checkout', length: HOUR }],
    ['new-checkout on vs off', { ask: 'flag', flag: 'new-checkout' }],
    ['status of flag new-checkout', { ask: 'flag', flag: 'new-checkout' }],
    ['compare flag new-checkout', { ask: 'flag', flag: 'new-checkout' }],
    ['compare checkout vs flag new-checkout', { ask: 'flag', flag: 'new-checkout', service: 'checkout' }],
    ['checkout vs flag new-checkout', { ask: 'flag', flag: 'new-checkout', service: 'checkout' }],
    [
      'compare checkout errors last 30m vs flag new-checkout',
      { ask: 'flag', flag: 'new-checkout', service: 'checkout', measures: ['errorRatio'], length: HOUR / 2 },
    ],
    ['compare p99 vs flag fast-ledger', { ask: 'flag', flag: 'fast-ledger', measures: ['p99'] }],
  ])('“%s” asks about a flag, and nothing else', (text, request) => {
    expect(read(text)).toEqual({ ok: true, request, direct: false });
  });

  it('takes a name that a service and a flag share for the service, unless it says “flag”', () => {
    const same = [{ flag: 'ledger', service: 'checkout' }];
    expect(readWords('how is ledger', SERVICES, same)).toMatchObject({ request: { ask: 'service' } });
    expect(readWords('how is flag ledger', SERVICES, same)).toMatchObject({
      request: { ask: 'flag', flag: 'ledger' },
    });
    expect(readWords('flag ledger checkout', SERVICES, same)).toMatchObject({
      request: { ask: 'flag', flag: 'ledger', service: 'checkout' },
    });
  });

  it.each([
    ['flag', 'Which flag? There are new-checkout, fast-ledger.', ['flag new-checkout', 'flag fast-ledger']],
    ['flag ledger', 'Which flag? ledger has fast-ledger.', ['flag fast-ledger ledger']],
    [
      'compare ledger p99 vs flag',
      'Which flag? ledger has fast-ledger.',
      ['compare ledger p99 vs flag fast-ledger'],
    ],
    ['flag new-chekout', 'I don’t know a flag “new-chekout”.', ['flag new-checkout']],
    [
      'flag new-chekout checkout 1h',
      'I don’t know a flag “new-chekout” of checkout.',
      ['flag new-checkout checkout 1h'],
    ],
    ['new-chekout', 'I don’t know a command “new-chekout”.', ['flag new-checkout']],
    [
      'flag xyz',
      'I don’t know a flag “xyz”. There are new-checkout, fast-ledger.',
      ['flag new-checkout', 'flag fast-ledger', 'flags'],
    ],
    [
      'flag new-checkout ledger p99 1h',
      'ledger has no flag “new-checkout”; checkout, storefront have it.',
      ['flag new-checkout checkout p99 1h', 'flag new-checkout storefront p99 1h'],
    ],
    [
      'compare checkout p99 vs flag new-chekout',
      'I don’t know a flag “new-chekout” of checkout.',
      ['compare checkout p99 vs flag new-checkout'],
    ],
    [
      'compare chekout p99 vs flag new-checkout',
      'I don’t know a service “chekout”.',
      ['compare checkout p99 vs flag new-checkout'],
    ],
    [
      'compare checkout vs new-checkout',
      'I stopped understanding at “new-checkout”.',
      ['compare checkout vs flag new-checkout'],
    ],
    [
      'compare checkout erors vs flag new-checkout',
      'I stopped understanding at “erors”.',
      ['compare checkout errors vs flag new-checkout'],
    ],
    [
      'compare checkout since 14:00 vs flag new-checkout',
      'I stopped understanding at “flag”. The two sides of a flag I compare over a time until now, such as “last 1h”.',
      ['flag new-checkout checkout', 'flag new-checkout checkout 1h'],
    ],
    [
      'flag new-checkout cpu',
      'Only requests carry a flag: its two sides have no cpu of their own.',
      ['flag new-checkout'],
    ],
    [
      'flag new-checkout vs yesterday',
      'I stopped understanding at “yesterday”. Both sides of a flag run at the same time: say how long until now, such as “1h”.',
      ['flag new-checkout', 'flag new-checkout 1h'],
    ],
    [
      'turn flag new-checkout off',
      'I stopped understanding at “turn”. I only compare: a flag is changed where it is kept.',
      ['flag new-checkout', 'flag new-checkout 1h'],
    ],
    ['deploys new-checkout', '“new-checkout” is a flag, not a service.', ['flag new-checkout']],
    ['flag new-chekout me', 'I don’t know a flag “new-chekout”.', ['flag new-checkout me']],
  ])('“%s” is answered with what may have been meant, and nothing is done', (text, what, suggestions) => {
    expect(read(text)).toMatchObject({ ok: false, problem: { what }, suggestions });
    for (const one of suggestions) expect(read(one).ok, one).toBe(true);
  });

  it('shows a flag mistyped in the words as they were, and the one that was meant', () => {
    expect(read('flag new-chekout checkout 1h')).toMatchObject({
      stopped: { before: 'flag', word: 'new-chekout', after: 'checkout 1h', meant: 'new-checkout' },
    });
  });

  it('says where flags are configured where there are none', () => {
    expect(readWords('flag new-checkout', SERVICES)).toMatchObject({
      problem: {
        what: 'I don’t know a flag “new-checkout”. None is configured; services.NAME.flags in bellbuoy.yaml names them.',
      },
      suggestions: ['flags'],
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
                'ready',
                'deploys',
                'errors',
                'of',
                'chekout',
                'flag',
                'flags',
                'new-checkout',
                'new-chekout',
                'fast-ledger',
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
