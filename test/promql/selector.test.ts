import { describe, expect, it } from 'vitest';
import { groupCounters, groupSelector } from '#promql/increments.ts';
import { checkPromql } from '#promql/parse.ts';
import { selector } from '#promql/quote.ts';
import { bareSelector, readSelector, selectorIn } from '#promql/selector.ts';

describe('a selector', () => {
  it.each([
    ['up', 'up', []],
    ['up{job="a"}', 'up', ['job=a']],
    ['{__name__="up",job="a"}', 'up', ['job=a']],
    ['{job="a", "__name__"="up"}', 'up', ['job=a']],
    ['((up{job!="a"}))', 'up', ['job!=a']],
    ['{"http.requests", job=~"a|b"}', 'http.requests', ['job=~a|b']],
    ['up{"job"="a"}', 'up', ['job=a']],
    ['up{"service.name"!="x.y"}', 'up', ['service.name!=x.y']],
    ["up{job='it\\'s'} # mine", 'up', ["job=it's"]],
    ['# all\nup{ # of one job\n job="a" }', 'up', ['job=a']],
  ])('%s is taken apart', (text, metric, matchers) => {
    const read = readSelector(text);
    expect(read?.metric).toBe(metric);
    expect(read?.matchers.map(({ label, op, value }) => label + op + value)).toEqual(matchers);
  });

  it('whose label needs quotes selects the same as a condition, for no sum can be grouped by it as it is', () => {
    const text = 'up{"service.name"="x.y",job="a"}';
    expect(readSelector(text)?.matchers).toEqual([
      { label: 'service.name', op: '=~', value: 'x\\.y' },
      { label: 'job', op: '=', value: 'a' },
    ]);
    const group = groupCounters([text]).get(text)?.group;
    expect(group?.by).toEqual(['job']);
    expect(group && groupSelector(group)).toBe('up{"service.name"=~"x\\\\.y",job="a"}');
  });

  it.each([
    '{job="a"}',
    '{__name__=~"a|b"}',
    '{__name__!="a"}',
    '{__name__=""}',
    '{__name__="a",__name__="b"}',
    'up{__name__="up"}',
    'up{"down"}',
    '{"up","down"}',
    'up offset 5m',
    'up @ end()',
    'up[5m]',
    'sum(up)',
    'up{',
    'up)',
    '',
  ])('of no one metric, such as %s, is not', (text) => {
    expect(readSelector(text)).toBeUndefined();
    expect(selectorIn(text)).toBeUndefined();
  });

  it('is taken out of its parentheses, whatever it selects', () => {
    expect(bareSelector(' ( {__name__=~"a|b"} ) ')).toBe('{__name__=~"a|b"}');
    expect(selectorIn('(up{a="b"})')).toBe('up{a="b"}');
    expect(bareSelector('sum(up)')).toBeUndefined();
  });

  it.each(['up', 'http.requests', 'größe', 'a"b', '1st'])(
    'of the metric %s is printed as it is read',
    (metric) => {
      const matchers = [
        { label: 'a', op: '=' as const, value: 'x"\\\n' },
        { label: 'b.c', op: '!~' as const, value: 'y' },
      ];
      const printed = selector(metric, matchers);
      expect(checkPromql(printed).ok, printed).toBe(true);
      expect(readSelector(printed)).toEqual({ metric, matchers });
    },
  );
});
