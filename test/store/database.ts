import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explain } from '#domain/problem.ts';
import { openStore, type StoreHandle } from '#store/database.ts';

/** A database file of its own, which can be closed and opened again as after a restart. */
export async function freshDatabase() {
  const folder = await mkdtemp(join(tmpdir(), 'bellbuoy-store-'));
  const path = join(folder, 'bellbuoy.db');
  const open = async (): Promise<StoreHandle> => {
    const opened = await openStore(path);
    if (!opened.ok) throw new Error(explain(opened.problem));
    return opened.value;
  };
  let handle = await open();
  return {
    folder,
    path,
    store: () => handle.store,
    handle: () => handle,
    async reopen() {
      await handle.close();
      handle = await open();
    },
    async close() {
      await handle.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type FreshDatabase = Awaited<ReturnType<typeof freshDatabase>>;
