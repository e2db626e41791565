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

/** The fields that docs/slo-files.md lists as refused, in the first column of its table: a file may fail for these and nothing else. */
const LISTED_FIELDS = readFileSync(join(import.meta.dirname, '../../../docs/slo-files.md'), 'utf8')
  .split('## What is refused')[1]
  ?.split('\n')
  .filter((line) => line.startsWith('| `'))
  .flatMap((row) =>
    [...(row.split(' | ')[0] ?? '').matchAll(/`([\w./]+)`/g)].map(([, field]) => field ?? ''),
  );
const isListed = (path: string) => {
  const named = path.replaceAll(/\.\d+(?=\.|$)/g, '');
  return LISTED_FIELDS?.some((field) => named === field || named.endsWith(`.${field}`)) === true;
};

/** By its text alone: whether a file wants something else than Prometheus, or what is not in it. */
const wantsMore = (text: string) =>
  /^\s+plugin:|victoria-?metrics|datadog|type: (any|redshift|appdynamics|cloudwatch)\b/im.test(text) ||
  (/indicatorRef:/.test(text) && !/kind"?: "?SLI\b/.test(text));

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
    const only = /sli\.plugin$|_query$|Query$/;
    expect(refused.filter((file) => !read(file).problems.every(({ path }) => only.test(path)))).toEqual([]);
    expect(refused.length / files.length).toBeLessThanOrEqual(0.1);
  });

  it.each(accepted)('%s is read, or refused for a listed field with its place', (file) => {
    for (const problem of read(file).problems) {
      expect(isListed(problem.path), `${problem.path}: ${problem.what}`).toBe(true);
      expect(problem.line).toBeGreaterThan(0);
      expect(problem.what).not.toBe('');
    }
  });

  it('that use only Prometheus are read, at least 95 of 100', () => {
    const files = accepted.filter((file) => !wantsMore(readFileSync(join(ROOT, file), 'utf8')));
    expect(files.length).toBeGreaterThan(accepted.length * 0.75);
    const isRead = (file: string) => {
      const { slos, problems } = read(file);
      const isOne = /kind"?: "?(SLO|PrometheusServiceLevel|ServiceLevelObjective)\b|prometheus\/v1/;
      return problems.length === 0 && slos.length > 0 === isOne.test(readFileSync(join(ROOT, file), 'utf8'));
    };
    const missed = files.filter((file) => !isRead(file));
    expect(missed.length / files.length, missed.join('\n')).toBeLessThanOrEqual(0.05);
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
