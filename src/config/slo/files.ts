import type { Slo } from '#domain/budget/slo.ts';
import type { Duration } from '#domain/time.ts';
import type { Config } from '../schema.ts';
import { lineOf } from './documents.ts';
import { importSlos, type SloFile } from './import.ts';

type Found = { readonly path: readonly PropertyKey[]; readonly what: string };

type FoundFiles = {
  readonly slos: Readonly<Record<string, readonly Slo[]>>;
  readonly problems: readonly Found[];
  /** Fields that are not honoured, each with its place in its file. */
  readonly notices: readonly string[];
};

/**
 * Reads the SLO files that services name; references go across all files of a service. Every SLO of a file is one of the service that names it,
 * whatever the file calls its service. Problems stand at the key that names the file, and say where in it.
 */
export function readSloFiles(
  config: Pick<Config, 'services'>,
  beside: (path: string) => string | undefined,
): FoundFiles {
  const problems: Found[] = [];
  const notices = new Set<string>();
  const slos = Object.entries(config.services).map(([name, service]): [string, readonly Slo[]] => {
    const path = ['services', name, 'slos'];
    const places = new Map<string, number>();
    const named = new Set<string>();
    const files: SloFile[] = [];
    for (const [i, entry] of service.slos.entries()) {
      if (!('file' in entry)) {
        if (named.has(entry.name))
          problems.push({ path: [...path, i, 'name'], what: `${name} has an SLO ${entry.name} already` });
        named.add(entry.name);
        continue;
      }
      const refuse = (what: string) => problems.push({ path: [...path, i, 'file'], what });
      const text = beside(entry.file);
      if (places.has(entry.file)) refuse(`${name} names the file ${entry.file} already`);
      else if (text === undefined) refuse(`the file ${entry.file} cannot be read`);
      else files.push({ file: entry.file, text, ...windowOf(entry.window) });
      places.set(entry.file, i);
    }
    const read = importSlos(files);
    for (const problem of read.problems)
      problems.push({ path: [...path, places.get(problem.file) ?? 0, 'file'], what: lineOf(problem) });
    for (const notice of read.notices) notices.add(lineOf(notice));
    for (const { slo, where } of read.slos) {
      if (named.has(slo.name))
        problems.push({
          path: [...path, places.get(where.file) ?? 0, 'file'],
          what: `${name} has an SLO ${slo.name} already`,
        });
      named.add(slo.name);
    }
    return [name, read.slos.map(({ slo }) => slo)];
  });
  return { slos: Object.fromEntries(slos), problems, notices: [...notices] };
}

function windowOf(window: { readonly rolling: Duration } | undefined): Pick<SloFile, 'window'> {
  return window === undefined ? {} : { window: { kind: 'rolling', length: window.rolling } };
}
