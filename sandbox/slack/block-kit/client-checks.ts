import { elementsOf, type Values } from './answers.ts';

type Json = Readonly<Record<string, unknown>>;

/** The most that a text input takes where the view names no limit (reference/block-kit/block-elements/plain-text-input-element). */
const LONGEST = 3000;

/** What Slack’s client has against the answers of a view’s inputs, by block; while there is something, nothing is sent. */
export function faultsOf(blocks: readonly unknown[], values: Values): Readonly<Record<string, string>> {
  const faults: Record<string, string> = {};
  for (const { blockId, actionId, element, input } of elementsOf(blocks)) {
    if (input === undefined) continue;
    const { type, ...answer } = Object(values[blockId]?.[actionId]);
    const [given] = Object.values(answer);
    const isEmpty = given === null || given === undefined || (Array.isArray(given) && given.length === 0);
    const fault = isEmpty
      ? input.optional === true
        ? undefined
        : 'Please complete this required field.'
      : faultOf(String(type), element, given);
    if (fault !== undefined) faults[blockId] = fault;
  }
  return faults;
}

function faultOf(type: string, element: Json, given: unknown): string | undefined {
  if (Array.isArray(given)) {
    const most = Number(element.max_selected_items ?? Number.POSITIVE_INFINITY);
    return given.length > most ? `Choose no more than ${most}.` : undefined;
  }
  switch (type) {
    case 'plain_text_input':
      return lengthFault(String(given), element);
    case 'url_text_input':
      return isWebAddress(String(given)) ? undefined : 'Enter a valid URL.';
    case 'email_text_input':
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(String(given)) ? undefined : 'Enter a valid email address.';
    case 'number_input':
      return numberFault(String(given), element);
    default:
      return undefined;
  }
}

function lengthFault(text: string, { min_length: least, max_length: most }: Json): string | undefined {
  const length = [...text].length;
  if (length < Number(least ?? 0)) return `Enter at least ${least} characters.`;
  return length > Number(most ?? LONGEST) ? `Enter no more than ${most ?? LONGEST} characters.` : undefined;
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:\/\/./.test(text);
}

function numberFault(text: string, element: Json): string | undefined {
  const shape = element.is_decimal_allowed === true ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/;
  if (!shape.test(text)) return 'Enter a number.';
  if (Number(text) < Number(element.min_value ?? Number.NEGATIVE_INFINITY))
    return `Enter ${element.min_value} or more.`;
  return Number(text) > Number(element.max_value ?? Number.POSITIVE_INFINITY)
    ? `Enter ${element.max_value} or less.`
    : undefined;
}
