import { stringify } from 'yaml';
import type { Service } from '#domain/service.ts';
import { ruleTestsOf } from './rule-tests.ts';
import { ruleGroupsOf } from './rules.ts';

/** A file to be written, by its name. */
export type GeneratedFile = { readonly name: string; readonly text: string };

const RULES = 'bellbuoy-slos.rules.yml';
const TESTS = 'bellbuoy-slos.tests.yml';

/** The rules of all SLOs and, beside them, their tests for `promtool test rules`. */
export function ruleFiles(services: readonly Service[]): readonly GeneratedFile[] {
  const written = (value: object) =>
    `# Made by bellbuoy generate rules; change bellbuoy.yaml and make it anew.\n${stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })}`;
  const rules = { groups: ruleGroupsOf(services) };
  const tests = { rule_files: [RULES], evaluation_interval: '1m', tests: ruleTestsOf(services) };
  return [
    { name: RULES, text: written(rules) },
    { name: TESTS, text: written(tests) },
  ];
}
