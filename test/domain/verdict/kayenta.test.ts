import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createGaugeJudge, GAUGE_FLOOR } from '#domain/verdict/gauge.ts';
import { FALSE_ALARMS } from '#domain/verdict/spending.ts';
import type { Verdict, Worse } from '#domain/verdict/verdict.ts';
import { STEP, timesOf } from './made.ts';

const SUITE = join(
  import.meta.dirname,
  '../../../../shared/corpora/timeseries/kayenta-judge/ClassifierSuite.open.json',
);
const isHere = existsSync(SUITE);
if (!isHere) process.stderr.write(`skipped: Kayenta’s cases are not at ${SUITE}\n`);
const DOC = readFileSync(join(import.meta.dirname, '../../../docs/judge.md'), 'utf8');

type Case = {
  readonly test: string;
  readonly arrays: { readonly controlData: readonly number[]; readonly experimentData: readonly number[] };
  readonly direction: 'Either' | 'Increase' | 'Decrease';
  readonly expected: string;
};

const WORSE: Readonly<Record<Case['direction'], Worse>> = {
  Either: 'either',
  Increase: 'higher',
  Decrease: 'lower',
};

/** What an engineer would say of each case that Kayenta’s own suite has, and what differs. Without history: that is all that Kayenta sees. */
const SENSIBLE: Readonly<Record<string, Verdict>> = {
  'Mann-Whitney Classifier Test: Pass Metric': 'inconclusive',
  'Mann-Whitney Classifier Directional Test: Increase': 'improved',
  'Mann-Whitney Classifier Directional Test: Low Metric': 'degraded',
  'Mann-Whitney Classifier Test - Mean Ratio Effect Size: Low': 'degraded',
  'Mann-Whitney Classifier Test - CLES Effect Size: Pass': 'inconclusive',
  'Mann-Whitney Classifier Test - Critical Effect Size: Critical High': 'degraded',
  'Mann-Whitney Classifier Test - Critical Effect Size: Pass': 'degraded',
  'Mann-Whitney Identical Populations': 'inconclusive',
  'Mann-Whitney Missing Experiment Data: Critical Metric': 'inconclusive',
  'Mann-Whitney Majority Tied Observations': 'inconclusive',
  'Mann-Whitney Zero Mean: High Metric with Effect Size': 'degraded',
  'Mann-Whitney Zero Mean: Pass Metric': 'inconclusive',
  'Mean Inequality Classifier Test: Pass Metric': 'inconclusive',
};

/** Kayenta’s own issues, recomputed: before, after, what Kayenta says, and what is sensible. */
const ISSUES: readonly (readonly [string, readonly number[], readonly number[], string, Verdict])[] = [
  ['spinnaker #5622', many(10, 0), [0, 0.048, 0, 0.18, 0.089, 0, 0.098, 0.035, 0, 0], 'Pass', 'inconclusive'],
  ['kayenta #426', many(6, 0), [0, 1, 2, 1, 0, 0], 'Pass', 'inconclusive'],
  ['spinnaker #6278', many(10, 1), [...many(7, 100), ...many(3, 1)], 'Pass', 'degraded'],
  ['spinnaker #6278, eight', many(10, 1), [...many(8, 100), ...many(2, 1)], 'High', 'degraded'],
  ['kayenta #799', many(5, 0), [1, 4, 2, 3, 1], 'High', 'degraded'],
  ['three values', [1, 2, 3], [100, 101, 102], 'High', 'inconclusive'],
];

/** Ours that mean the same as Kayenta’s classes; whatever else differs and is explained. */
const SAME: Readonly<Record<string, readonly Verdict[]>> = {
  Pass: ['steady'],
  High: ['degraded'],
  Low: ['degraded'],
  Nodata: ['inconclusive'],
};

function many(count: number, value: number): readonly number[] {
  return Array.from({ length: count }, () => value);
}

function judged(before: readonly number[], after: readonly number[], worse: Worse) {
  const missing = after.length === 0 ? before.map(() => Number.NaN) : after;
  const values = Float64Array.from([...before, ...missing]);
  const lengths = { before: before.length, after: missing.length, history: 2016 };
  const rules = { ...lengths, worse, floor: GAUGE_FLOOR, alpha: FALSE_ALARMS };
  return createGaugeJudge({ times: timesOf(values.length), step: STEP, values }, rules).judge(before.length);
}

/** The row of docs/judge.md that says why a case differs. */
function rowOf(name: string): readonly string[] {
  const row = DOC.split('\n').find((line) => line.startsWith(`| ${name} `));
  return (row ?? '').split('|').map((cell) => cell.trim());
}

function expectExplained(name: string, theirs: string, ours: Verdict): void {
  if (SAME[theirs]?.includes(ours)) return;
  const [, , kayenta, bellbuoy, why = ''] = rowOf(name);
  expect({ kayenta, bellbuoy }, `docs/judge.md explains ${name}`).toEqual({
    kayenta: theirs,
    bellbuoy: ours,
  });
  expect(why.length).toBeGreaterThan(20);
}

describe('cases that Kayenta is known to get wrong', () => {
  it.each(ISSUES)('%s', (name, before, after, theirs, sensible) => {
    const found = judged(before, after, 'higher');
    expect(found.verdict).toBe(sensible);
    if (sensible === 'inconclusive') expect(found.reasons.join()).toMatch(/too little history/);
    expectExplained(name, theirs, sensible);
  });
});

describe.skipIf(!isHere)('Kayenta’s own suite, each case as an engineer would judge it', () => {
  const cases: readonly Case[] = isHere ? JSON.parse(readFileSync(SUITE, 'utf8')) : [];

  it.each(cases)('$test', ({ test, arrays, direction, expected }) => {
    const sensible = SENSIBLE[test];
    expect(sensible, 'what is sensible is said').toBeDefined();
    if (sensible === undefined) return;
    const found = judged(arrays.controlData, arrays.experimentData, WORSE[direction]);
    expect(found.verdict).toBe(sensible);
    expectExplained(test, expected, sensible);
  });
});
