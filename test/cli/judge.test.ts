import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '#cli/program.ts';

describe('bellbuoy judge', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bellbuoy-judge-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const START = Date.UTC(2026, 10, 24);
  const iso = (minute: number) => new Date(START + minute * 60_000).toISOString();
  const judged = async (kind: string, csv: string, ...more: readonly string[]) => {
    const file = join(folder, `${kind}.csv`);
    await writeFile(file, csv);
    const [out, err]: [string[], string[]] = [[], []];
    const terminal = { out: (line: string) => out.push(line), err: (line: string) => err.push(line) };
    const status = await run(['judge', '--kind', kind, '--series', file, '--json', ...more], terminal);
    return { status, err, lines: out.map((line) => JSON.parse(line)) };
  };
  const minutes = (header: string, row: (minute: number) => string) =>
    [header, ...Array.from({ length: 700 }, (_, i) => row(i))].join('\n');

  it('tells a gauge that tripled, with its onset and when that was certain, an object a moment', async () => {
    const csv = minutes('timestamp,value', (i) => `${iso(i)},${(i >= 600 ? 3 : 1) * (50 + ((i * 7) % 11))}`);
    const at = ['--at', iso(400), iso(600)];
    const { status, lines } = await judged('gauge', csv, ...at);
    expect(status).toBe(1);
    expect(lines).toHaveLength(2);
    expect(lines[0].verdict).not.toBe('degraded');
    expect(lines[1]).toMatchObject({ at: iso(600), verdict: 'degraded', onset: { at: iso(600) } });
    expect(Date.parse(lines[1].decidedAt)).toBeLessThan(START + 615 * 60_000);
  });

  it('reads epoch seconds, counts and buckets', async () => {
    const ratio = minutes('timestamp,bad,total', (i) => `${START / 1000 + i * 60},${i >= 600 ? 60 : 1},600`);
    expect((await judged('ratio', ratio, '--at', String(START / 1000 + 36_000))).lines[0].verdict).toBe(
      'degraded',
    );
    const buckets = minutes('timestamp,le,count', (i) =>
      [
        `${iso(i)},0.1,${i >= 600 ? 100 : 550}`,
        `${iso(i)},0.5,${i >= 600 ? 480 : 45}`,
        `${iso(i)},+Inf,5`,
      ].join('\n'),
    );
    const { lines } = await judged('histogram', buckets, '--at', iso(600));
    expect(lines[0]).toMatchObject({ verdict: 'degraded' });
    expect(lines[0].effect.after).toBeGreaterThan(lines[0].effect.before);
  });

  it.each([
    ['gauge', 'time,value\n1,2\n', [], /no column timestamp; expected the header timestamp,value/],
    ['gauge', 'timestamp,value\nsoon,2\n', ['--at', '1'], /:2 timestamp: expected ISO 8601 or epoch seconds/],
    [
      'ratio',
      'timestamp,bad,total\n1,3,2\n2,0,1\n3,0,1\n4,0,1\n',
      ['--at', '2'],
      /:2 expected 0 ≤ bad ≤ total/,
    ],
    ['gauge', 'timestamp,value\n1,2\n2,2\n3,2\n4,2\n', [], /Name a moment/],
    ['gauge', 'timestamp,value\n1,2\n', ['--at', '1', '--before', 'x'], /--before x: expected a duration/],
    ['guage', '', ['--at', '1'], /--kind guage: expected gauge, ratio, histogram or cohort/],
  ])('refuses what it cannot use: %s', async (kind, csv, more, words) => {
    const { status, err } = await judged(kind, csv, ...more);
    expect(status).toBe(2);
    expect(err.join('\n')).toMatch(words);
  });
});
