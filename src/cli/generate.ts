import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { catalogOf } from '#config/catalog.ts';
import { ruleNotices } from '#generate/notices.ts';
import { ruleFiles } from '#generate/rule-files.ts';
import { configFrom } from './config-file.ts';
import type { ExitStatus, Terminal } from './terminal.ts';

type Options = { config: string; out: string; json?: boolean };

/** Writes Prometheus rules of all SLOs, and their tests, into a folder; what is to be known of single SLOs is said on `err`. */
export async function generateRules(
  { config: path, out, json }: Options,
  terminal: Terminal,
): Promise<ExitStatus> {
  const config = await configFrom(path, terminal);
  if (config === undefined) return 2;
  const { services } = catalogOf(config);
  const slos = services.reduce((sum, service) => sum + service.slos.length, 0);
  const files = ruleFiles(services);
  try {
    await mkdir(out, { recursive: true });
    for (const { name, text } of files) await writeFile(join(out, name), text);
  } catch (error) {
    terminal.err(`${out}: cannot be written (${error instanceof Error ? error.message : String(error)})`);
    return 1;
  }
  const notices = ruleNotices(services);
  for (const notice of notices) terminal.err(notice);
  const paths = files.map(({ name }) => join(out, name));
  if (json === true) terminal.out(JSON.stringify({ slos, files: paths, notices }));
  else terminal.out(`Rules of ${slos} SLOs: ${paths.join(', ')}. Try them: promtool test rules ${paths[1]}`);
  return 0;
}
