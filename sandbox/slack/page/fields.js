/** A field for an input block: its label, the control, its hint, and what the bot had against its value. */
export function fieldOf({ block_id: id, label, element, hint, optional }, error) {
  const field = document.createElement('label');
  field.className = 'field';
  const name = document.createElement('span');
  name.textContent = `${label.text}${optional === true ? ' (optional)' : ''}`;
  const control = controlOf(element);
  control.name = id;
  control.required = optional !== true;
  field.append(name, control);
  for (const [words, kind] of [
    [hint?.text, 'note'],
    [error, 'failed'],
  ]) {
    if (words === undefined) continue;
    const line = document.createElement('small');
    line.className = kind;
    line.textContent = words;
    field.append(line);
  }
  return field;
}

/** The value of an input as Slack sends it: by action, with its type. */
export function answerOf(form, { block_id: id, element }) {
  const { value } = form.elements[id];
  const chosen = (element.options ?? []).find((option) => option.value === value);
  const content =
    element.options === undefined
      ? { value: value === '' ? null : value }
      : { selected_option: chosen ?? null };
  return { [element.action_id]: { type: element.type, ...content } };
}

function controlOf({
  type,
  multiline,
  options = [],
  initial_value: initial,
  initial_option: first,
  placeholder,
}) {
  if (options.length > 0) {
    const select = document.createElement('select');
    select.append(
      ...options.map(({ text, value }) => new Option(text.text, value, false, value === first?.value)),
    );
    return select;
  }
  const control = document.createElement(multiline === true ? 'textarea' : 'input');
  if (type === 'datepicker') control.type = 'date';
  else if (multiline !== true) control.type = 'text';
  control.value = initial ?? '';
  control.placeholder = placeholder?.text ?? '';
  return control;
}
