import { failure, type Problem } from '#domain/problem.ts';
import type { Asked, Caller, Operation, Tool } from '../operation.ts';
import type { Omission } from './bounds.ts';
import type { JsonSchema } from './shape.ts';
import { type Told, tell } from './told.ts';

/** An operation that is a tool, with the JSON Schemas of what it takes and of what it answers. */
export type Bounded = {
  readonly operation: Operation;
  readonly part: Tool;
  readonly input: JsonSchema;
  readonly answer: JsonSchema;
};

type Answered =
  | { readonly ok: true; readonly value: Told }
  | { readonly ok: false; readonly problems: readonly Problem[] };

type Sent = Readonly<Record<string, unknown>>;

/**
 * Asks an operation and cuts what it answers to the bound of its tool. A page that is too long is asked for again with fewer items, so that its cursor leads on from where it ends; what is long in
 * other places is shortened.
 */
export async function answerWithin(tool: Bounded, sent: Sent, caller: Caller): Promise<Answered> {
  const { operation, part } = tool;
  const { bound } = part;
  const first = await operation.ask(sent, caller);
  if (!first.ok) return first;
  const value = objectIn(first);
  const how = howToAsk(tool, sent);
  const list = operation.method === 'GET' ? pagedList(tool) : undefined;
  const long = list === undefined ? [] : itemsOf(value, list);
  if (list === undefined || long.length === 0) {
    const told = tell(value, tool.answer, { bound, how });
    return told === undefined ? tooLong(tool, how) : { ok: true, value: told };
  }
  const gentle = tell(value, tool.answer, { bound, how, whole: list, isGentle: true });
  if (gentle !== undefined) return { ok: true, value: gentle };
  let shorter = value;
  let before: readonly Omission[] = [];
  for (let limit = Math.floor(long.length / 2); limit >= 1; limit = Math.floor(limit / 2)) {
    const again = await operation.ask({ ...sent, limit }, caller);
    if (!again.ok) return again;
    shorter = objectIn(again);
    const left = long.length - itemsOf(shorter, list).length;
    before = left > 0 ? [{ path: `/${list}`, items: left, characters: 0 }] : [];
    const told = tell(shorter, tool.answer, { bound, how, before, whole: list, isGentle: true });
    if (told !== undefined) return { ok: true, value: told };
  }
  const told = tell(shorter, tool.answer, { bound, how, before });
  return told === undefined ? tooLong(tool, how) : { ok: true, value: told };
}

function objectIn(asked: Exclude<Asked, { ok: false }>): object {
  if (!('value' in asked))
    throw new Error('A tool answers with values: leave out of its input what asks for a text.');
  return asked.value;
}

/** The list of a page: the first list of an answer that has a cursor and whose input has a limit. */
function pagedList({ input, answer }: Bounded): string | undefined {
  const [asked, given] = [propertiesOf(input), propertiesOf(answer)];
  if (asked.limit === undefined || given.nextCursor === undefined) return undefined;
  return Object.keys(given).find((name) => propertiesOf(answer)[name]?.type === 'array');
}

function propertiesOf({ properties }: JsonSchema): Readonly<Record<string, JsonSchema>> {
  return (properties ?? {}) as Readonly<Record<string, JsonSchema>>;
}

function itemsOf(value: object, list: string): readonly unknown[] {
  const items: unknown = Object.entries(value).find(([name]) => name === list)?.[1];
  return Array.isArray(items) ? items : [];
}

function howToAsk(tool: Bounded, sent: Sent): string {
  const { method, path } = tool.operation;
  const paged = pagedList(tool) === undefined ? [] : ['Send nextCursor as cursor for the items that follow.'];
  if (tool.part.more !== undefined) return [...paged, tool.part.more].join(' ');
  if (method !== 'GET') return 'A tool that reads it shows it.';
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(sent[name])));
  return [...paged, `Over REST, GET ${address} is not cut.`].join(' ');
}

function tooLong({ operation, part }: Bounded, how: string): Answered {
  const done = operation.method === 'GET' ? '' : 'It is done. ';
  const what = `${done}The answer is longer than the ${part.bound} bytes that it may have, and cannot be shortened. ${how}`;
  return { ok: false, problems: [failure('answer-too-long', what).problem] };
}
