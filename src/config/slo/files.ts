import type { Slo, SloWindow } from '#domain/budget/slo.ts';
import type { Config } from '../schema.ts';
import { importSlos } from './import.ts';

type Found = { readonly path: readonly PropertyKey[]; readonly what: string };

/**
 * Reads the SLO files that services name. Every SLO of a file is one of the service that names it, whatever the file calls its service. Problems stand
 * at the key that names the file, and say where in it.
 */
export function readSloFiles(
  config: Pick<Config, 'services'>,
  beside: (path: string) => string | undefined,
): { readonly slos: Readonly<Record<string, readonly Slo[]>>; readonly problems: readonly Found[] } {
  const problems: Found[] = [];
  const slos = Object.entries(config.services).map(([name, service]): [string, readonly Slo[]] => {
    const names = new Set<string>();
    const found: Slo[] = [];
    for (const [i, entry] of service.slos.entries()) {
      const path = ['services', name, 'slos', i];
      const take = (slo: Pick<Slo, 'name'>, key: string) => {
        if (names.has(slo.name))
          problems.push({ path: [...path, key], what: `${name} has an SLO ${slo.name} already` });
        names.add(slo.name);
      };
      if (!('file' in entry)) {
        take(entry, 'name');
        continue;
      }
      const text = beside(entry.file);
      if (text === undefined) {
        problems.push({ path: [...path, 'file'], what: `the file ${entry.file} cannot be read` });
        continue;
      }
      const window: SloWindow | undefined =
        entry.window === undefined ? undefined : { kind: 'rolling', length: entry.window.rolling };
      const read = importSlos([{ file: entry.file, text }], window === undefined ? {} : { window });
      for (const { file, line, column, path: at, what } of read.problems)
        problems.push({
          path: [...path, 'file'],
          what: `${file}:${line}:${column} ${at === '' ? '' : `${at}: `}${what}`,
        });
      for (const { slo } of read.slos) {
        take(slo, 'file');
        found.push(slo);
      }
    }
    return [name, found];
  });
  return { slos: Object.fromEntries(slos), problems };
}
