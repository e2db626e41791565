import { stringify } from 'yaml';
import type { Service } from '#domain/service.ts';
import { ruleNotices } from './notices.ts';
import { ruleTestsOf } from './rule-tests.ts';
import { ruleGroupsOf } from './rules.ts';

/** A file to be written, by its name. */
export type GeneratedFile = { readonly name: string; readonly text: string };

const RULES = 'bellbuoy-slos.rules.yml';
const TESTS = 'bellbuoy-slos.tests.yml';

/** The rules of all SLOs and, beside them, their tests for `promtool test rules`. What is to be known of single SLOs stands above the rules. */
export function ruleFiles(services: readonly Service[]): readonly GeneratedFile[] {
  const written = (value: object, notices: readonly string[] = []) => {
    const head = ['Made by bellbuoy generate rules; change bellbuoy.yaml and make it anew.', ...notices];
    const comments = head.map((line) => `# ${line.replaceAll(/\s+/g, ' ')}\n`).join('');
    return `${comments}${stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })}`;
  };
  const rules = { groups: ruleGroupsOf(services) };
  const tests = { rule_files: [RULES], evaluation_interval: '1m', tests: ruleTestsOf(services) };
  return [
    { name: RULES, text: written(rules, ruleNotices(services)) },
    { name: TESTS, text: written(tests) },
  ];
}
