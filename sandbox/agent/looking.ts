import type { Case, Reading } from './case.ts';
import type { Change } from './ranking.ts';

/** What is there to be weighed: what changed in production, and how signals were and are. */
export type Seen = { readonly changes: readonly Change[]; readonly readings: readonly Reading[] };

/** Looks at what was handed off. */
export async function lookAround({ changes, readings }: Case): Promise<Seen> {
  return { changes, readings };
}
