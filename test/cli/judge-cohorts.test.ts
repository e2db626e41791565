import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '#cli/program.ts';

const ORACLES = join(
  import.meta.dirname,
  '../../../shared/corpora/timeseries/judge-oracles/cohorts_2x2.open.json',
);
const isHere = existsSync(ORACLES);
if (!isHere) process.stderr.write(`skipped: the oracles are not at ${ORACLES}\n`);

describe('bellbuoy judge --kind cohort', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bellbuoy-cohorts-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const ask = async (csv: string, ...more: readonly string[]) => {
    const file = join(folder, 'cohorts.csv');
    await writeFile(file, csv);
    const [out, err]: [string[], string[]] = [[], []];
    const terminal = { out: (line: string) => out.push(line), err: (line: string) => err.push(line) };
    const status = await run(['judge', '--kind', 'cohort', '--series', file, ...more], terminal);
    return { status, err, out };
  };
  const judged = async (csv: string, ...more: readonly string[]) => {
    const { status, out } = await ask(csv, '--json', ...more);
    return { status, ...JSON.parse(out[0] ?? '{}') };
  };
  const table = (on: readonly [number, number], off: readonly [number, number]) =>
    `cohort,bad,total\non,${on.join()}\noff,${off.join()}\n`;

  it.skipIf(!isHere)(
    'agrees with the oracles in tests, intervals and sample ratio to 1e-6, zero cells too',
    async () => {
      const tables = JSON.parse(readFileSync(ORACLES, 'utf8').replaceAll(/: -?(NaN|Infinity)/g, ': null'));
      expect(tables.length).toBeGreaterThan(3);
      for (const { a, b, ...oracle } of tables) {
        const found = await judged(table([b.events, b.n], [a.events, a.n]));
        const near = (value: number, is: number) =>
          expect(Math.abs(value - is), oracle.name).toBeLessThan(1e-6);
        near(found.significance.p, oracle.fisher_two_sided_p);
        near(found.effect.absolute, oracle.risk_diff_b_minus_a);
        for (const [cohort, i] of [
          ['off', 0],
          ['on', 1],
        ] as const) {
          near(found.intervals[cohort].low, oracle.wilson95[i][0]);
          near(found.intervals[cohort].high, oracle.wilson95[i][1]);
        }
        near(found.intervals.difference.low, oracle.newcombe95_diff_b_minus_a[0]);
        near(found.intervals.difference.high, oracle.newcombe95_diff_b_minus_a[1]);
        near(found.sampleRatio.p, oracle.srm_chi2_p_50_50);
      }
    },
  );

  it('calls it worse where that is no chance and matters, better likewise, and ends with 1 where it is worse', async () => {
    expect(await judged(table([80, 4000], [40, 4000]))).toMatchObject({ status: 1, verdict: 'degraded' });
    expect(await judged(table([40, 4000], [80, 4000]))).toMatchObject({ status: 0, verdict: 'improved' });
  });

  it('does not call worse what is certain and does not matter', async () => {
    const found = await judged(table([11_000, 1_000_000], [10_000, 1_000_000]));
    expect(found.significance.p).toBeLessThan(1e-9);
    expect(found).toMatchObject({ status: 0, verdict: 'steady', needs: null });
    expect(found.reasons[0]).toMatch(/by less than matters/);
  });

  it('shows it to be steady where the whole interval matters to nobody, else says how many requests are missing', async () => {
    expect((await judged(table([500, 100_000], [500, 100_000]))).verdict).toBe('steady');
    const few = await judged(table([5, 1000], [5, 1000]));
    expect(few.verdict).toBe('inconclusive');
    expect(few.needs.requests).toBeGreaterThan(5000);
    // As many more, at the same rates, do suffice.
    const all = 1000 + few.needs.requests;
    expect((await judged(table([0.005 * all, all], [0.005 * all, all]))).verdict).toBe('steady');
  });

  it('is not fooled by a mix of strata, and says that all together would be', async () => {
    const csv = 'cohort,bad,total,stratum\non,81,87,a\noff,234,270,a\non,192,263,b\noff,55,80,b\n';
    const found = await judged(csv);
    expect(found.effect.absolute).toBeGreaterThan(0);
    expect(found.effect.after - found.effect.before).toBeCloseTo(found.effect.absolute, 12);
    expect(found.intervals.difference.low).toBeLessThan(found.effect.absolute);
    expect(found.intervals.difference.high).toBeGreaterThan(found.effect.absolute);
    expect(found.reasons.join()).toMatch(/the other way/);
    const many = csv.replaceAll(/(\d+),(\d+),/g, (_, bad, total) => `${bad}0,${total}0,`);
    expect((await judged(many)).significance.p).toBeLessThan(0.001);
  });

  it('finds a sample ratio mismatch, by the share that was meant, and says so among the reasons', async () => {
    const even = await judged(table([50, 9000], [50, 11_000]));
    expect(even.sampleRatio).toMatchObject({ expected: 0.5, observed: 0.45, n: 20_000, isMismatch: true });
    expect(even.reasons.join()).toMatch(/mismatch: 45 % of requests are on, not 50 %/);
    expect(even.reasons.join()).toMatch(/even split was taken as meant/);
    const meant = await judged(table([50, 9000], [50, 11_000]), '--expected', '45%');
    expect(meant.sampleRatio).toMatchObject({ expected: 0.45, isMismatch: false });
    expect(meant.reasons.join()).not.toMatch(/even split|mismatch/);
    // Sure with so many, and too little to matter.
    const near = await judged(table([500, 490_000], [500, 510_000]));
    expect(near.sampleRatio.p).toBeLessThan(0.001);
    expect(near.sampleRatio.isMismatch).toBe(false);
  });

  it.each([
    [
      [0, 0],
      [3, 100],
    ],
    [
      [3, 100],
      [0, 0],
    ],
    [
      [0, 0],
      [0, 0],
    ],
    [
      [0, 5],
      [0, 7],
    ],
    [
      [5, 5],
      [7, 7],
    ],
    [
      [0, 1],
      [1, 1],
    ],
  ] as const)('breaks by no empty cell: on %j, off %j', async (on, off) => {
    const found = await judged(table(on, off));
    expect(found).toMatchObject({ status: 0, verdict: 'inconclusive' });
    if (on[1] === 0 || off[1] === 0)
      expect(found.reasons[0]).toMatch(/^(No request is o|There are no requests)/);
  });

  it('reads as a table for people', async () => {
    const { out } = await ask(table([25, 41], [12, 40]), '--expected', '0.5');
    expect(out.slice(1)).toEqual([
      'cohort      bad  of  share  95 %',
      'off         12   40  30 %   18.1 % … 45.4 %',
      'on          25   41  61 %   45.7 % … 74.3 %',
      'difference           +31 %  9.28 % … 48.9 %',
    ]);
    expect(out[0]).toMatch(/cohorts\.csv degraded \+103 % · Fisher exact, two-sided, p 0\.0074$/);
  });

  it.each(['0', '1', '100%', 'half', '-0.1'])('refuses %s as a share', async (share) => {
    const { status, err } = await ask(table([1, 2], [1, 2]), `--expected=${share}`);
    expect(status).toBe(2);
    expect(err.join()).toMatch(/--expected .*: expected a share between 0 and 1/);
  });
});
