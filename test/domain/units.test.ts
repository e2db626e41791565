import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Unit } from '#domain/signal.ts';
import { formatChange, formatNumber, formatValue, scaleOf } from '#domain/units.ts';

const UNITS: readonly Unit[] = ['perSecond', 'ratio', 'seconds', 'bytes', 'cores', 'count', 'short'];

describe('a value is written for people', () => {
  it.each<[number, Unit, string]>([
    [0.025, 'ratio', '2.5 %'],
    [0.0012, 'ratio', '0.12 %'],
    [0, 'ratio', '0 %'],
    [0.125, 'ratio', '12.5 %'],
    [1, 'ratio', '100 %'],
    [0.999, 'ratio', '99.9 %'],
    [0.9995, 'ratio', '99.95 %'],
    [0.99999, 'ratio', '99.999 %'],
    [25, 'ratio', '2500 %'],
    [1e-9, 'ratio', '<0.0001 %'],
    [0.823, 'seconds', '823 ms'],
    [0.096, 'seconds', '96 ms'],
    [0.0025, 'seconds', '2.5 ms'],
    [0.00004, 'seconds', '40 µs'],
    [0.9997, 'seconds', '1 s'],
    [1.24, 'seconds', '1.2 s'],
    [90, 'seconds', '90 s'],
    [150, 'seconds', '2.5 min'],
    [10_800, 'seconds', '3 h'],
    [0, 'seconds', '0 ms'],
    [387, 'perSecond', '387 /s'],
    [1234, 'perSecond', '1.2k /s'],
    [999.6, 'perSecond', '1k /s'],
    [0.25, 'perSecond', '0.25 /s'],
    [2_500_000, 'perSecond', '2.5M /s'],
    [1.5 * 1024 ** 3, 'bytes', '1.5 GiB'],
    [512, 'bytes', '512 B'],
    [0.25, 'cores', '0.25 cores'],
    [1, 'cores', '1 core'],
    [19_200, 'count', '19,200'],
    [1.02, 'count', '1'],
    [1_200_000, 'count', '1.2M'],
    [0.012, 'short', '0.012'],
    [-3.5, 'short', '−3.5'],
    [-0.2, 'ratio', '−20 %'],
    [Number.POSITIVE_INFINITY, 'seconds', '∞'],
    [Number.NEGATIVE_INFINITY, 'seconds', '−∞'],
    [Number.NaN, 'ratio', '–'],
  ])('%d as %s is %s', (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text);
  });

  it('stays short whatever the value, so that layouts can rely on it', () => {
    fc.assert(
      fc.property(fc.double(), fc.constantFrom(...UNITS), (value, unit) => {
        expect(formatValue(value, unit).length).toBeLessThanOrEqual(17);
      }),
    );
  });

  it('never writes negative zero', () => {
    for (const unit of UNITS) expect(formatValue(-0, unit)).not.toContain('−');
    expect(formatNumber(-0)).toBe('0');
  });

  it('keeps two figures just below one, where one decimal would lose a twentieth', () => {
    expect([0.95, 0.9499, 0.994, 0.996].map(formatNumber)).toEqual(['0.95', '0.95', '0.99', '1']);
  });

  it('is within 5 % of the value, as far as it writes a plain number', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-5, max: 1e14, noNaN: true }), (value) => {
        const scale = scaleOf(value, 'short');
        const number = value / scale.factor;
        expect(Math.abs(Number(formatNumber(number)) - number)).toBeLessThanOrEqual(number * 0.0501);
      }),
    );
  });
});

describe('a change is said in the unit and in proportion', () => {
  it.each<[number, number, Unit, string, string]>([
    [0.001, 0.025, 'ratio', '+2.4 points', '×25'],
    [0.02, 0.01, 'ratio', '−1 point', '−50 %'],
    [0.31, 0.823, 'seconds', '+513 ms', '+165 %'],
    [0.31, 1.55, 'seconds', '+1.2 s', '×5'],
    [400, 448, 'perSecond', '+48 /s', '+12 %'],
    [400, 387, 'perSecond', '−13 /s', '−3.3 %'],
    [0, 0.01, 'ratio', '+1 point', 'from zero'],
    [5, 5, 'count', '±0', 'unchanged'],
    [100, 100.01, 'perSecond', '+0.01 /s', 'unchanged'],
    [-5, 5, 'short', '+10', '–'],
  ])('%d to %d as %s is %s, %s', (before, after, unit, absolute, relative) => {
    expect(formatChange(before, after, unit)).toEqual({ absolute, relative });
  });
});
