import type { Files } from './block-kit/judge.ts';
import { Refusal } from './refusal.ts';
import type { Workspace } from './workspace.ts';

type Json = Readonly<Record<string, unknown>>;

/** The files that messages and views of a workspace may show: those that are processed. */
export function usableFiles({ files, clock }: Workspace): Files {
  return {
    isUsable({ id }) {
      const readyAt = id === undefined ? undefined : files.get(id)?.readyAt;
      return readyAt !== undefined && clock.now() >= readyAt;
    },
  };
}

export function asObject(value: unknown): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refusal('invalid_arguments', ['expected an object']);
  return Object.fromEntries(Object.entries(value));
}

export function asList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Refusal('invalid_arguments', ['expected a list']);
  return value;
}
