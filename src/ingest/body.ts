import type { IncomingHttpHeaders } from 'node:http';
import { failure, type Problem } from '#domain/problem.ts';
import { fieldPath } from './wire.ts';

/** How deep a body may nest: real ones stay below ten. */
export const MAX_DEPTH = 64;

export type ReadBody =
  | { readonly ok: true; readonly json: unknown }
  | { readonly ok: false; readonly status: 400 | 415; readonly problem: Problem };

/** The body as JSON whatever type it says it has, or what stands in the way: compression, encoding, syntax or depth. */
export function readBody(headers: IncomingHttpHeaders, body: Buffer): ReadBody {
  const encoding = headers['content-encoding']?.trim() ?? '';
  if (encoding !== '' && encoding.toLowerCase() !== 'identity') {
    const what = `The body is compressed (${encoding.slice(0, 40)}); it is taken uncompressed only.`;
    return refused(what, 'header Content-Encoding', 415);
  }
  if (body.length === 0) return refused('The body is empty; JSON was expected.');
  const text = textOf(body);
  if (text === undefined) return refused('The body is not UTF-8, in which JSON is written.');
  try {
    const json: unknown = JSON.parse(text);
    const deep = fieldDeeperThan(json, MAX_DEPTH);
    return deep === undefined
      ? { ok: true, json }
      : refused(`The body nests deeper than ${MAX_DEPTH} levels.`, deep);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    if (/^application\/x-www-form-urlencoded/i.test(headers['content-type'] ?? ''))
      return refused(
        'The body is a form, not JSON: choose application/json at the sender.',
        'header Content-Type',
      );
    return refused(`The body is not JSON: ${error.message.slice(0, 200)}.`);
  }
}

function refused(what: string, where = 'the body', status: 400 | 415 = 400): ReadBody {
  return { ok: false, status, problem: failure('body-invalid', what, { where }).problem };
}

/** Without the byte order mark that some tools put first; `undefined` where the bytes are no text. */
function textOf(body: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** The outermost field that holds something deeper than `depth`. A loop, not a recursion: the sender must not choose our stack. */
function fieldDeeperThan(json: unknown, depth: number): string | undefined {
  const open: { value: object; level: number; field: string }[] = [];
  const visit = (value: unknown, level: number, field: string) => {
    if (typeof value === 'object' && value !== null) open.push({ value, level, field });
  };
  visit(json, 1, 'the body');
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, level, field } = next;
    if (level > depth) return field;
    for (const [name, inner] of Object.entries(value))
      visit(inner, level + 1, level === 1 ? fieldPath([Array.isArray(value) ? Number(name) : name]) : field);
  }
  return undefined;
}
