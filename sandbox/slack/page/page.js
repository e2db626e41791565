import { $, dialogOf, element, menu } from './dom.js';
import { fillList } from './messages.js';
import { meant } from './typed.js';
import { showHome, showModal } from './views.js';

const dark = matchMedia('(prefers-color-scheme: dark)');

let state = {
  channels: [],
  people: [],
  messages: [],
  ephemerals: [],
  bot: { id: '' },
  homes: {},
  modals: {},
  messageShortcuts: [],
  globalShortcuts: [],
};
let [place, thread] = read();
/** The newest message that was seen, by channel. */
const seen = new Map();

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

/** What the parts of the page need to know. */
function world() {
  const { people, bot, channels, messages, messageShortcuts } = state;
  return {
    ...{ people, bot, channels, messages, messageShortcuts, nameOf },
    me: me().id,
    zone: me().tz,
    openThread(root) {
      thread = root;
      show();
      $('reply').focus();
    },
  };
}

const byTime = (a, b) => (a.ts < b.ts ? -1 : 1);

function channelButton(channel) {
  const unread = state.messages.filter(
    (one) => one.channel === channel.id && one.ts > (seen.get(channel.id) ?? ''),
  );
  const sign = channel.isPrivate === true ? '🔒' : '#';
  const label = channel.isDirect ? 'Bellbuoy' : `${sign} ${channel.name}`;
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

function show() {
  const around = world();
  showModal(state.modals[me().id], around, send);
  if (place === 'home') {
    $('title').textContent = 'Bellbuoy · Home';
    $('topic').textContent = '';
    $('form').hidden = true;
    $('thread').hidden = true;
    showChannels();
    return showHome(state.homes[me().id], around, send);
  }
  const channel = visible().find(({ id }) => id === place) ?? state.channels[0];
  if (channel === undefined) return;
  place = channel.id;
  seen.set(place, state.messages.filter((one) => one.channel === place).at(-1)?.ts ?? '');
  showChannels();
  const label = channel.isDirect ? 'Bellbuoy' : `#${channel.name}`;
  $('title').textContent = label;
  $('topic').textContent = channel.isArchived === true ? 'archived' : (channel.topic ?? '');
  $('form').hidden = channel.isArchived === true;
  $('composer').placeholder = `Message ${label}, or @bellbuoy …, or /obs status`;
  $('composer').setAttribute('aria-label', `Message ${label}`);
  const mine = state.ephemerals.filter(({ channel: where, to }) => where === place && to === me().id);
  const here = state.messages.filter(
    ({ channel: where, thread_ts, subtype }) =>
      where === place && (thread_ts === undefined || subtype === 'thread_broadcast'),
  );
  const top = [...here, ...mine.filter(({ thread_ts }) => thread_ts === undefined)].sort(byTime);
  fillList($('list'), top, around, send, true);
  $('thread').hidden = thread === '';
  if (thread !== '') {
    $('thread-place').textContent = label;
    const said = state.messages.filter(({ ts, thread_ts }) => ts === thread || thread_ts === thread);
    const all = [...said, ...mine.filter(({ thread_ts }) => thread_ts === thread)].sort(byTime);
    fillList($('replies'), all, around, send, false);
  }
  history.replaceState(null, '', `#/${place}${thread === '' ? '' : `/p${thread}`}`);
}

/** Channels that this person sees. */
function visible() {
  const { id } = me();
  return state.channels.filter(({ isDirect, isPrivate, members, name }) =>
    isDirect ? name === id : isPrivate !== true || members === undefined || members.includes(id),
  );
}

function showChannels() {
  const all = visible();
  const direct = all.filter(({ isDirect }) => isDirect);
  $('channels').replaceChildren(...all.filter(({ isDirect }) => !isDirect).map(channelButton));
  $('direct').replaceChildren(...direct.map(channelButton));
  $('direct-title').hidden = direct.length === 0;
  $('home').setAttribute('aria-current', String(place === 'home'));
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
  const done = await response.json();
  tell(done.failed);
  return done;
}

function tell(words) {
  $('failed').hidden = words === undefined;
  $('failed').textContent = words ?? '';
}

function go(channel) {
  [place, thread] = [channel, ''];
  document.body.classList.remove('menu');
  $('list').replaceChildren();
  show();
}

document.addEventListener('click', ({ target }) => {
  const channel = target.closest('[data-channel]');
  const root = target.closest('[data-thread]');
  const picture = target.closest('.slack_blocks_to_jsx__image img');
  if (channel !== null) go(channel.dataset.channel);
  else if (target.closest('#home') !== null) {
    send('home', {});
    go('home');
  } else if (root !== null) {
    thread = root.dataset.thread;
    show();
  } else if (target.id === 'close') {
    thread = '';
    show();
  } else if (target.id === 'menu') document.body.classList.toggle('menu');
  else if (picture !== null) {
    const shown = dialogOf('picture', picture.alt, element('img', { src: picture.src, alt: picture.alt }));
    shown.onclick = () => shown.close();
  }
});

$('shortcuts').onclick = () =>
  menu(
    $('shortcuts'),
    'Shortcuts',
    state.globalShortcuts.map(({ callbackId, name }) => ({
      text: name,
      go: () => send('global', { name: callbackId }),
    })),
  );
$('person').onchange = show;
$('form').onsubmit = (event) => {
  event.preventDefault();
  const text = $('composer').value.trim();
  $('composer').value = '';
  if (text === '') return;
  const { what, text: words } = meant(text, state);
  send(what, { text: words });
};
$('replyform').onsubmit = (event) => {
  event.preventDefault();
  const text = $('reply').value.trim();
  $('reply').value = '';
  if (text === '') return;
  const { what, text: words } = meant(text, state);
  // Slack takes no commands in threads.
  if (what === 'command') tell(`${words.split(' ')[0]} is not supported in threads. Sorry!`);
  else send(what, { text: words, thread });
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
