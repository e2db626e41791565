import { readFileSync, writeFileSync } from 'node:fs';
import { toolReference } from '#api/mcp/reference.ts';
import { operations } from '#api/rest/routes.ts';
import type { Ports } from '#app/ports.ts';
import { jsonSchema } from '#config/json-schema.ts';
import { PROBLEMS } from '#domain/problem.ts';
import { configurationReference } from '../src/config/reference.ts';

/** Writes what is generated of the docs; `.ci/run` checks that nothing changes by it. */
const [check] = process.argv.slice(2);
/** A page of which a part is generated, between two lines of comment. */
function withPart(path: string, name: string, part: string): string {
  const page = readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
  const [begin, end] = [`<!-- ${name}: `, `<!-- end of ${name} -->`];
  const [from, to] = [page.indexOf('\n', page.indexOf(begin)) + 1, page.indexOf(end)];
  if (!page.includes(begin) || to < from) throw new Error(`${path} has no part called ${name}.`);
  return `${page.slice(0, from)}\n${part}\n${page.slice(to)}`;
}

/** What is described needs no ports; only what is asked does. */
const DESCRIBED = operations({} as Ports);

const FILES: Readonly<Record<string, string>> = {
  'docs/agents.md': withPart('docs/agents.md', 'tools', toolReference(DESCRIBED)),
  'docs/configuration.md': configurationReference(jsonSchema()),
  'docs/errors.md': `# Problems and what to do

Generated from \`src/domain/problem.ts\`. Every failure that Bellbuoy shows or logs has one of these codes; *again* says whether it is
tried again by itself.

| code | what it means | what to do | again |
|---|---|---|---|
${Object.entries(PROBLEMS)
  .map(
    ([code, { means, remedy, retry }]) => `| \`${code}\` | ${means} | ${remedy} | ${retry ? 'yes' : 'no'} |`,
  )
  .join('\n')}
`,
};
let stale = 0;
for (const [path, wanted] of Object.entries(FILES)) {
  const at = new URL(`../${path}`, import.meta.url);
  if (check !== '--check') writeFileSync(at, wanted);
  else if (readFileSync(at, 'utf8') !== wanted) {
    stale += 1;
    process.stderr.write(`${path} is not what its source says; run: npm run docs\n`);
  }
}
process.exitCode = stale === 0 ? 0 : 1;
