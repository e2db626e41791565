import type { InputBlock, KnownBlock, PlainTextElement, PlainTextOption } from '@slack/types';
import type { Instant } from '#domain/time.ts';
import { bare, context, cut, section } from '../blocks.ts';
import { formText, isTooLong, LONGEST_INPUT, lineText, partsOf } from './form-text.ts';

/** How a field is asked for. `turn` makes its blocks others than those of the form before: Slack would fill in again what was typed there. */
export type Asked = {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly placeholder?: string;
  readonly turn?: number;
};

/** A text of one line, with at most `limit` characters; one that is longer already may stay so. */
export function lineInput(
  asked: Asked,
  value: string | undefined,
  { limit, isRequired = false }: { readonly limit: number; readonly isRequired?: boolean },
): readonly KnownBlock[] {
  const line = lineText(value ?? '');
  if (line.length > LONGEST_INPUT) return textInputs(asked, line, 'it can be changed over REST.');
  return [
    input(asked, blockId(asked, 0, false), isRequired, {
      type: 'plain_text_input',
      action_id: asked.id,
      max_length: Math.max(limit, line.length),
      ...(line === '' ? {} : { initial_value: line }),
      ...placeholder(asked),
    }),
  ];
}

/** A text of any length: in as many inputs as it needs; one that would not fit into a form is shown and not asked for. `isLocked` tells which. */
export function textInputs(
  asked: Asked,
  value: string | undefined,
  elsewhere: string,
): readonly KnownBlock[] {
  const text = formText(value ?? '');
  const parts = partsOf(text);
  if (isTooLong(text, parts))
    return [
      section(`*${asked.label}*\n${escapedPlain(cut(text, 1500))}`),
      context(`These ${text.length} characters are more than a form can hold; ${elsewhere}`),
    ];
  return parts.map(({ text: part, breaks }, i) =>
    input(
      i === 0
        ? asked
        : { ...asked, label: `${asked.label} (part ${i + 1})`, hint: 'The text before goes on here.' },
      blockId(asked, i, breaks),
      false,
      {
        type: 'plain_text_input',
        action_id: asked.id,
        multiline: true,
        max_length: LONGEST_INPUT,
        ...(part === '' ? {} : { initial_value: part }),
        ...(i === 0 ? placeholder(asked) : {}),
      },
    ),
  );
}

export function selectInput<T extends string>(
  asked: Asked,
  chosen: T | undefined,
  options: readonly (readonly [T, string])[],
): InputBlock {
  const initial = options.find(([value]) => value === chosen);
  return input(asked, blockId(asked, 0, false), false, {
    type: 'static_select',
    action_id: asked.id,
    options: options.map(option),
    ...(initial === undefined ? {} : { initial_option: option(initial) }),
    ...placeholder(asked),
  });
}

/** Asks for several of some names. */
export function multiSelectInput(
  asked: Asked,
  chosen: readonly string[],
  names: readonly string[],
): InputBlock {
  return input(asked, blockId(asked, 0, false), false, {
    type: 'multi_static_select',
    action_id: asked.id,
    options: names.map((name) => option([name, name])),
    ...(chosen.length === 0 ? {} : { initial_options: chosen.map((name) => option([name, name])) }),
    ...placeholder(asked),
  });
}

export function personInput(asked: Asked, user: string | undefined): InputBlock {
  return input(asked, blockId(asked, 0, false), false, {
    type: 'users_select',
    action_id: asked.id,
    ...(user === undefined ? {} : { initial_user: user }),
    ...placeholder(asked),
  });
}

export function dateInput(asked: Asked, day: string | undefined): InputBlock {
  return input(asked, blockId(asked, 0, false), false, {
    type: 'datepicker',
    action_id: asked.id,
    ...(day === undefined ? {} : { initial_date: day }),
  });
}

/** A moment, to the second: what Slack's field holds. */
export function momentInput(asked: Asked, at: Instant | undefined): InputBlock {
  const seconds = secondsOf(at);
  return input(asked, blockId(asked, 0, false), false, {
    type: 'datetimepicker',
    action_id: asked.id,
    ...(seconds === undefined ? {} : { initial_date_time: seconds }),
  });
}

export function checksInput(
  asked: Asked,
  options: readonly (readonly [string, string])[],
  checked: readonly string[] = [],
): InputBlock {
  const initial = options.filter(([value]) => checked.includes(value));
  return input(asked, blockId(asked, 0, false), false, {
    type: 'checkboxes',
    action_id: asked.id,
    options: options.map(option),
    ...(initial.length === 0 ? {} : { initial_options: initial.map(option) }),
  });
}

export function radioInput<T extends string>(
  asked: Asked,
  chosen: T,
  options: readonly (readonly [T, string, string])[],
): InputBlock {
  const all = options.map(([value, label, why]) => ({
    ...option([value, label]),
    description: plainText(why, 75),
  }));
  const initial = all.find(({ value }) => value === chosen);
  return input(asked, blockId(asked, 0, false), true, {
    type: 'radio_buttons',
    action_id: asked.id,
    options: all,
    ...(initial === undefined ? {} : { initial_option: initial }),
  });
}

/** A moment as a form holds it. */
export function secondsOf(at: Instant | undefined): number | undefined {
  const seconds = at === undefined ? undefined : Math.floor(at / 1000);
  return seconds !== undefined && seconds >= 1_000_000_000 && seconds <= 9_999_999_999 ? seconds : undefined;
}

export function plainText(text: string, limit: number): PlainTextElement {
  return { type: 'plain_text', text: cut(bare(text, limit), limit) || '–', emoji: false };
}

export function option([value, label]: readonly [string, string]): PlainTextOption {
  return { value: value.slice(0, 150), text: plainText(label, 75) };
}

function blockId({ id, turn = 0 }: Asked, part: number, breaks: boolean): string {
  return `${id}|${part}|${breaks ? 'n' : ''}|${turn}`;
}

function input(
  { label, hint }: Asked,
  block: string,
  isRequired: boolean,
  element: InputBlock['element'],
): InputBlock {
  return {
    type: 'input',
    block_id: block,
    optional: !isRequired,
    label: plainText(label, 150),
    ...(hint === undefined ? {} : { hint: plainText(hint, 300) }),
    element,
  };
}

function placeholder({ placeholder: words }: Asked) {
  return words === undefined ? {} : { placeholder: plainText(words, 150) };
}

function escapedPlain(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
