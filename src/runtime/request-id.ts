import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** The header in which a request may bring its id, and in which the answer gives it back. */
const HEADER = 'x-request-id';

/** What a request is called in the log: what its sender calls it, where that can stand in a line of a log, or a name of ours. It is given back with the answer. */
export function nameRequest(request: IncomingMessage, response: ServerResponse): string {
  const sent = request.headers[HEADER];
  const id = typeof sent === 'string' && /^[\w.:+/=-]{1,128}$/.test(sent) ? sent : randomUUID();
  request.headers[HEADER] = id;
  response.setHeader(HEADER, id);
  return id;
}

/** The id under which a request was named. */
export function idOf(request: Pick<IncomingMessage, 'headers'>): string {
  const id = request.headers[HEADER];
  return typeof id === 'string' ? id : '';
}
