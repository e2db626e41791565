import { asList, asObject } from '../json.ts';

type Json = Readonly<Record<string, unknown>>;

/** What an element of a view holds, as Slack sends it in `state.values`: its type and its value or choice. */
export type Answer = Json & { readonly type: string };
/** Answers by block and action. */
export type Values = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
/** An element with which people do something, and where it stands; `input` is the input block around it. */
export type Placed = {
  readonly blockId: string;
  readonly actionId: string;
  readonly element: Json;
  readonly input?: Json;
};
/** Who and what may be picked. */
export type Choosable = {
  readonly people: readonly { readonly id: string; readonly name: string }[];
  readonly channels: readonly { readonly id: string; readonly name: string; readonly isDirect: boolean }[];
};

/** Where each type of element has its answer, and what it begins with (reference/block-kit/block-elements). */
const FIELDS: Readonly<Record<string, readonly [answer: string, initial: string]>> = {
  plain_text_input: ['value', 'initial_value'],
  url_text_input: ['value', 'initial_value'],
  email_text_input: ['value', 'initial_value'],
  number_input: ['value', 'initial_value'],
  rich_text_input: ['rich_text_value', 'initial_value'],
  static_select: ['selected_option', 'initial_option'],
  external_select: ['selected_option', 'initial_option'],
  radio_buttons: ['selected_option', 'initial_option'],
  multi_static_select: ['selected_options', 'initial_options'],
  multi_external_select: ['selected_options', 'initial_options'],
  checkboxes: ['selected_options', 'initial_options'],
  users_select: ['selected_user', 'initial_user'],
  multi_users_select: ['selected_users', 'initial_users'],
  conversations_select: ['selected_conversation', 'initial_conversation'],
  multi_conversations_select: ['selected_conversations', 'initial_conversations'],
  channels_select: ['selected_channel', 'initial_channel'],
  multi_channels_select: ['selected_channels', 'initial_channels'],
  datepicker: ['selected_date', 'initial_date'],
  timepicker: ['selected_time', 'initial_time'],
  datetimepicker: ['selected_date_time', 'initial_date_time'],
  file_input: ['files', 'initial_files'],
};
const MANY = new Set([
  'selected_options',
  'selected_users',
  'selected_conversations',
  'selected_channels',
  'files',
]);
/** Elements that are pressed and keep nothing. */
const PRESSED = new Set(['button', 'workflow_button', 'overflow', 'feedback_buttons', 'icon_button']);

/** Blocks with the ids that Slack gives where there are none. */
export function withIds(blocks: readonly unknown[], prefix = 'b'): readonly Json[] {
  return blocks.map((block, i) => {
    const fields = asObject(block);
    const id = String(fields.block_id ?? `${prefix}${i + 1}`);
    const named = (element: unknown, j = 0) =>
      isElement(element) ? { action_id: `a${j + 1}`, ...asObject(element) } : element;
    return {
      ...fields,
      block_id: id,
      ...(Array.isArray(fields.elements) ? { elements: fields.elements.map(named) } : {}),
      ...(Array.isArray(fields.actions) ? { actions: fields.actions.map(named) } : {}),
      ...(fields.accessory === undefined ? {} : { accessory: named(fields.accessory) }),
      ...(fields.element === undefined ? {} : { element: named(fields.element) }),
      ...(Array.isArray(fields.child_blocks) ? { child_blocks: withIds(fields.child_blocks, `${id}-`) } : {}),
    };
  });
}

/** Every element of these blocks that people use, in order. */
export function elementsOf(blocks: readonly unknown[]): readonly Placed[] {
  return withIds(blocks).flatMap((block) => {
    const blockId = String(block.block_id);
    const placed = (element: unknown): readonly Placed[] => {
      if (!isElement(element)) return [];
      const fields = asObject(element);
      const input = block.type === 'input' ? { input: block } : {};
      return [{ blockId, actionId: String(fields.action_id), element: fields, ...input }];
    };
    const inside = asList(block.type === 'carousel' ? (block.elements ?? []) : (block.child_blocks ?? []));
    return [
      ...asList(block.elements ?? []).flatMap(placed),
      ...placed(block.accessory),
      ...placed(block.element),
      ...asList(block.actions ?? []).flatMap(placed),
      ...elementsOf(inside),
    ];
  });
}

/** What every element of these blocks holds: what was typed, else what it began with, else null or an empty list. */
export function stateOf(blocks: readonly unknown[], typed: Values): Values {
  const values: Record<string, Record<string, unknown>> = {};
  for (const { blockId, actionId, element } of elementsOf(blocks)) {
    const fields = FIELDS[String(element.type)];
    if (fields === undefined) continue;
    const [answer, initial] = fields;
    const began = element[initial];
    const empty = isMany(answer) ? [] : null;
    const first = element.type === 'number_input' && began !== undefined ? String(began) : (began ?? empty);
    const own = values[blockId] ?? {};
    own[actionId] = typed[blockId]?.[actionId] ?? { type: element.type, [answer]: first };
    values[blockId] = own;
  }
  return values;
}

/**
 * What a person types or picks, as the element’s answer: given plain (`'x'`, `['a', 'b']`, the value of an option, an id, `null`) or in
 * Slack’s own shape. Throws when the element has no such thing to pick.
 */
export function answerTo({ actionId, element }: Placed, given: unknown, among: Choosable): Answer {
  const type = String(element.type);
  const [field] = FIELDS[type] ?? [];
  if (field === undefined) throw new Error(`${actionId} is a ${type}: it takes no value`);
  const shaped = typeof given === 'object' && given !== null && !Array.isArray(given);
  const { [field]: own, value: short } =
    shaped && type !== 'rich_text_input' ? asObject(given) : { [field]: given };
  const raw = own ?? short ?? null;
  if (isMany(field)) {
    const list = raw === null ? [] : asList(raw);
    return { type, [field]: list.map((one) => picked(field, element, one, among, actionId)) };
  }
  return { type, [field]: raw === null || raw === '' ? null : picked(field, element, raw, among, actionId) };
}

function isMany(field: string): boolean {
  return MANY.has(field);
}

function isElement(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  return PRESSED.has(String(value.type)) || FIELDS[String(value.type)] !== undefined;
}

function picked(field: string, element: Json, raw: unknown, among: Choosable, name: string): unknown {
  const refuse = (what: string): never => {
    throw new Error(`${name}: ${what}`);
  };
  switch (field.replace(/s$/, '')) {
    case 'selected_option':
      return optionOf(element, raw) ?? refuse(`there is no option ${JSON.stringify(raw)}`);
    case 'selected_user':
      return (
        among.people.find(({ id, name: known }) => id === raw || known === raw)?.id ??
        refuse(`nobody is ${String(raw)}`)
      );
    case 'selected_conversation':
    case 'selected_channel': {
      const found = among.channels.find((one) => one.id === raw || (!one.isDirect && `#${one.name}` === raw));
      if (found === undefined || (field.startsWith('selected_channel') && found.isDirect))
        return refuse(`there is no channel ${String(raw)}`);
      return found.id;
    }
    case 'selected_date':
      return isDate(raw) ? raw : refuse(`${String(raw)} is no date such as 2026-11-24`);
    case 'selected_time':
      return /^([01]\d|2[0-3]):[0-5]\d$/.test(String(raw))
        ? raw
        : refuse(`${String(raw)} is no time such as 12:00`);
    case 'selected_date_time':
      return Number.isInteger(raw) && /^\d{10}$/.test(String(raw))
        ? raw
        : refuse(`${String(raw)} is no time in seconds since 1970`);
    case 'value':
      return typeof raw === 'string' ? raw : refuse(`${JSON.stringify(raw)} is no text`);
    default:
      return raw;
  }
}

/** The option of this value: of the element itself, or any that the app would give for an external one. */
export function optionOf(element: Json, raw: unknown): Json | undefined {
  const value = typeof raw === 'object' && raw !== null ? asObject(raw).value : raw;
  if (String(element.type).includes('external')) return asObject(raw);
  const groups = asList(element.option_groups ?? []).flatMap((group) => asList(asObject(group).options));
  return [...asList(element.options ?? []), ...groups].map(asObject).find((option) => option.value === value);
}

function isDate(raw: unknown): boolean {
  const date =
    typeof raw === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(raw) ? new Date(`${raw}T00:00:00Z`) : undefined;
  return date !== undefined && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(String(raw));
}
