import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Payloads from elsewhere, which are not part of this repository. */
const CORPORA = resolve(import.meta.dirname, '../../../shared/corpora');

/** A folder of them; where it is absent, tests over it are skipped with this as their name's end. */
export function corpus(path: string): {
  here: boolean;
  note: string;
  files(pattern: RegExp): readonly [string, string][];
} {
  const folder = join(CORPORA, path);
  const here = existsSync(folder);
  return {
    here,
    note: here ? '' : ` (skipped: ${path} is not beside the project)`,
    files: (pattern) =>
      here
        ? readdirSync(folder, { recursive: true })
            .map(String)
            .filter((name) => pattern.test(name))
            .toSorted()
            .map((name) => [name, readFileSync(join(folder, name), 'utf8')])
        : [],
  };
}
