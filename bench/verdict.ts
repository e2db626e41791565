import { isRealHere, realNames } from '../test/domain/verdict/real.ts';
import type { Report } from './report.ts';
import { madeCells, madeReport, madeRequirements } from './verdict/counts.ts';
import type { Job, MadeDone, RealDone } from './verdict/jobs.ts';
import { drawCurves } from './verdict/picture.ts';
import { runAll } from './verdict/pool.ts';
import { realReports, realRequirements } from './verdict/series.ts';

/** A promise, what was measured of it, and whether it is kept. */
export type Requirement = { readonly what: string; readonly measured: string; readonly isKept: boolean };

/**
 * False alarms and hits of the judge against the size of the change, and how long it takes: on real series and on simulated counts, beside Mann–Whitney at 98 % and a fixed
 * threshold of 25 % at the same moments. `VERDICT_WATCHES` (2,000) and `VERDICT_MOMENTS` (150) make it smaller. The curves go to docs/pictures/verdict.png when whole.
 */
export async function verdict(): Promise<readonly Report[]> {
  const watches = numberOf('VERDICT_WATCHES', 2000);
  const moments = numberOf('VERDICT_MOMENTS', 150);
  const names = isRealHere() ? realNames() : [];
  const began = performance.now();
  const jobs: readonly Job[] = [
    ...names.map((name) => ({ kind: 'real', name, moments, first: numberOf('VERDICT_FIRST', 30) }) as const),
    ...madeCells(watches),
  ];
  const done = await runAll(jobs);
  const real = done.filter((one): one is RealDone => one.kind === 'real');
  const made = done.filter((one): one is MadeDone => one.kind === 'made');
  const requirements = [...realRequirements(real), ...madeRequirements(made)];
  const isWhole = watches >= 2000 && moments >= 150 && real.length > 0;
  if (isWhole) await drawCurves(real, made, new URL('../docs/pictures/verdict.png', import.meta.url));
  const failed = requirements.filter(({ isKept }) => !isKept).length;
  return [
    ...realReports(real),
    madeReport(made, watches),
    {
      title: `required, after ${((performance.now() - began) / 1000).toFixed(0)} s: ${failed === 0 ? 'all kept' : `${failed} NOT KEPT`}`,
      rows: requirements.map(({ what, measured, isKept }) => ({
        required: what,
        measured,
        '': isKept ? 'kept' : 'NOT KEPT',
      })),
      isFailed: failed > 0,
    },
  ];
}

function numberOf(name: string, usual: number): number {
  const given = Number(process.env[name] ?? usual);
  if (!(given >= 1)) throw new Error(`${name}=${process.env[name]}: expected a number of at least 1`);
  return given;
}
