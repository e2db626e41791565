import { explain } from '#domain/problem.ts';
import { backupStore, openStore } from '#store/database.ts';
import { configFrom } from './config-file.ts';
import type { ExitStatus, Terminal } from './terminal.ts';

/** Brings the database to this version's shape. */
export async function migrate({ config: path }: { config: string }, terminal: Terminal): Promise<ExitStatus> {
  const config = await configFrom(path, terminal);
  if (config === undefined) return 2;
  const opened = await openStore(config.store.path);
  if (!opened.ok) {
    terminal.err(explain(opened.problem));
    return 1;
  }
  const { migrated, close } = opened.value;
  terminal.out(migrated.length === 0 ? 'The database is up to date.' : `Applied: ${migrated.join(', ')}.`);
  await close();
  return 0;
}

/** Writes a consistent copy of the database, also while Bellbuoy runs. */
export async function backup(
  to: string,
  { config: path }: { config: string },
  terminal: Terminal,
): Promise<ExitStatus> {
  const config = await configFrom(path, terminal);
  if (config === undefined) return 2;
  const copied = backupStore(config.store.path, to);
  if (!copied.ok) {
    terminal.err(explain(copied.problem));
    return 1;
  }
  terminal.out(`Copied to ${to}, ${copied.value.bytes} bytes.`);
  return 0;
}
