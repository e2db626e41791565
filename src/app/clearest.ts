import type { CompareAnswer } from './answer.ts';

type Row = CompareAnswer['rows'][number];

/** The signal that differs most surely; or that all are alike, or none differs surely. Nothing where nothing was judged. */
export function clearestOf(rows: readonly Row[]): Row | 'alike' | 'unsure' | undefined {
  const judged = rows.filter(({ confidence }) => confidence !== undefined);
  if (judged.length === 0) return undefined;
  const [first] = judged
    .filter(({ confidence }) => confidence?.word === 'verySure' || confidence?.word === 'sure')
    // What is bad news comes before what traffic does by itself.
    .toSorted((a, b) => Number(a.measure === 'rate') - Number(b.measure === 'rate') || pOf(a) - pOf(b));
  if (first !== undefined) return first;
  return judged.every(({ confidence }) => confidence?.word === 'alike') ? 'alike' : 'unsure';
}

function pOf({ confidence }: Row): number {
  return confidence?.p ?? 1;
}
