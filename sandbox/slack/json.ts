import { Refusal } from './refusal.ts';

type Json = Readonly<Record<string, unknown>>;

export function asObject(value: unknown): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refusal('invalid_arguments', ['expected an object']);
  return Object.fromEntries(Object.entries(value));
}

export function asList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Refusal('invalid_arguments', ['expected a list']);
  return value;
}

/** An argument that is an object or list, given as such or as its JSON. */
export function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch (error) {
    if (error instanceof SyntaxError) throw new Refusal('invalid_arguments', ['not JSON']);
    throw error;
  }
}
