import { answerOf, fieldOf } from './fields.js';

const $ = (id) => document.getElementById(id);
const dark = matchMedia('(prefers-color-scheme: dark)');

let state = {
  channels: [],
  people: [],
  messages: [],
  ephemerals: [],
  bot: { id: '' },
  homes: {},
  modals: {},
};
let [place, thread] = read();
/** The newest message that was seen, by channel. */
const seen = new Map();

const BUOY =
  '<svg viewBox="0 0 24 24" fill="none" stroke="#fff" stroke-width="1.8" stroke-linejoin="round" aria-hidden="true"><path d="M12 2.5v3M8.5 17 10 7h4l1.500 10M4 17.500h16l-2.500 4h-11z"/></svg>';

function read() {
  const [channel = '', root = ''] = location.hash.slice(2).split('/p');
  return [channel, root];
}

function nameOf(id) {
  if (id === state.bot.id) return 'Bellbuoy';
  return state.people.find((person) => person.id === id)?.realName ?? id;
}

function me() {
  return state.people.find(({ id }) => id === $('person').value) ?? state.people[0] ?? { id: '', tz: 'UTC' };
}

function clock(seconds, format = '{time}') {
  const date = format.includes('date') ? { day: 'numeric', month: 'short' } : {};
  return new Date(seconds * 1000).toLocaleString('en-GB', {
    timeZone: me().tz,
    hour: '2-digit',
    minute: '2-digit',
    ...(format.includes('secs') ? { second: '2-digit' } : {}),
    ...date,
  });
}

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function face(id) {
  const made = element('div', { class: 'face', 'aria-hidden': 'true' });
  if (id === state.bot.id) made.innerHTML = BUOY;
  else made.textContent = nameOf(id)[0] ?? '?';
  const hue =
    id === state.bot.id ? 205 : [...id].reduce((sum, letter) => sum + letter.charCodeAt(0) * 47, 0) % 360;
  made.style.background = `hsl(${hue} 55% 38%)`;
  return made;
}

/** One message. Its blocks were rendered on the server, by a library; times are put into the viewer's zone here. */
function article(message, counted) {
  const author = message.user ?? state.bot.id;
  const head = element('div', {}, element('span', { class: 'who' }, nameOf(author)));
  if (author === state.bot.id) head.append(element('span', { class: 'app' }, 'APP'));
  head.append(element('span', { class: 'when' }, clock(Number(message.ts))));
  const body = element('div', {}, head);
  if (message.to !== undefined) body.append(element('p', { class: 'note' }, 'Only visible to you'));
  const content = element('div', { class: 'content' });
  content.innerHTML = message.html;
  for (const time of content.querySelectorAll('time[data-format]'))
    time.textContent = clock(Number(time.dataset.at), time.dataset.format);
  body.append(content);
  const replies = state.messages.filter(({ thread_ts, ts }) => thread_ts === message.ts && ts !== message.ts);
  if (counted && replies.length > 0) {
    const label = `${replies.length} ${replies.length === 1 ? 'reply' : 'replies'}`;
    body.append(element('button', { class: 'replies', type: 'button', 'data-thread': message.ts }, label));
  }
  const kind = message.to === undefined ? '' : 'only';
  return element('article', { class: kind, 'data-ts': message.ts }, face(author), body);
}

/** Fills a list, touching only what changed, and stays at the end if it was there. */
function fill(list, messages, counted) {
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 120;
  const old = new Map([...list.children].map((child) => [child.dataset.ts, child]));
  const wanted = messages.map((message) => {
    const made = article(message, counted);
    const known = old.get(message.ts);
    return known !== undefined && known.outerHTML === made.outerHTML ? known : made;
  });
  list.replaceChildren(...wanted);
  if (atEnd) list.scrollTop = list.scrollHeight;
}

const byTime = (a, b) => (a.ts < b.ts ? -1 : 1);

function channelButton(channel) {
  const unread = state.messages.filter(
    (one) => one.channel === channel.id && one.ts > (seen.get(channel.id) ?? ''),
  );
  const label = channel.isDirect ? nameOf(channel.name) : `# ${channel.name}`;
  const made = element(
    'button',
    {
      type: 'button',
      'data-channel': channel.id,
      'aria-current': String(channel.id === place),
      class: unread.length > 0 ? 'unread' : '',
    },
    element('span', {}, label),
  );
  if (unread.length > 0) made.append(element('span', { class: 'count' }, String(unread.length)));
  return made;
}

/** The parts of a view: HTML from the server, and fields for its inputs. */
function partsOf({ parts, errors = {} }) {
  return parts.map(({ html, input }) => {
    if (input !== undefined) return fieldOf(input, errors[input.block_id]);
    const made = element('div', { class: 'content' });
    made.innerHTML = html;
    return made;
  });
}

function showHome() {
  const home = state.homes[me().id];
  const words =
    home === undefined ? [element('p', { class: 'note' }, 'Nothing is published here yet.')] : partsOf(home);
  $('title').textContent = 'Bellbuoy · Home';
  $('list').replaceChildren(element('article', { class: 'home' }, element('div', {}, ...words)));
  $('thread').hidden = true;
}

/** The modal that this person has open, drawn anew only when it changed, so that what is typed stays. */
function showModal() {
  const view = state.modals[me().id];
  const dialog = $('dialog');
  const version = view === undefined ? '' : `${view.id} ${view.hash} ${JSON.stringify(view.errors ?? {})}`;
  if (dialog.dataset.view === version) return;
  dialog.dataset.view = version;
  if (view === undefined) return dialog.close();
  const cancel = element('button', { type: 'button' }, view.close?.text ?? 'Cancel');
  const actions = element('menu', {}, cancel);
  if (view.submit !== undefined)
    actions.append(element('button', { type: 'submit', class: 'primary' }, view.submit.text));
  const form = element('form', {}, element('h2', {}, view.title.text), ...partsOf(view), actions);
  form.onsubmit = (event) => {
    event.preventDefault();
    const inputs = view.parts.flatMap(({ input }) => (input === undefined ? [] : [input]));
    const values = Object.fromEntries(inputs.map((input) => [input.block_id, answerOf(form, input)]));
    send('submit', { values: JSON.stringify(values) });
  };
  cancel.onclick = () => send('dismiss', {});
  dialog.className = 'modal';
  dialog.replaceChildren(form);
  if (!dialog.open) dialog.showModal();
}

function show() {
  showModal();
  if (place === 'home') return showHome();
  const channel = state.channels.find(({ id }) => id === place) ?? state.channels[0];
  if (channel === undefined) return;
  place = channel.id;
  seen.set(place, state.messages.filter((one) => one.channel === place).at(-1)?.ts ?? '');
  const direct = state.channels.filter(({ isDirect, name }) => isDirect && name === me().id);
  $('channels').replaceChildren(...state.channels.filter(({ isDirect }) => !isDirect).map(channelButton));
  $('direct').replaceChildren(...direct.map(channelButton));
  $('direct-title').hidden = direct.length === 0;
  const label = channel.isDirect ? 'Bellbuoy' : `#${channel.name}`;
  $('title').textContent = label;
  $('composer').placeholder = `/obs status, or a message to ${label}`;
  $('composer').setAttribute('aria-label', `Message ${label}`);
  const mine = state.ephemerals.filter(({ channel: where, to }) => where === place && to === me().id);
  const here = state.messages.filter(
    ({ channel: where, thread_ts, subtype }) =>
      where === place && (thread_ts === undefined || subtype === 'thread_broadcast'),
  );
  fill($('list'), [...here, ...mine.filter(({ thread_ts }) => thread_ts === undefined)].sort(byTime), true);
  $('thread').hidden = thread === '';
  if (thread !== '') {
    $('thread-place').textContent = label;
    const said = state.messages.filter(({ ts, thread_ts }) => ts === thread || thread_ts === thread);
    fill(
      $('replies'),
      [...said, ...mine.filter(({ thread_ts }) => thread_ts === thread)].sort(byTime),
      false,
    );
  }
  history.replaceState(null, '', `#/${place}${thread === '' ? '' : `/p${thread}`}`);
}

async function load() {
  const response = await fetch(`/control/state?theme=${dark.matches ? 'dark' : 'light'}`);
  state = await response.json();
  const select = $('person');
  if (select.options.length === 0)
    select.append(...state.people.map(({ id, realName }) => element('option', { value: id }, realName)));
  show();
}

/** Does something as the chosen person; what Slack would say of a failure stands above the composer. */
async function send(what, body) {
  const response = await fetch(`/control/${what}`, {
    method: 'POST',
    body: JSON.stringify({ person: me().id, channel: place, ...body }),
  });
  const { failed } = await response.json();
  $('failed').hidden = failed === undefined;
  $('failed').textContent = failed ?? '';
}

function buttonsOf({ blocks = [] }) {
  return blocks.flatMap(({ elements = [], accessory }) => [
    ...elements,
    ...(accessory === undefined ? [] : [accessory]),
  ]);
}

function press(ts, action) {
  const message = [...state.messages, ...state.ephemerals].find((one) => one.ts === ts);
  const button = buttonsOf(message ?? {}).find(({ action_id: id }) => id === action);
  if (button === undefined) return;
  if (button.url !== undefined) {
    open(button.url, '_blank', 'noreferrer');
    return;
  }
  const go = () => send('press', { ts, action });
  if (button.confirm === undefined) go();
  else confirm(button.confirm, go);
}

function confirm({ title, text, confirm: yes, deny: no }, go) {
  const dialog = $('dialog');
  const cancel = element('button', { type: 'button' }, no.text);
  const agree = element('button', { type: 'button', class: 'primary' }, yes.text);
  dialog.className = '';
  dialog.replaceChildren(
    element('h2', {}, title.text),
    element('p', {}, text.text),
    element('menu', {}, cancel, agree),
  );
  cancel.onclick = () => dialog.close();
  agree.onclick = () => {
    dialog.close();
    go();
  };
  dialog.showModal();
}

document.addEventListener('click', ({ target }) => {
  const channel = target.closest('[data-channel]');
  const root = target.closest('[data-thread]');
  const button = target.closest('.slack_blocks_to_jsx__button_element');
  const home = target.closest('#home');
  const picture = target.closest('.slack_blocks_to_jsx__image img');
  if (channel !== null) {
    [place, thread] = [channel.dataset.channel, ''];
    document.body.classList.remove('menu');
    show();
  } else if (home !== null) {
    [place, thread] = ['home', ''];
    send('home', {});
    show();
  } else if (root !== null) {
    thread = root.dataset.thread;
    show();
  } else if (target.id === 'close') {
    thread = '';
    show();
  } else if (target.id === 'menu') document.body.classList.toggle('menu');
  else if (button !== null) press(button.closest('article').dataset.ts, button.id);
  else if (picture !== null) {
    $('dialog').className = 'picture';
    $('dialog').replaceChildren(element('img', { src: picture.src, alt: picture.alt }));
    $('dialog').showModal();
  } else if (target.closest('dialog.picture') !== null) $('dialog').close();
});

$('person').onchange = show;
$('form').onsubmit = (event) => {
  event.preventDefault();
  const text = $('composer').value.trim();
  $('composer').value = '';
  if (text.startsWith('/')) send('command', { text });
  else if (text !== '') send('mention', { text: text.replace(/^@bellbuoy\s*/i, '') });
};
$('replyform').onsubmit = (event) => {
  event.preventDefault();
  const text = $('reply').value.trim();
  $('reply').value = '';
  if (text !== '') send('mention', { text: text.replace(/^@bellbuoy\s*/i, ''), thread });
};
addEventListener('hashchange', () => {
  [place, thread] = read();
  show();
});
dark.addEventListener('change', load);

let due;
new EventSource('/control/events').onmessage = () => {
  clearTimeout(due);
  due = setTimeout(load, 60);
};
load();
