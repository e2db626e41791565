import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Slo } from '#domain/budget/slo.ts';
import type { Service } from '#domain/service.ts';
import { DAY } from '#domain/time.ts';
import { ruleFiles } from '#generate/rule-files.ts';

type Said = { readonly status: number | null; readonly said: string };

/** Writes the files of these services, and `more` tests and rules beside them, and gives what promtool says of what. */
export function promtool(
  services: readonly Service[],
  more: Readonly<Record<string, object>> = {},
): { readonly text: string; readonly check: Said; readonly test: Said; testOf(name: string): Said } {
  const folder = mkdtempSync(join(tmpdir(), 'bellbuoy-rules-'));
  const [rules, tests] = ruleFiles(services);
  if (rules === undefined || tests === undefined) throw new Error('no files');
  for (const { name, text } of [rules, tests]) writeFileSync(join(folder, name), text);
  for (const [name, value] of Object.entries(more))
    writeFileSync(
      join(folder, name),
      stringify(isRules(value) ? value : { rule_files: [rules.name], ...value }, { lineWidth: 0 }),
    );
  const run = (...args: readonly string[]): Said => {
    const { status, stdout, stderr } = spawnSync('promtool', [...args], { cwd: folder, encoding: 'utf8' });
    return { status, said: `${stdout}${stderr}` };
  };
  const said = {
    ...{ text: rules.text, check: run('check', 'rules', rules.name), test: run('test', 'rules', tests.name) },
    of: new Map(
      Object.entries(more)
        .filter(([, value]) => !isRules(value))
        .map(([name]) => [name, run('test', 'rules', name)]),
    ),
  };
  rmSync(folder, { recursive: true, force: true });
  return { ...said, testOf: (name) => said.of.get(name) ?? { status: null, said: `no ${name}` } };
}

/** Whether a file holds rules, not tests of rules. */
function isRules(value: object): boolean {
  return 'groups' in value;
}

/** An SLO but for its name and what it counts. */
export const base: Omit<Slo, 'name' | 'sli'> = {
  ...{ objective: 0.999, window: { kind: 'rolling', length: 30 * DAY }, method: { kind: 'occurrences' } },
  ...{
    absent: 'unknown',
    policy: {},
    alerting: { page: true, ticket: true },
    origin: { format: 'bellbuoy' },
  },
};
/** Counters, the first one added and the others taken away. */
export const counter = (...selectors: readonly string[]) => ({
  kind: 'counters' as const,
  terms: selectors.map((selector, i) => ({ selector, sign: i === 0 ? (1 as const) : (-1 as const) })),
});
