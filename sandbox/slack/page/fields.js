import { element as el, momentOf, wallClock } from './dom.js';

/** Fields of a form, for `world`: who and what can be picked, and the zone of the person. */

const TEXT = {
  plain_text_input: 'text',
  url_text_input: 'url',
  email_text_input: 'email',
  number_input: 'text',
};
const DATED = { datepicker: 'date', timepicker: 'time', datetimepicker: 'datetime-local' };

export const keyOf = ({ blockId, actionId }) => `${blockId}␟${actionId}`;

/** A field for an input block: its label, the control, its hint, and what there is against its value. */
export function fieldOf(placed, error, world) {
  const { label, hint, optional } = placed.input;
  const id = `field-${keyOf(placed)}`;
  const name = `${label.text}${optional === true ? ' (optional)' : ''}`;
  const notes = [
    [hint?.text, 'note', `${id}-hint`],
    [error, 'failed', `${id}-error`],
  ].filter(([words]) => words !== undefined);
  const control = controlOf(placed, world);
  control.id = id;
  if (optional !== true) control.setAttribute('aria-required', 'true');
  if (error !== undefined) control.setAttribute('aria-invalid', 'true');
  if (notes.length > 0) control.setAttribute('aria-describedby', notes.map(([, , own]) => own).join(' '));
  const isGroup = control.matches('div');
  if (isGroup) control.setAttribute('aria-labelledby', `${id}-label`);
  const title = isGroup
    ? el('span', { class: 'label', id: `${id}-label` }, name)
    : el('label', { class: 'label', for: id }, name);
  return el(
    'div',
    { class: 'field' },
    title,
    control,
    ...notes.map(([words, kind, own]) => el('small', { class: kind, id: own }, words)),
  );
}

/** The control of an element, marked with where it stands. */
export function controlOf(placed, world) {
  const { element } = placed;
  const control = made(element, world, keyOf(placed));
  control.dataset.key = keyOf(placed);
  return control;
}

/** What stands in a control now, as a plain value. */
export function heldBy(control, { element }, world) {
  const { type } = element;
  if (type === 'checkboxes') return [...control.querySelectorAll('input:checked')].map(({ value }) => value);
  if (type === 'radio_buttons') return control.querySelector('input:checked')?.value ?? null;
  if (control.multiple) return [...control.selectedOptions].map(({ value }) => value);
  if (control.value === '') return null;
  return type === 'datetimepicker' ? momentOf(control.value, world.zone) : control.value;
}

/** Puts a value back that was there before the control was drawn anew. */
export function fill(control, { element }, value, world) {
  if (value === undefined) return;
  const chosen = new Set(Array.isArray(value) ? value : [value]);
  if (element.type === 'checkboxes' || element.type === 'radio_buttons')
    for (const box of control.querySelectorAll('input')) box.checked = chosen.has(box.value);
  else if (control.multiple) for (const option of control.options) option.selected = chosen.has(option.value);
  else
    control.value =
      value !== null && element.type === 'datetimepicker' ? wallClock(value, world.zone) : (value ?? '');
}

function made(element, world, key) {
  const { type, placeholder, initial_value: initial } = element;
  if (type === 'checkboxes' || type === 'radio_buttons') return boxes(element, key);
  if (DATED[type] !== undefined) {
    const first = element.initial_date ?? element.initial_time ?? element.initial_date_time;
    const control = el('input', { type: DATED[type] });
    if (first !== undefined) control.value = type === 'datetimepicker' ? wallClock(first, world.zone) : first;
    return control;
  }
  if (TEXT[type] !== undefined) {
    const control =
      element.multiline === true ? el('textarea', { rows: '4' }) : el('input', { type: TEXT[type] });
    control.value = initial ?? '';
    control.placeholder = placeholder?.text ?? '';
    if (element.focus_on_load === true) control.autofocus = true;
    return control;
  }
  return select(element, world);
}

function boxes({ type, options, initial_option: one, initial_options: many = [] }, key) {
  const first = new Set([...many, ...(one === undefined ? [] : [one])].map(({ value }) => value));
  const isMany = type === 'checkboxes';
  const group = el('div', { class: 'boxes', role: isMany ? 'group' : 'radiogroup' });
  for (const { text, value, description } of options) {
    const box = el('input', { type: isMany ? 'checkbox' : 'radio', name: key, value });
    box.checked = first.has(value);
    const notes = description === undefined ? [] : [el('small', { class: 'note' }, description.text)];
    group.append(el('label', {}, box, el('span', {}, text.text), ...notes));
  }
  return group;
}

function select(element, world) {
  const isMany = element.type.startsWith('multi_');
  const control = el('select', {});
  control.multiple = isMany;
  const first = new Set(firstsOf(element));
  const option = ({ text, value }) => new Option(text, value, first.has(value), first.has(value));
  if (!isMany) control.append(new Option(element.placeholder?.text ?? 'Choose an option', ''));
  for (const { label, options } of groupsOf(element, world)) {
    const all = options.map(option);
    control.append(...(label === undefined ? all : [el('optgroup', { label }, ...all)]));
  }
  if (isMany) control.size = Math.min(5, Math.max(2, control.options.length));
  return control;
}

function firstsOf(element) {
  const options = [element.initial_option, ...(element.initial_options ?? [])];
  return [
    ...options.map((option) => option?.value),
    ...[element.initial_user, element.initial_conversation, element.initial_channel],
    ...(element.initial_users ?? element.initial_conversations ?? element.initial_channels ?? []),
  ].filter((value) => value !== undefined);
}

function groupsOf({ type, options, option_groups: groups }, { people, bot, channels }) {
  const plain = ({ text, value }) => ({ text: text.text, value });
  if (groups !== undefined)
    return groups.map(({ label, options: own }) => ({ label: label.text, options: own.map(plain) }));
  if (type.includes('users'))
    return [{ options: [...people, bot].map(({ id, realName }) => ({ text: realName, value: id })) }];
  if (type.includes('conversations') || type.includes('channels'))
    return [
      {
        options: channels
          .filter(({ isDirect, isArchived }) => !isDirect && isArchived !== true)
          .map(({ id, name }) => ({ text: `#${name}`, value: id })),
      },
    ];
  return [{ options: (options ?? []).map(plain) }];
}
