import { z } from 'zod';
import type { Instant } from '#domain/time.ts';

/** Most that a page may hold. */
const LIMIT = 100;

/** A text that comes once and is not empty. */
export const Text = z
  .string({ error: ({ input }) => (input === undefined ? 'It is missing.' : 'Expected it once.') })
  .min(1, { error: 'Expected a text.' });

/** An incident by its id. */
export const IncidentId = Text.describe('The id of an incident, such as `INC-12`.');

/** A whole number within bounds; `usual` where nothing is said. */
export function wholeNumber(least: number, most: number, usual: number) {
  const error = `Expected a whole number from ${least} to ${most}.`;
  return z.int({ error }).min(least, { error }).max(most, { error }).default(usual);
}

export const Limit = wholeNumber(1, LIMIT, 20).describe('How many a page holds at most.');

/** A moment from which on something is asked for. */
export const Since = z.iso
  .datetime({ offset: true, error: 'Expected a moment, such as 2026-12-01T09:00:00Z.' })
  .transform((text) => Date.parse(text));

/** Where a page begins: behind the one that happened at this moment and has this id. */
export type Place = { readonly at: Instant; readonly id: string };

export const Cursor = Text.transform((text, context): Place => {
  const [, at, id] = /^(\d{1,15})\.([\w-]{1,100})$/.exec(text) ?? [];
  if (at !== undefined && id !== undefined) return { at: Number(at), id };
  context.addIssue('Expected a `nextCursor` as it was given.');
  return z.NEVER;
}).describe('The `nextCursor` of the page before.');

export function cursorOf({ at, id }: Place): string {
  return `${at}.${id}`;
}
