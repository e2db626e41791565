import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '#cli/program.ts';

describe('bellbuoy generate rules', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bellbuoy-generate-'));
    await writeFile(
      join(folder, 'bellbuoy.yaml'),
      `prometheus: { default: { url: "http://127.0.0.1:9" } }
slack: { botToken: x, appToken: y }
services:
  shop:
    slos:
      - name: latency
        objective: 0.99
        window: { rolling: 30d }
        method: { timeslices: { slice: 1m, target: 0.95 } }
        sli: { latency: { histogram: 'request_seconds{app="shop"}', threshold: 300ms } }
`,
    );
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('writes rules and their tests, and says beside them what is not counted as written', async () => {
    const out: string[] = [];
    const err: string[] = [];
    const args = ['--config', join(folder, 'bellbuoy.yaml'), '--out', join(folder, 'rules'), '--json'];
    const status = await run(['generate', 'rules', ...args], {
      out: (line) => out.push(line),
      err: (line) => err.push(line),
    });
    expect(status).toBe(0);
    expect(err).toEqual([
      'Where no bucket ends at the threshold of a latency, the next lower one counts; without a lower one there is no ratio and no alert (shop/latency).',
    ]);
    const { slos, files, notices } = JSON.parse(out[0] ?? '');
    expect({ slos, notices }).toEqual({ slos: 1, notices: err });
    const [rules, tests] = await Promise.all(files.map((path: string) => readFile(path, 'utf8')));
    expect(rules).toContain(`# ${err[0]}`);
    expect(rules).toContain('name: bellbuoy-slices/shop/latency');
    expect(tests).toContain('alert_rule_test');
  });
});
