import { createHash } from 'node:crypto';

/** An input of Slack's holds no longer text. */
export const LONGEST_INPUT = 3000;

/** A text is shown for editing in so many inputs at most, and as JSON in so many characters: a form has at most 100 blocks and 250,000 characters. */
const MOST_INPUTS = 12;

const LONGEST_TEXT = 36_000;

/** A text as forms hold and compare it: well-formed, Slack's line breaks, nothing that no input can hold. */
export function formText(text: string): string {
  return text.toWellFormed().replaceAll('\r\n', '\n').replaceAll(UNTYPABLE, '').trim();
}

/** Control characters but tab and line break. */
const UNTYPABLE = /[^\P{Cc}\t\n]/gu;

/** A text of one line, as forms hold and compare it. */
export function lineText(text: string): string {
  return formText(text).replaceAll(/\s+/g, ' ');
}

/** Whether a text is too long for a form to ask for it. */
export function isTooLong(text: string, parts = partsOf(text)): boolean {
  return parts.length > MOST_INPUTS || JSON.stringify(text).length > LONGEST_TEXT;
}

/** A text in short, to tell later whether it is still the same. */
export function printOf(text: string): string {
  return createHash('sha256').update(formText(text)).digest('hex').slice(0, 10);
}

type Part = { readonly text: string; readonly breaks: boolean };

/** A text in parts that inputs can hold, cut at line breaks where there are some (`breaks`: one belongs between it and the next). */
export function partsOf(text: string): readonly Part[] {
  const parts: Part[] = [];
  let rest = text;
  while (rest.length > LONGEST_INPUT) {
    const at = rest.lastIndexOf('\n', LONGEST_INPUT);
    const isBreak = at > LONGEST_INPUT / 2;
    const end = isBreak ? at : wholeCharacters(rest);
    parts.push({ text: rest.slice(0, end), breaks: isBreak });
    rest = rest.slice(isBreak ? end + 1 : end);
  }
  return [...parts, { text: rest, breaks: false }];
}

/** As much of a text as an input can hold without cutting a character in two. */
function wholeCharacters(text: string): number {
  const last = text.charCodeAt(LONGEST_INPUT - 1);
  return last >= 0xd800 && last < 0xdc00 ? LONGEST_INPUT - 1 : LONGEST_INPUT;
}
