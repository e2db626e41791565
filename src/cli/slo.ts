import { readFile } from 'node:fs/promises';
import { lineOf } from '#config/slo/documents.ts';
import { importSlos, type SloFile } from '#config/slo/import.ts';
import { writeSlos } from '#config/slo/write.ts';
import { parseDuration } from '#domain/time.ts';
import type { ExitStatus, Terminal } from './terminal.ts';

type Options = { period: string; json?: boolean };

/**
 * Prints SLO files as bellbuoy.yaml has them. On stderr a line for each field that is not honoured, and for each mistake; 1 when there is a
 * mistake, the SLOs without one are printed nevertheless.
 */
export async function sloImport(
  paths: readonly string[],
  { period, json }: Options,
  terminal: Terminal,
): Promise<ExitStatus> {
  const length = parseDuration(period);
  if (length === undefined) {
    terminal.err(`--period ${period}: expected a duration such as 28d.`);
    return 2;
  }
  const files: SloFile[] = [];
  for (const file of paths) {
    try {
      files.push({ file, text: await readFile(file, 'utf8') });
    } catch (error) {
      terminal.err(`${file}: cannot be read (${error instanceof Error ? error.message : String(error)})`);
      return 2;
    }
  }
  const { slos, notices, problems } = importSlos(files, { window: { kind: 'rolling', length } });
  if (json === true) {
    const told = slos.map(({ service, slo }) => ({ service, ...slo }));
    terminal.out(JSON.stringify({ slos: told, notices, problems }));
  } else {
    if (slos.length > 0) terminal.out(writeSlos(slos).trimEnd());
    for (const notice of notices) terminal.err(`note: ${lineOf(notice)}`);
    for (const problem of problems) terminal.err(lineOf(problem));
  }
  return problems.length === 0 ? 0 : 1;
}
