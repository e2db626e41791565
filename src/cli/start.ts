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

/** Runs Bellbuoy until SIGTERM or SIGINT; a changed file (this one, or an SLO file that it names) or SIGHUP reloads the services, a bad one is refused. */
export async function start(
  { config: path, level }: { config: string; level: string },
  terminal: Terminal,
): Promise<ExitStatus> {
  const watched = new Set([path]);
  const config = await configFrom(path, terminal, (file) => watched.add(file));
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
    const refused = (line: string) =>
      log.error({ line }, 'the new configuration is refused; the old one stays');
    const next = await configFrom(path, { ...terminal, err: refused }, watch);
    if (next === undefined) return;
    reload(catalogOf(next));
    tellNew(next);
    log.info({ services: Object.keys(next.services).length }, 'the configuration was reloaded');
  };
  const watching = new Set<string>();
  const watch = (file: string) => {
    if (watching.has(file)) return;
    watching.add(file);
    watchFile(file, { interval: WATCH_EVERY }, () => void again());
  };
  for (const file of watched) watch(file);
  process.on('SIGHUP', () => void again());
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  for (const file of watching) unwatchFile(file);
  await stop();
  return 0;
}
