import type { IncomingHttpHeaders } from 'node:http';
import { failure, type Outcome, success } from '#domain/problem.ts';

/** How deep a body may nest: real ones stay below ten. */
export const MAX_DEPTH = 64;

/** A JSON object. */
type JsonObject = Readonly<Record<string, unknown>>;

/** A body as a JSON object; one that is empty has no members. Fails with `request-invalid`, naming the outermost member where it is too deep. */
export function readJson(headers: IncomingHttpHeaders, body: Buffer): Outcome<JsonObject> {
  const encoding = headers['content-encoding']?.trim() ?? '';
  if (encoding !== '' && encoding.toLowerCase() !== 'identity')
    return refused(`It is compressed (${encoding.slice(0, 40)}); it is taken uncompressed only.`);
  if (body.length === 0) return success({});
  try {
    const read = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(body));
    if (!read.ok) return read;
    const { value } = read;
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return refused('Expected a JSON object.');
    return success(value as JsonObject);
  } catch (error) {
    if (error instanceof TypeError) return refused('It is not UTF-8, in which JSON is written.');
    throw error;
  }
}

/** A text as the JSON that it is. Fails with `request-invalid`, naming the outermost member where it is too deep. */
export function parseJson(text: string): Outcome<unknown> {
  try {
    const json: unknown = JSON.parse(text);
    const deep = typeof json === 'object' && json !== null ? memberDeeperThan(json, MAX_DEPTH) : undefined;
    if (deep !== undefined) return refused(`It nests deeper than ${MAX_DEPTH} levels.`, `body ${deep}`);
    return success(json);
  } catch (error) {
    if (error instanceof SyntaxError) return refused(`It is not JSON: ${error.message.slice(0, 200)}.`);
    throw error;
  }
}

function refused(what: string, where = 'the body') {
  return failure('request-invalid', what, { where });
}

/** The member that holds something deeper than `depth`. A loop, not a recursion: the sender must not choose our stack. */
function memberDeeperThan(json: object, depth: number): string | undefined {
  const open = Object.entries(json).map(([member, value]: [string, unknown]) => ({
    member,
    value,
    level: 2,
  }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { member, value, level } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (level > depth) return member.slice(0, 100);
    for (const inner of Object.values(value)) open.push({ member, value: inner, level: level + 1 });
  }
  return undefined;
}
