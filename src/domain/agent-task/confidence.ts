import { formatValue } from '../units.ts';

const WORDS = [
  { from: 0.9, word: 'very likely' },
  { from: 0.65, word: 'likely' },
  { from: 0.35, word: 'possibly' },
  { from: 0.1, word: 'unlikely' },
] as const;

/** A confidence of 0 to 1 as a word and in figures: `very likely`, `92 %`. Never “certain”: it is somebody’s guess. */
export function confidenceWords(confidence: number): { readonly word: string; readonly share: string } {
  const word = WORDS.find(({ from }) => confidence >= from)?.word ?? 'very unlikely';
  return { word, share: formatValue(Math.round(confidence * 100) / 100, 'ratio') };
}
