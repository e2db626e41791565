import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importSlos } from '#config/slo/import.ts';

const ROOT = resolve(import.meta.dirname, '../../../../shared/corpora/slo-specs');
const isHere = existsSync(join(ROOT, 'SOURCES.json'));
if (!isHere) process.stderr.write(`skipped: the corpora are not at ${ROOT}\n`);

type Listed = { readonly file: string; readonly kind: string };
const LISTED: readonly Listed[] = isHere ? JSON.parse(readFileSync(join(ROOT, 'SOURCES.json'), 'utf8')) : [];
const of = (folder: RegExp, ...kinds: readonly string[]) =>
  LISTED.filter(({ file, kind }) => folder.test(file) && kinds.includes(kind)).map(({ file }) => file);
const read = (...files: readonly string[]) =>
  importSlos(files.map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') })));

/** What docs/slo-files.md lists as refused: a file may fail for these and nothing else. */
const UNSUPPORTED = [
  /sli\.plugin$/,
  /\.(query|error_query|total_query|errorQuery|totalQuery)$/,
  /(metricSource\.type|metricSourceRef|dataSourceRef|dataSourceSpec\.type)$/,
  /timeWindow\.0\.duration$/,
  /indicatorRef$/,
  /objectives(\.\d+\.(value|op))?$/,
];

describe.skipIf(!isHere)('SLO files from elsewhere', () => {
  const accepted = [
    ...of(/^sloth\//, 'input', 'must-accept'),
    ...of(/^pyrra\//, 'input', 'input-derived'),
    ...of(/^openslo\//, 'input', 'golden'),
  ];

  it('of Sloth and Pyrra are read whole, but for plugins and MetricsQL', () => {
    const files = accepted.filter((file) => /^(sloth|pyrra)\//.test(file));
    expect(files.length).toBeGreaterThan(20);
    const refused = files.filter((file) => read(file).problems.length > 0);
    const isListed = (file: string) =>
      read(file).problems.every(({ path }) => UNSUPPORTED.slice(0, 2).some((field) => field.test(path)));
    expect(refused.filter((file) => !isListed(file))).toEqual([]);
    expect(refused.length / files.length).toBeLessThanOrEqual(0.1);
  });

  it.each(accepted)('%s is read, or refused for a listed field with its place', (file) => {
    for (const problem of read(file).problems) {
      expect(
        UNSUPPORTED.some((field) => field.test(problem.path)),
        `${problem.path}: ${problem.what}`,
      ).toBe(true);
      expect(problem.line).toBeGreaterThan(0);
      expect(problem.what).not.toBe('');
    }
  });

  it.each(of(/./, 'must-reject'))('%s is refused', (file) => {
    expect(read(file).problems).not.toEqual([]);
  });

  it('that are wrong only together are refused together', () => {
    const set = of(/./, 'must-reject-as-set');
    expect(set.length).toBeGreaterThan(1);
    for (const file of set) expect(read(file).problems).toEqual([]);
    expect(read(...set).problems).not.toEqual([]);
  });

  it('name no file’s own objective otherwise than the file does', () => {
    const slos = accepted.flatMap((file) => read(file).slos);
    expect(slos.length).toBeGreaterThan(30);
    for (const { slo } of slos) {
      expect(slo.objective).toBeGreaterThan(0);
      expect(String(slo.objective).length).toBeLessThan(9);
    }
  });
});
