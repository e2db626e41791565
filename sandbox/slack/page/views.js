import { contentOf } from './controls.js';
import { $, element as el } from './dom.js';
import { fieldOf, fill, heldBy, keyOf } from './fields.js';

/** A view as it is drawn. `live`: its controls by where they stand. */
const drawn = new WeakMap();
/** What was typed in each view, by its id: one that another lay on shows again as it was left. */
const typed = new Map();

/**
 * Draws a view into a place anew when it changed, and keeps what was typed there as far as its fields are still there. `send(what, body)`
 * does something with it.
 */
function draw(place, view, world, send, around) {
  const version = `${view.id} ${view.hash} ${JSON.stringify(view.errors ?? {})} ${world.me}`;
  if (place.dataset.view === version) return;
  const [old] = place.dataset.view?.split(' ') ?? [];
  if (old !== undefined) typed.set(old, typedIn(place, world));
  const before = typed.get(view.id) ?? new Map();
  const focused = old === view.id ? document.activeElement?.dataset?.key : undefined;
  place.dataset.view = version;
  const live = new Map();
  const use = (placed, value, control) =>
    send('press-view', {
      action: placed.actionId,
      block: placed.blockId,
      values: JSON.stringify(valuesIn(place, world)),
      ...(control === undefined ? {} : { value: JSON.stringify(heldBy(control, placed, world)) }),
      ...(value === undefined ? {} : { value: JSON.stringify(value) }),
    });
  const parts = view.parts.map((part) => {
    if (part.input === undefined) return contentOf(part, world, use);
    const [placed] = part.controls;
    const field = fieldOf(placed, view.errors?.[placed.blockId], world);
    if (part.input.dispatch_action === true) dispatching(field.querySelector('[data-key]'), placed, use);
    return field;
  });
  place.replaceChildren(...around(parts));
  const all = new Map(
    view.parts.flatMap(({ controls }) => controls).map((placed) => [keyOf(placed), placed]),
  );
  for (const control of place.querySelectorAll('[data-key]')) {
    const placed = all.get(control.dataset.key);
    if (placed === undefined) continue;
    live.set(control.dataset.key, { control, placed });
    fill(control, placed, before.get(control.dataset.key), world);
    if (control.dataset.key === focused) control.focus();
  }
  drawn.set(place, live);
}

/** An input with `dispatch_action` tells the bot when something is picked, or Enter pressed in a text. */
function dispatching(control, placed, use) {
  const go = () => use(placed, undefined, control);
  const { type, dispatch_action_config: config } = placed.element;
  if (!/_input$/.test(type)) control.addEventListener('change', go);
  else if (config?.trigger_actions_on?.includes('on_character_entered'))
    control.addEventListener('input', go);
  else
    control.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey) return;
      event.preventDefault();
      go();
    });
}

function typedIn(place, world) {
  const all = [...(drawn.get(place) ?? [])];
  return new Map(all.map(([key, { control, placed }]) => [key, heldBy(control, placed, world)]));
}

/** What stands in a view's fields, by block and action. */
function valuesIn(place, world) {
  const values = {};
  for (const { control, placed } of drawn.get(place)?.values() ?? []) {
    const own = values[placed.blockId] ?? {};
    values[placed.blockId] = own;
    own[placed.actionId] = heldBy(control, placed, world);
  }
  return values;
}

/** The modal that this person sees, if any. */
export function showModal(view, world, send) {
  const dialog = $('dialog');
  if (view === undefined) {
    if (dialog.dataset.view === undefined) return;
    delete dialog.dataset.view;
    dialog.close();
    dialog.replaceChildren();
    return;
  }
  const ask = async (what, body) => {
    const { errors, failed } = await send(what, body);
    const alert = dialog.querySelector('.trouble');
    if (alert !== null) {
      alert.hidden = failed === undefined;
      alert.textContent = failed ?? '';
    }
    if (errors !== undefined) mark(dialog, errors);
  };
  draw(dialog, view, world, ask, (parts) => {
    const cancel = el('button', { type: 'button' }, view.close?.text ?? 'Cancel');
    cancel.onclick = () => ask('dismiss', {});
    const title = el('h2', { id: 'dialog-title' }, view.title.text);
    const head = el('div', { class: 'head' }, title);
    if (view.depth > 1) {
      const all = el('button', { type: 'button', class: 'plain', 'aria-label': 'Close all forms' }, '✕');
      all.onclick = () => ask('dismiss', { all: 'true' });
      head.append(all);
    }
    const actions = el('menu', {}, cancel);
    if (view.submit) actions.append(el('button', { type: 'submit', class: 'primary' }, view.submit.text));
    const trouble = el('p', { class: 'failed trouble', role: 'alert', hidden: '' });
    const form = el(
      'form',
      { novalidate: '' },
      head,
      el('div', { class: 'parts' }, ...parts),
      trouble,
      actions,
    );
    form.onsubmit = (event) => {
      event.preventDefault();
      ask('submit', { values: JSON.stringify(valuesIn(dialog, world)) });
    };
    return [form];
  });
  dialog.className = 'modal';
  dialog.oncancel = (event) => {
    event.preventDefault();
    ask('dismiss', {});
  };
  if (!dialog.open) dialog.showModal();
}

/** Marks fields with what Slack's client has against them. */
function mark(dialog, errors) {
  for (const old of dialog.querySelectorAll('.field > small.failed')) old.remove();
  const all = [...(drawn.get(dialog)?.values() ?? [])];
  for (const { control, placed } of all) {
    const words = placed.input === undefined ? undefined : errors[placed.blockId];
    if (words === undefined) {
      control.removeAttribute('aria-invalid');
      continue;
    }
    const note = el('small', { class: 'failed', id: `${control.id}-error` }, words);
    control.setAttribute('aria-invalid', 'true');
    control.setAttribute('aria-describedby', note.id);
    control.after(note);
  }
  const first = all.find(({ placed }) => placed.input !== undefined && errors[placed.blockId] !== undefined);
  (first?.control.matches('div') ? first.control.querySelector('input') : first?.control)?.focus();
}

/** The Home tab, in the list of messages. */
export function showHome(view, world, send) {
  const list = $('list');
  const known = list.querySelector('article.home > div');
  const place = known ?? el('div', {});
  if (known === null) list.replaceChildren(el('article', { class: 'home' }, place));
  if (view === undefined) {
    delete place.dataset.view;
    place.replaceChildren(el('p', { class: 'note' }, 'Nothing is published here yet.'));
    return;
  }
  draw(place, view, world, send, (parts) => parts);
}
