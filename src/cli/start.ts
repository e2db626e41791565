import { unwatchFile, watchFile } from 'node:fs';
import { compose } from '#compose';
import { catalogOf } from '#config/catalog.ts';
import type { Config } from '#config/schema.ts';
import { explain } from '#domain/problem.ts';
import { createLog } from '#runtime/log.ts';
import { configFrom } from './config-file.ts';
import type { ExitStatus, Terminal } from './terminal.ts';

/** How often the configuration is looked at for changes, in milliseconds. */
const WATCH_EVERY = 2000;

/** Runs Bellbuoy until SIGTERM or SIGINT; a changed file or SIGHUP reloads the services, a bad one is refused. */
export async function start(
  { config: path, level }: { config: string; level: string },
  terminal: Terminal,
): Promise<ExitStatus> {
  const config = await configFrom(path, terminal);
  if (config === undefined) return 2;
  const log = createLog(level);
  const running = await compose(config, log);
  if (!running.ok) {
    terminal.err(explain(running.problem));
    return 1;
  }
  const { url, reload, stop } = running.value;
  const told = new Set<string>();
  const tellNew = ({ notices = [] }: Config) => {
    for (const notice of notices.filter((one) => !told.has(one))) {
      told.add(notice);
      log.info({ notice }, 'a field of an SLO file is not honoured');
    }
  };
  tellNew(config);
  terminal.out(JSON.stringify({ ready: { url } }));
  const again = async () => {
    const next = await configFrom(path, {
      ...terminal,
      err: (line) => log.error({ line }, 'the new configuration is refused; the old one stays'),
    });
    if (next === undefined) return;
    reload(catalogOf(next));
    tellNew(next);
    log.info({ services: Object.keys(next.services).length }, 'the configuration was reloaded');
  };
  watchFile(path, { interval: WATCH_EVERY }, () => void again());
  process.on('SIGHUP', () => void again());
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  unwatchFile(path);
  await stop();
  return 0;
}
