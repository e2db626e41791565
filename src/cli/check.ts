import { configFrom } from './config-file.ts';
import type { ExitStatus, Terminal } from './terminal.ts';

/** Checks bellbuoy.yaml: every mistake with line and column, or a table of what is configured. */
export async function check({ config: path }: { config: string }, terminal: Terminal): Promise<ExitStatus> {
  const config = await configFrom(path, terminal);
  if (config === undefined) return 1;
  const rows = Object.entries(config.services).map(([name, service]) => [
    name,
    service.preset ?? 'PromQL only',
    service.source,
    `${service.slos.length}`,
    service.channel ?? 'default channels',
  ]);
  const header = ['service', 'signals from', 'source', 'SLOs', 'channel'];
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  for (const row of [header, ...rows])
    terminal.out(
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  return 0;
}
