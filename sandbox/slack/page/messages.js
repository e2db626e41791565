import { contentOf } from './controls.js';
import { clock, element as el, menu } from './dom.js';
import { heldBy } from './fields.js';

const BUOY =
  '<svg viewBox="0 0 24 24" fill="none" stroke="#fff" stroke-width="1.8" stroke-linejoin="round" aria-hidden="true"><path d="M12 2.5v3M8.5 17 10 7h4l1.500 10M4 17.500h16l-2.500 4h-11z"/></svg>';

const EMOJI = {
  memo: '📝',
  eyes: '👀',
  '+1': '👍',
  white_check_mark: '✅',
  heavy_check_mark: '✔️',
  rotating_light: '🚨',
  tada: '🎉',
};

function face(id, world) {
  const made = el('div', { class: 'face', 'aria-hidden': 'true' });
  if (id === world.bot.id) made.innerHTML = BUOY;
  else made.textContent = world.nameOf(id)[0] ?? '?';
  const hue =
    id === world.bot.id ? 205 : [...id].reduce((sum, letter) => sum + letter.charCodeAt(0) * 47, 0) % 360;
  made.style.background = `hsl(${hue} 55% 38%)`;
  return made;
}

/** One message. Its blocks were rendered on the server, by a library; times are put into the viewer's zone here. */
function article(message, world, send, counted) {
  const author = message.user ?? world.bot.id;
  const head = el('div', {}, el('span', { class: 'who' }, world.nameOf(author)));
  if (author === world.bot.id) head.append(el('span', { class: 'app' }, 'APP'));
  head.append(el('span', { class: 'when' }, clock(Number(message.ts), world.zone)));
  const body = el('div', {}, head);
  if (message.to !== undefined) body.append(el('p', { class: 'note' }, 'Only visible to you'));
  const content = contentOf(message, world, (placed, value, control) => {
    const at = { ts: message.ts, action: placed.actionId, block: placed.blockId };
    if (placed.element.type === 'button') return send('press', at);
    const picked = control === undefined ? value : heldBy(control, placed, world);
    return send('choose', { ...at, value: JSON.stringify(picked) });
  });
  for (const time of content.querySelectorAll('time[data-format]'))
    time.textContent = clock(Number(time.dataset.at), world.zone, time.dataset.format);
  body.append(content, ...(message.attached ?? []).map(fileLink));
  if ((message.reactions ?? []).length > 0) body.append(reactions(message, world, send));
  const replies = world.messages.filter(({ thread_ts, ts }) => thread_ts === message.ts && ts !== message.ts);
  if (counted && replies.length > 0) {
    const label = `${replies.length} ${replies.length === 1 ? 'reply' : 'replies'}`;
    body.append(el('button', { class: 'replies', type: 'button', 'data-thread': message.ts }, label));
  }
  const made = el(
    'article',
    { class: message.to === undefined ? '' : 'only', 'data-ts': message.ts },
    face(author, world),
    body,
  );
  if (message.to === undefined) made.append(tools(message, world, send, counted));
  return made;
}

function fileLink({ id, title, name, size }) {
  const label = `Download ${title}`;
  const facts = el(
    'small',
    { class: 'note' },
    `${name} · ${size < 1024 ? `${size} B` : `${Math.round(size / 1024)} KB`}`,
  );
  const words = el('span', {}, el('strong', {}, title), facts);
  const icon = el('span', { class: 'icon', 'aria-hidden': 'true' }, '📄');
  return el('a', { class: 'file', href: `/files/${id}`, download: name, 'aria-label': label }, icon, words);
}

function reactions(message, world, send) {
  const all = message.reactions.map(({ name, users }) => {
    const isMine = users.includes(world.me);
    const made = el(
      'button',
      {
        type: 'button',
        'data-reaction': name,
        'aria-pressed': String(isMine),
        'aria-label': `${name}, ${users.length} ${users.length === 1 ? 'person' : 'people'}`,
        title: users.map(world.nameOf).join(', '),
      },
      `${EMOJI[name] ?? `:${name}:`} ${users.length}`,
    );
    made.onclick = () => send(isMine ? 'unreact' : 'react', { ts: message.ts, name });
    return made;
  });
  return el('div', { class: 'reactions' }, ...all);
}

/** The menu of a message: shown when the pointer or the focus is there. */
function tools(message, world, send, counted) {
  const button = el(
    'button',
    { type: 'button', class: 'more', 'aria-label': 'More actions', 'aria-haspopup': 'menu' },
    '⋯',
  );
  const react = (name) => () => send('react', { ts: message.ts, name });
  button.onclick = () =>
    menu(button, 'Message actions', [
      ...(counted ? [{ text: 'Reply in thread', go: () => world.openThread(message.ts) }] : []),
      ...world.messageShortcuts.map(({ callbackId, name }) => ({
        text: name,
        go: () => send('shortcut', { ts: message.ts, name: callbackId }),
      })),
      { text: 'React with 📝 (:memo:)', go: react('memo') },
    ]);
  return button;
}

/** Fills a list, touching only what changed, and stays at the end if it was there. */
export function fillList(list, messages, world, send, counted) {
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 120;
  const old = new Map([...list.children].map((child) => [child.dataset.ts, child]));
  const wanted = messages.map((message) => {
    const made = article(message, world, send, counted);
    const known = old.get(message.ts);
    // The menu may be open: that is no change of the message.
    const before = known?.outerHTML.replaceAll(/ aria-expanded="\w+"/g, '');
    return before === made.outerHTML ? known : made;
  });
  list.replaceChildren(...wanted);
  if (atEnd) list.scrollTop = list.scrollHeight;
}
