export const $ = (id) => document.getElementById(id);

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (value !== undefined) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** A moment, in seconds, in somebody's time zone. */
export function clock(seconds, zone, format = '{time}') {
  const date = format.includes('date') ? { day: 'numeric', month: 'short' } : {};
  return new Date(seconds * 1000).toLocaleString('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    ...(format.includes('secs') ? { second: '2-digit' } : {}),
    ...date,
  });
}

/** A moment as the wall clock of a zone shows it, in the form of a field for date and time; and back. */
export function wallClock(seconds, zone) {
  return new Date(seconds * 1000).toLocaleString('sv-SE', { timeZone: zone }).replace(' ', 'T').slice(0, 16);
}
export function momentOf(wall, zone) {
  const asUtc = Date.parse(`${wall}Z`) / 1000;
  const offset = (at) => Date.parse(`${wallClock(at, zone)}Z`) / 1000 - at;
  return asUtc - offset(asUtc - offset(asUtc));
}

/** Opens a menu below a button. Arrows, Home, End and Escape work as in any menu. */
export function menu(button, label, items) {
  const list = element('div', { class: 'menu', role: 'menu', 'aria-label': label });
  const close = () => {
    list.remove();
    button.setAttribute('aria-expanded', 'false');
    document.removeEventListener('pointerdown', outside, true);
  };
  const outside = ({ target }) => {
    if (!list.contains(target)) close();
  };
  for (const { text, go } of items) {
    const item = element('button', { type: 'button', role: 'menuitem', tabindex: '-1' }, text);
    item.onclick = () => {
      close();
      button.focus();
      go();
    };
    list.append(item);
  }
  list.onkeydown = (event) => {
    const all = [...list.children];
    const at = all.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (next !== undefined) all.at(next % all.length).focus();
    else if (event.key === 'Escape' || event.key === 'Tab') {
      close();
      button.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  // What is outside of an open dialog cannot be reached.
  (button.closest('dialog') ?? document.body).append(list);
  const at = button.getBoundingClientRect();
  const below = at.bottom + list.offsetHeight + 8 < innerHeight;
  list.style.top = `${below ? at.bottom + 4 : Math.max(4, at.top - list.offsetHeight - 4)}px`;
  list.style.left = `${Math.max(4, Math.min(at.left, innerWidth - list.offsetWidth - 8))}px`;
  button.setAttribute('aria-expanded', 'true');
  list.firstElementChild?.focus();
  document.addEventListener('pointerdown', outside, true);
}

/** A dialog that is gone once it is closed. */
export function dialogOf(kind, label, ...children) {
  const made = element('dialog', { class: kind, 'aria-label': label }, ...children);
  made.onclose = () => made.remove();
  document.body.append(made);
  made.showModal();
  return made;
}

/** Asks before something is done, as the block of the button says. */
export function confirm({ title, text, confirm: yes, deny: no }, go) {
  const cancel = element('button', { type: 'button' }, no.text);
  const agree = element('button', { type: 'button', class: 'primary' }, yes.text);
  const asked = element('p', {}, text.text);
  const made = dialogOf(
    '',
    title.text,
    element('h2', {}, title.text),
    asked,
    element('menu', {}, cancel, agree),
  );
  cancel.onclick = () => made.close();
  agree.onclick = () => {
    made.close();
    go();
  };
}
