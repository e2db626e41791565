import type { KnownBlock } from '@slack/types';
import { nearest } from '#app/nearest.ts';
import { serviceNamed } from '../service-words.ts';
import { blockOf, checkedIn, type FormValues, typedIn } from './form-values.ts';
import { type Asked, lineInput, multiSelectInput } from './inputs.ts';

/** A list of Slack's holds so many options. */
const MOST_OPTIONS = 100;

/** Asks for services: from a list, or in words where there are more than a list holds. */
export function servicesInput(
  asked: Asked,
  chosen: readonly string[],
  known: readonly string[],
): readonly KnownBlock[] {
  const shown = chosen.filter((name) => known.includes(name));
  if (known.length > 0 && known.length <= MOST_OPTIONS)
    return [multiSelectInput({ ...asked, placeholder: 'Which services are hit?' }, shown, known)];
  const typed = { ...asked, placeholder: 'checkout, ledger', hint: 'Their names, with commas between them.' };
  return lineInput(typed, shown.join(', '), { limit: 2000 });
}

/** The services that a form holds, in the order in which they were chosen; or which name is none, and what may have been meant. */
export function servicesIn(
  values: FormValues,
  id: string,
  known: readonly string[],
): { readonly services: readonly string[] } | { readonly block: string; readonly why: string } {
  const checked = checkedIn(values, id);
  const text = typedIn(values, id);
  if (text === undefined || text === '') return { services: checked ?? [] };
  const names = text.split(/[\s,;]+/).filter((name) => name !== '');
  const wrong = names.find((name) => serviceNamed(name, known) === undefined);
  if (wrong === undefined)
    return { services: [...new Set(names.flatMap((name) => serviceNamed(name, known) ?? []))] };
  const near = nearest(wrong.toLowerCase(), known);
  const meant = near === undefined ? '' : ` Did you mean ${near}?`;
  return { block: blockOf(values, id) ?? id, why: `I don’t know a service “${wrong}”.${meant}` };
}
