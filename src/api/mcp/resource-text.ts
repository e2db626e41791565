import type { ReadResourceResult } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Caller, Operation } from '../operation.ts';
import { tell } from './told.ts';
import { marked } from './untrusted.ts';

/** Most bytes that a resource may have, and how many of them are for saying what was left out. */
const BOUND = 64_000;
const SPARE = 500;

export const JSON_TYPE = 'application/json';
export const PAGE_TYPE = 'text/markdown';

/** What an operation answers as a resource in JSON, with texts from outside marked; `undefined` where there is nothing. */
export async function asJson(
  uri: string,
  operation: Operation,
  input: Readonly<Record<string, string>>,
  caller: Caller,
): Promise<ReadResourceResult | undefined> {
  const asked = await operation.ask(input, caller);
  if (!asked.ok || !('value' in asked)) return undefined;
  const how = `The tool ${operation.name}, or REST, shows more.`;
  const told = tell(asked.value, z.toJSONSchema(operation.answer), { bound: BOUND, how });
  return told === undefined ? undefined : { contents: [{ uri, mimeType: JSON_TYPE, text: told.text }] };
}

/** A page for people that an operation writes. People and alerts wrote what stands in it, so all of it is marked. */
export async function asPage(
  uri: string,
  operation: Operation,
  input: Readonly<Record<string, string>>,
  caller: Caller,
): Promise<ReadResourceResult | undefined> {
  const asked = await operation.ask(input, caller);
  if (!asked.ok || !('text' in asked)) return undefined;
  const text = shortened(asked.text);
  const left = asked.text.length - text.length;
  const omitted =
    left === 0 ? '' : `\n\n${left} characters at the end are left out; ${operation.name} has them as values.`;
  return { contents: [{ uri, mimeType: PAGE_TYPE, text: `${marked(text)}${omitted}` }] };
}

function shortened(page: string): string {
  const bytes = Buffer.from(page);
  if (bytes.length <= BOUND - SPARE) return page;
  return new TextDecoder().decode(bytes.subarray(0, BOUND - SPARE)).replace(/\uFFFD+$/, '');
}

/** The id in the address of a resource, between a beginning and an end. */
export function idIn(uri: string, begin: string, end = ''): string | undefined {
  if (!uri.startsWith(begin) || !uri.endsWith(end)) return undefined;
  try {
    const id = decodeURIComponent(uri.slice(begin.length, uri.length - end.length));
    return /^[^/]{1,200}$/.test(id) ? id : undefined;
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
