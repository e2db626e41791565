import { describe, expect, it } from 'vitest';
import { WINDOW } from '#domain/budget/slo.ts';
import { checkPromql } from '#promql/parse.ts';
import {
  complementOf,
  countedBy,
  divisionOf,
  isAverage,
  saysHowMany,
  totalsIn,
  withoutComments,
  withWindow,
} from '#promql/rates.ts';

const told = (promql: string) => {
  const counted = countedBy(promql.replaceAll('[w]', `[${WINDOW}]`));
  if (counted.kind === 'expression') return `asked: ${counted.promql.replaceAll(WINDOW, 'w')}`;
  return counted.terms.map(({ selector, sign }) => `${sign === 1 ? '+' : '-'}${selector}`).join(' ');
};

describe('an expression of rates', () => {
  it.each([
    ['sum(rate(a[w]))', '+a'],
    ['rate(a[w])', '+a'],
    ['sum by (x) (increase(a{b="c"}[w]))', '+a{b="c"}'],
    ['sum(rate(a[w])) without (x) - sum(rate(b[w]))', '+a -b'],
    ['sum(rate(a[w])) - (sum(rate(b[w])) - sum(rate(c[w])))', '+a -b +c'],
    ['-sum(rate(a[w])) + +sum(rate(b[w]))', '-a +b'],
    ['sum(rate(a[w])) + on () sum(rate(b[w]))', '+a +b'],
    ['sum(sum(rate(a[w])))', '+a'],
    ['sum(sum by (x) (rate(a[w])) + sum by (x) (rate(b[w])))', '+a +b'],
    ['(sum(rate(a[w])) or vector(0))', '+a'],
    ['sum(rate(a[w])) or vector(0)', '+a'],
    ['sum(rate(a[w])) or on() vector(0.0)', '+a'],
    ['sum(rate(a[w])) or (vector((0)))', '+a'],
    ['sum(rate(a[w]) or vector(0))', '+a'],
    ['sum(rate(a[w])) or 0 * sum(rate(b[w])) or vector(0)', '+a'],
    ['(sum(rate(a[w])) > 0) or vector(0)', '+a'],
    ['sum(rate(a[w])) != 0', '+a'],
    ['(sum(rate(a[w])) or vector(0)) + (sum(rate(b[w])) or vector(0))', '+a +b'],
    ['sum(rate({__name__="a",b="c"}[w]))', '+{__name__="a",b="c"}'],
    ['sum(rate({"a.b"}[w]))', '+{"a.b"}'],
    ['sum(rate((a{b="c"})[w]))', '+a{b="c"}'],
    ['# why\nsum( # how\n rate(a[w]))', '+a'],
  ])('%s counts %s', (promql, terms) => {
    expect(told(promql)).toBe(terms);
  });

  it.each([
    'sum(rate({__name__=~"a|b"}[w]))',
    'sum(rate({job="a"}[w]))',
    'sum(rate(a[w])) or vector(1)',
    'vector(0) or sum(rate(a[w]))',
    'sum(rate(a[w])) > bool 0',
    'sum(rate(a[w])) > 1',
    'sum(rate(a[w])) or sum(rate(b[w]))',
    'rate(a[w]) + rate(b[w])',
    'sum(rate(a[w])) + on (x) sum(rate(b[w]))',
    'sum(rate(a[w] offset 5m))',
    'sum(rate(a[5m]))',
    'sum(irate(a[w]))',
    'avg(rate(a[w]))',
    '2 * sum(rate(a[w]))',
    'sum(a)',
    'sum(a:rate5m)',
  ])('%s cannot be told by counters and is asked as it is', (promql) => {
    expect(told(promql)).toBe(`asked: ${promql}`);
  });
});

describe('an expression of totals', () => {
  const totals = (promql: string) =>
    totalsIn(promql)
      ?.map(({ selector, sign }) => `${sign === 1 ? '+' : '-'}${selector}`)
      .join(' ');

  it.each([
    ['a{b="c"}', '+a{b="c"}'],
    ['(a)', '+a'],
    ['{__name__="a"}', '+{__name__="a"}'],
    ['sum(a)', '+a'],
    ['sum by (x) (a)', '+a'],
    ['sum(a) + sum(b) - sum(sum(c)) or vector(0)', '+a +b -c'],
    ['sum(a) + sum(b) - sum(sum without (x) (c))', '+a +b -c'],
  ])('%s counts %s', (promql, terms) => {
    expect(totals(promql)).toBe(terms);
  });

  it.each([
    'a + b',
    'sum(a) * 2',
    'avg(a)',
    'sum(rate(a[5m]))',
    '{__name__=~"a|b"}',
    'sum(x:a:rate5m)',
    'a @ 0',
  ])('%s counts no counters', (promql) => {
    expect(totals(promql)).toBeUndefined();
  });
});

describe('how far a query looks back', () => {
  it.each([
    ['sum(rate(a[5m]))', 'sum(rate(a[$window]))'],
    ['sum(increase(a[30d])) / sum(increase(b[1h]))', 'sum(increase(a[$window])) / sum(increase(b[$window]))'],
    ['sum_over_time(a[30d])', 'sum_over_time(a[$window])'],
    ['sum_over_time((rate(a[1m]) > bool 5)[30d:1m])', 'sum_over_time((rate(a[1m]) > bool 5)[$window:1m])'],
    ['max_over_time(a[5m])', 'max_over_time(a[5m])'],
  ])('says nothing of what %s counts', (promql, windowed) => {
    expect(withWindow(promql)).toBe(windowed);
  });

  it('stays where the query says itself what the window is', () => {
    const promql = 'sum_over_time((sum(rate(a[1m])) > bool 5)[$window:1m])';
    expect(withWindow(promql)).toBe(promql);
  });
});

it.each([
  ['sum(rate(a[5m]))', true],
  ['sum(increase(a[5m])) * 2', true],
  ['sum(count_over_time(a[5m]))', true],
  ['sum(job:requests:rate5m)', true],
  ['job:requests:irate', true],
  ['sum(a)', false],
  ['sum(a) * 2', false],
  ['sum(last_over_time(a[5m]))', false],
  ['sum(rate_total)', false],
  ['sum(job:requests:sum)', false],
])('whether %s says how many there were: %s', (promql, expected) => {
  expect(saysHowMany(promql)).toBe(expected);
});

it('a division is found behind comments and in its complement', () => {
  expect(divisionOf('# share\n(a / b) # of all')).toEqual({ over: 'a', under: 'b', isComplement: false });
  expect(divisionOf('(1) - (a / b)')).toEqual({ over: 'a', under: 'b', isComplement: true });
  expect(divisionOf('2 - a / b')).toBeUndefined();
  expect(complementOf('1 - (avg(a[$window]))')).toBe('avg(a[$window])');
});

it('an average is one when nothing is grouped', () => {
  expect(['avg(a)', ' avg(a) # x', 'avg by (x) (a)', 'avg(a) + 1', 'sum(a)'].map(isAverage)).toEqual([
    ...[true, true, false, false, false],
  ]);
});

it('comments are left out, so that what is put behind an expression counts', () => {
  const plain = withoutComments('# first\nsum(rate(a{b="#c"}[$window])) # last');
  expect(plain).toBe('sum(rate(a{b="#c"}[$window]))');
  expect(checkPromql(`(${plain.replaceAll(WINDOW, '5m')}) >= -Inf`).ok).toBe(true);
});
