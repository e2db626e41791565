import { readFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { explain } from '#domain/problem.ts';
import { SENDERS } from '#ingest/senders.ts';
import type { ExitStatus, Terminal } from './terminal.ts';

/** The senders by name, as `a, b or c`. */
export function sourceNames(): string {
  const names = SENDERS.map(({ name }) => name);
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

/**
 * Prints what a sender's body becomes, without storing it. `header` sets what the sender tells in headers (GitHub's event name,
 * CloudEvents' attributes); a file that holds just `headers` and `body` is such a request whole.
 */
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
  let request: { headers: IncomingHttpHeaders; json: unknown };
  try {
    request = requestIn(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    terminal.err(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    return 2;
  }
  const headers = { ...request.headers, ...lowered(header.map((line) => cutAtColon(line))) };
  const parsed = sender.parse({ headers, json: request.json, at: Date.now() });
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

/** A body, or a recorded request with its headers. */
function requestIn(json: unknown): { headers: IncomingHttpHeaders; json: unknown } {
  const isRequest =
    typeof json === 'object' && json !== null && Object.keys(json).toSorted().join() === 'body,headers';
  if (!isRequest) return { headers: {}, json };
  const { headers, body } = json as { headers: unknown; body: unknown };
  const given = typeof headers === 'object' && headers !== null ? Object.entries(headers) : [];
  return { headers: lowered(given.map(([name, value]) => [name, String(value)])), json: body };
}

function cutAtColon(line: string): [string, string] {
  const colon = line.indexOf(':');
  return colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).trim()];
}

function lowered(headers: readonly [string, string][]): IncomingHttpHeaders {
  return Object.fromEntries(headers.map(([name, value]) => [name.trim().toLowerCase(), value]));
}
