import { readFile } from 'node:fs/promises';
import { explain } from '#domain/problem.ts';
import { SENDERS } from '#ingest/senders.ts';
import type { ExitStatus, Terminal } from './terminal.ts';

/** Prints what a sender's body becomes, without storing it. `header` sets what the sender tells in headers (GitHub's event name). */
export async function event(
  file: string,
  { source, header }: { source: string; header: readonly string[] },
  terminal: Terminal,
): Promise<ExitStatus> {
  const sender = SENDERS.find(({ name }) => name === source);
  if (sender === undefined) {
    terminal.err(`There is no sender ${source}; known: ${SENDERS.map(({ name }) => name).join(', ')}.`);
    return 2;
  }
  const headers = Object.fromEntries(
    header.map((line) => line.split(/:\s*/, 2)).map(([name = '', value = '']) => [name.toLowerCase(), value]),
  );
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    terminal.err(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    return 2;
  }
  const parsed = sender.parse({ headers, json, at: Date.now() });
  if (!parsed.ok) {
    for (const problem of parsed.problems) terminal.err(explain(problem));
    return 1;
  }
  terminal.out(
    JSON.stringify(
      { events: parsed.events, ...(parsed.ignored === undefined ? {} : { ignored: parsed.ignored }) },
      undefined,
      2,
    ),
  );
  return 0;
}
