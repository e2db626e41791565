import type { Stack } from '../stack/stack.ts';
import { until } from './watcher.ts';

type Slack = Stack['slack'];
type Fields = Readonly<Record<string, unknown>>;

/** How long a form may take to open or to change, in milliseconds. */
const PATIENCE = 10_000;

/** Waits until somebody has a form open whose title says this, and that has fields with these labels. */
export async function opened(
  { workspace }: Slack,
  person: string,
  title: RegExp,
  fields: readonly string[] = [],
): Promise<Fields> {
  const { id } = personOf(workspace, person);
  return until(
    workspace,
    `the form ${title.source}`,
    () => {
      const view = workspace.modals.get(id);
      const labels = listOf(view?.blocks).map(({ label }) => textOf(label));
      const isIt = view !== undefined && title.test(textOf(view.title));
      return isIt && fields.every((field) => labels.includes(field)) ? view : undefined;
    },
    PATIENCE,
  );
}

/**
 * The state of a form’s inputs as Slack sends it: what was typed into those whose labels are given, in the others what they began with. An input of people takes a user id,
 * a choice the text of its option, a day `2026-12-01`.
 */
export function typed(
  view: Fields,
  values: Readonly<Record<string, string>>,
): Record<string, Record<string, unknown>> {
  const inputs = listOf(view.blocks).filter(({ type }) => type === 'input');
  const labels = inputs.map(({ label }) => textOf(label));
  const missing = Object.keys(values).filter((name) => !labels.includes(name));
  if (missing.length > 0)
    throw new Error(`the form has no field “${missing.join('”, “')}”, it has “${labels.join('”, “')}”`);
  return Object.fromEntries(
    inputs.map(({ block_id: block, label, element }) => {
      const input = fieldsOf(element);
      const value = values[textOf(label)];
      return [String(block), { [String(input.action_id)]: { type: input.type, ...answerOf(input, value) } }];
    }),
  );
}

/** Fills in the form that somebody has open, by its labels, and sends it. */
export async function send(
  { slack }: Pick<Stack, 'slack'>,
  person: string,
  title: RegExp,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const view = await opened(slack, person, title, Object.keys(values));
  const { failed } = await slack.submit(person, typed(view, values));
  if (failed !== undefined) throw new Error(`the form ${title.source} was answered with ${failed}`);
}

function answerOf(input: Fields, value: string | undefined): object {
  const options = listOf(input.options);
  const chosen = options.find(({ text }) => textOf(text) === value);
  if (value !== undefined && options.length > 0 && chosen === undefined)
    throw new Error(
      `there is no choice “${value}” among “${options.map(({ text }) => textOf(text)).join('”, “')}”`,
    );
  switch (input.type) {
    case 'static_select':
    case 'radio_buttons':
      return { selected_option: chosen ?? input.initial_option ?? null };
    case 'multi_static_select':
    case 'checkboxes':
      return { selected_options: chosen === undefined ? (input.initial_options ?? []) : [chosen] };
    case 'users_select':
      return { selected_user: value ?? input.initial_user ?? null };
    case 'datepicker':
      return { selected_date: value ?? input.initial_date ?? null };
    case 'datetimepicker':
      return { selected_date_time: value === undefined ? (input.initial_date_time ?? null) : Number(value) };
    default:
      return { value: value ?? input.initial_value ?? null };
  }
}

function personOf({ people }: Slack['workspace'], name: string): { readonly id: string } {
  const found = people.find((one) => one.name === name || one.id === name);
  if (found === undefined) throw new Error(`nobody is called ${name}`);
  return found;
}

function textOf(value: unknown): string {
  return String(fieldsOf(value).text ?? '');
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}
