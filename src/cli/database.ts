import { explain } from '#domain/problem.ts';
import { openStore } from '#store/database.ts';
import { configFrom } from './config-file.ts';
import type { ExitStatus, Terminal } from './terminal.ts';

/** Brings the database to this version's shape. */
export async function migrate({ config: path }: { config: string }, terminal: Terminal): Promise<ExitStatus> {
  return withStore(path, terminal, async ({ migrated }) => {
    terminal.out(migrated.length === 0 ? 'The database is up to date.' : `Applied: ${migrated.join(', ')}.`);
  });
}

/** Writes a consistent copy of the database, also while Bellbuoy runs. */
export async function backup(
  to: string,
  { config: path }: { config: string },
  terminal: Terminal,
): Promise<ExitStatus> {
  return withStore(path, terminal, async (handle) => {
    await handle.backup(to);
    terminal.out(`Copied to ${to}.`);
  });
}

type Handle = Extract<Awaited<ReturnType<typeof openStore>>, { ok: true }>['value'];

async function withStore(
  path: string,
  terminal: Terminal,
  work: (handle: Handle) => Promise<void>,
): Promise<ExitStatus> {
  const config = await configFrom(path, terminal);
  if (config === undefined) return 2;
  const opened = await openStore(config.store.path);
  if (!opened.ok) {
    terminal.err(explain(opened.problem));
    return 1;
  }
  await work(opened.value);
  await opened.value.close();
  return 0;
}
