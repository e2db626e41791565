import { formText } from './form-text.ts';

/** What is in the fields of a form as Slack sends it: by block, then by action. */
export type FormValues = Readonly<Record<string, Readonly<Record<string, FieldValue>>>>;

type FieldValue = {
  readonly value?: string | null;
  readonly selected_option?: { readonly value: string } | null;
  readonly selected_options?: readonly { readonly value: string }[] | null;
  readonly selected_user?: string | null;
  readonly selected_date?: string | null;
  readonly selected_date_time?: number | null;
};

/** What stands in a field of a form, its parts put together; `undefined` where the form did not ask for it. */
export function typedIn(values: FormValues, id: string): string | undefined {
  const parts = fieldsOf(values, id);
  if (parts.length === 0) return undefined;
  return formText(
    parts
      .map(({ breaks, field }, i) => {
        const text = field.value ?? '';
        return i < parts.length - 1 && breaks && text !== '' ? `${text}\n` : text;
      })
      .join(''),
  );
}

/** The one thing that was chosen in a field: an option, a person, a day or a moment in seconds; empty where nothing is. */
export function chosenIn(values: FormValues, id: string): string | undefined {
  const [found] = fieldsOf(values, id);
  if (found === undefined) return undefined;
  const {
    selected_option: one,
    selected_user: user,
    selected_date: day,
    selected_date_time: at,
  } = found.field;
  return one?.value ?? user ?? day ?? at?.toString() ?? '';
}

/** All that was chosen in a field. */
export function checkedIn(values: FormValues, id: string): readonly string[] | undefined {
  const [found] = fieldsOf(values, id);
  return found === undefined ? undefined : (found.field.selected_options ?? []).map(({ value }) => value);
}

/** The block of a field, to put an error under it. */
export function blockOf(values: FormValues, id: string): string | undefined {
  return fieldsOf(values, id)[0]?.block;
}

function fieldsOf(values: FormValues, id: string) {
  return Object.entries(values)
    .flatMap(([block, actions]) => {
      const [name, part, breaks] = block.split('|');
      const field = actions[id];
      return name !== id || field === undefined
        ? []
        : [{ block, part: Number(part), breaks: breaks === 'n', field }];
    })
    .toSorted((a, b) => a.part - b.part);
}
