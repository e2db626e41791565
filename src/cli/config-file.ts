import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { readConfig } from '#config/load.ts';
import type { Config } from '#config/schema.ts';
import type { Terminal } from './terminal.ts';

/**
 * Reads and checks the configuration; tells every mistake with its place as compilers do. `undefined` when it cannot be used. `onRead` is given the path of each other file
 * that it names and that was looked for.
 */
export async function configFrom(
  path: string,
  terminal: Terminal,
  onRead: (file: string) => void = () => undefined,
): Promise<Config | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    terminal.err(`${path}: cannot be read (${error instanceof Error ? error.message : String(error)})`);
    return undefined;
  }
  const loaded = readConfig(text, process.env, readBeside(path, onRead));
  if (loaded.ok) return loaded.config;
  for (const { line, column, path: key, what } of loaded.problems) {
    terminal.err(`${path}:${line}:${column} ${key === '' ? '' : `${key}: `}${what}`);
  }
  const count = loaded.problems.length;
  terminal.err(`${count === 1 ? '1 mistake' : `${count} mistakes`} in ${path}.`);
  return undefined;
}

/** Files that the configuration names are found from its own folder. */
function readBeside(config: string, onRead: (file: string) => void) {
  return (path: string): string | undefined => {
    const file = resolve(dirname(config), path);
    onRead(file);
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error) return undefined;
      throw error;
    }
  };
}
