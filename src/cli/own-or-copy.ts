import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outcome } from '#domain/problem.ts';
import { backupStore, openStore, type StoreHandle } from '#store/database.ts';

/** The database itself, or a copy where another process works on it. */
export async function ownOrCopy(
  path: string,
): Promise<Outcome<{ handle: StoreHandle; close(): Promise<void> }>> {
  const opened = await openStore(path);
  if (opened.ok) return { ok: true, value: { handle: opened.value, close: opened.value.close } };
  if (opened.problem.code !== 'database-in-use') return opened;
  const folder = await mkdtemp(join(tmpdir(), 'bellbuoy-copy-'));
  const copy = join(folder, 'copy.db');
  const copied = backupStore(path, copy);
  if (!copied.ok) return copied;
  const again = await openStore(copy);
  if (!again.ok) return again;
  return {
    ok: true,
    value: {
      handle: again.value,
      async close() {
        await again.value.close();
        await rm(folder, { recursive: true, force: true });
      },
    },
  };
}
