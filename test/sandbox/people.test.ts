import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plain, startWorkspaceBot, type WorkspaceBot } from './workspace-bot.ts';

const OPEN = 'C0CHANNEL000';
const RAE = 'U0PERSON00';
let bot: WorkspaceBot;
beforeEach(async () => {
  bot = await startWorkspaceBot();
});
afterEach(() => bot.close());

const input = (id: string, element: object, more: object = {}) => ({
  ...{ type: 'input', block_id: id, label: plain(id), element: { action_id: id, ...element } },
  ...more,
});
const option = (value: string) => ({ text: plain(value), value });
const modal = (blocks: object[], more: object = {}) => ({
  ...{ type: 'modal', callback_id: 'form', title: plain('Form'), submit: plain('Send'), blocks },
  ...more,
});
const FORM = modal([
  input('title', { type: 'plain_text_input', min_length: 3, max_length: 5 }),
  input('who', { type: 'users_select', initial_user: RAE }),
  input('when', { type: 'datepicker' }, { optional: true }),
  input('how', { type: 'static_select', options: [option('a'), option('b')] }, { optional: true }),
  input('link', { type: 'url_text_input' }, { optional: true }),
  input('parts', { type: 'checkboxes', options: [option('x'), option('y')] }, { optional: true }),
  {
    type: 'actions',
    block_id: 'do',
    elements: [{ type: 'button', action_id: 'more', text: plain('More'), value: '1' }],
  },
]);
const open = async (view: object = FORM) => {
  await bot.slack.globalShortcut('rae', 'declare-incident');
  const trigger = bot.heard.at(-1)?.trigger_id;
  return bot.call('views.open', { trigger_id: trigger, view });
};

describe('what people do with messages', () => {
  it('a message shortcut carries the message, with what its thread holds and the rich text of its words', async () => {
    const root = bot.slack.say('rae', '#open', 'look at <https://example.com|this> &lt;b&gt; <@U0PERSON01>');
    const reply = bot.slack.say('tom', '#open', 'yes', root.ts);
    await bot.slack.shortcut('tom', '#open', root.ts, 'add-to-timeline');
    expect(bot.heard).toHaveLength(1);
    expect(bot.heard[0]).toMatchObject({
      ...{ type: 'message_action', callback_id: 'add-to-timeline', message_ts: root.ts },
      ...{ channel: { id: OPEN, name: 'open' }, user: { id: 'U0PERSON01' }, team: { id: 'T0SANDBOX1' } },
      message: {
        type: 'message',
        user: RAE,
        ts: root.ts,
        thread_ts: root.ts,
        reply_count: 1,
        text: root.text,
      },
    });
    const words = JSON.stringify(bot.heard[0]);
    expect(words).toContain('"url":"https://example.com","text":"this"');
    expect(words).toContain('<b>');
    await bot.slack.shortcut('rae', '#open', reply.ts, 'add-to-timeline');
    expect(bot.heard[1]).toMatchObject({ message: { ts: reply.ts, thread_ts: root.ts } });
    await expect(bot.slack.shortcut('rae', '#open', root.ts, 'unheard-of')).rejects.toThrow(/declares no/);
  });

  it('a reaction is told with whose message it is, once for each person, and so is its end', async () => {
    const { ts } = bot.slack.say('rae', '#open', 'the pool is full');
    await bot.slack.react('tom', '#open', ts, 'memo');
    expect(bot.heard).toMatchObject([
      {
        type: 'reaction_added',
        reaction: 'memo',
        user: 'U0PERSON01',
        item_user: RAE,
        item: { channel: OPEN, ts },
      },
    ]);
    await expect(bot.slack.react('tom', '#open', ts, 'memo')).rejects.toThrow(/already/);
    await bot.slack.unreact('tom', '#open', ts, 'memo');
    expect(bot.heard[1]).toMatchObject({ type: 'reaction_removed', reaction: 'memo' });
  });

  it('a reaction is not told to a bot without the scope reactions:read', async () => {
    await bot.close();
    bot = await startWorkspaceBot({ scopes: ['chat:write'] });
    const { ts } = bot.slack.say('rae', '#open', 'x');
    expect((await bot.slack.react('rae', '#open', ts, 'memo')).status).toBe(200);
    expect(bot.slack.workspace.messages[0]?.reactions).toEqual([{ name: 'memo', users: [RAE] }]);
    expect(bot.heard).toEqual([]);
  });

  it('a choice in a menu of a message is sent with its option; one that is not there cannot be made', async () => {
    const menu = { type: 'overflow', action_id: 'menu', options: [option('edit'), option('drop')] };
    const blocks = [{ type: 'section', text: plain('x'), accessory: menu }];
    const { ts } = await bot.call('chat.postMessage', { channel: OPEN, text: 'x', blocks });
    await bot.slack.choose('rae', '#open', String(ts), 'menu', 'drop');
    expect(bot.heard[0]).toMatchObject({
      actions: [{ type: 'overflow', action_id: 'menu', selected_option: { value: 'drop' } }],
    });
    await expect(bot.slack.choose('rae', '#open', String(ts), 'menu', 'x')).rejects.toThrow(/no option/);
    await expect(bot.slack.press('rae', '#open', String(ts), 'menu')).rejects.toThrow(/no button/);
  });
});

describe('what people do in a form', () => {
  it.each([
    [{}, /title: Please complete/],
    [{ title: { title: { value: 'ab' } } }, /at least 3/],
    [{ title: { title: { value: 'abcdef' } } }, /no more than 5/],
    [{ title: { title: 'abc' }, link: { link: 'no address' } }, /valid URL/],
    [{ title: { title: 'abc' }, when: { when: '2026-02-30' } }, /no date/],
    [{ title: { title: 'abc' }, how: { how: 'c' } }, /no option/],
    [{ title: { title: 'abc' }, who: { who: 'nobody' } }, /nobody is/],
    [{ title: { title: 'abc' }, other: { other: 'x' } }, /no field/],
  ])('%j is not sent', async (values, words) => {
    await open();
    const before = bot.heard.length;
    await expect(bot.slack.submit('rae', values)).rejects.toThrow(words);
    expect(bot.heard).toHaveLength(before);
  });

  it('is sent with every element in the shape of its type, null or an empty list where nothing was chosen', async () => {
    await open();
    await bot.slack.submit('rae', { title: { title: 'abc' }, parts: { parts: ['y'] } });
    expect(bot.heard.at(-1)).toMatchObject({
      type: 'view_submission',
      view: {
        state: {
          values: {
            title: { title: { type: 'plain_text_input', value: 'abc' } },
            who: { who: { type: 'users_select', selected_user: RAE } },
            when: { when: { type: 'datepicker', selected_date: null } },
            how: { how: { type: 'static_select', selected_option: null } },
            parts: { parts: { type: 'checkboxes', selected_options: [option('y')] } },
          },
        },
      },
    });
    expect(bot.slack.workspace.modals.get(RAE)).toBeUndefined();
  });

  it('keeps what was typed when a button is pressed and the view changes', async () => {
    const { view } = await open();
    await bot.slack.pressInView('rae', 'more', { values: { title: { title: 'abc' } } });
    expect(bot.heard.at(-1)).toMatchObject({
      type: 'block_actions',
      container: { type: 'view' },
      view: { state: { values: { title: { title: { value: 'abc' } } } } },
      actions: [{ action_id: 'more', block_id: 'do', value: '1' }],
    });
    expect(bot.heard.at(-1)).not.toHaveProperty('message');
    const { id, hash } = view as { id: string; hash: string };
    expect(await bot.call('views.update', { view_id: id, hash, view: FORM })).toMatchObject({ ok: true });
    expect(await bot.call('views.update', { view_id: id, hash, view: FORM })).toMatchObject({
      error: 'hash_conflict',
    });
    await bot.slack.submit('rae', {});
    expect(bot.heard.at(-1)).toMatchObject({
      view: { state: { values: { title: { title: { value: 'abc' } } } } },
    });
  });

  it('stands on others, three at most; closing takes the top one away', async () => {
    const many = modal(
      [{ type: 'actions', elements: [{ type: 'button', action_id: 'up', text: plain('Up') }] }],
      {
        notify_on_close: true,
      },
    );
    await open(many);
    const push = async () => {
      await bot.slack.pressInView('rae', 'up');
      return bot.call('views.push', { trigger_id: bot.heard.at(-1)?.trigger_id, view: many });
    };
    expect((await push()).ok).toBe(true);
    expect((await push()).ok).toBe(true);
    expect((await push()).error).toBe('push_limit_reached');
    await bot.slack.dismiss('rae');
    expect(bot.heard.at(-1)).toMatchObject({ type: 'view_closed', is_cleared: false });
    expect(bot.slack.workspace.modals.stackOf(RAE)).toHaveLength(2);
    await bot.slack.dismiss('rae', true);
    expect(bot.heard.at(-1)).toMatchObject({ type: 'view_closed', is_cleared: true });
    expect(bot.slack.workspace.modals.get(RAE)).toBeUndefined();
  });

  it('does what the acknowledgement says: errors, another view, one on top, or all closed', async () => {
    const values = { title: { title: 'abc' } };
    await open();
    const { submit, workspace } = bot.slack;
    bot.acknowledge = { response_action: 'errors', errors: { title: 'Taken.' } };
    await submit('rae', values);
    expect(workspace.modals.get(RAE)).toMatchObject({ errors: { title: 'Taken.' } });
    bot.acknowledge = { response_action: 'errors', errors: { elsewhere: 'Taken.' } };
    expect((await submit('rae', values)).failed).toMatch(/no input block elsewhere/);
    bot.acknowledge = { response_action: 'push', view: modal([{ type: 'blink' }]) };
    expect((await submit('rae', values)).failed).toMatch(/unsupported type/);
    bot.acknowledge = { response_action: 'push', view: modal([{ type: 'divider' }]) };
    await submit('rae', values);
    expect(workspace.modals.stackOf(RAE)).toHaveLength(2);
    bot.acknowledge = {
      response_action: 'update',
      view: modal([{ type: 'divider' }], { callback_id: 'two' }),
    };
    await submit('rae', {});
    expect(workspace.modals.get(RAE)).toMatchObject({ callback_id: 'two' });
    bot.acknowledge = { response_action: 'clear' };
    await submit('rae', {});
    expect(workspace.modals.get(RAE)).toBeUndefined();
  });

  it('in the Home tab takes presses too, and is published over the version that is meant', async () => {
    const rows = ['1', '2'].map((value) => ({
      ...{ type: 'section', block_id: `row-${value}`, text: plain(value) },
      accessory: { type: 'button', action_id: 'done', text: plain('Done'), value },
    }));
    const home = { type: 'home', blocks: rows };
    const { view } = await bot.call('views.publish', { user_id: RAE, view: home });
    await bot.slack.pressInView('rae', 'done', { blockId: 'row-2' });
    expect(bot.heard.at(-1)).toMatchObject({ view: { type: 'home' }, actions: [{ value: '2' }] });
    const { hash } = view as { hash: string };
    expect((await bot.call('views.publish', { user_id: RAE, view: home, hash })).ok).toBe(true);
    expect((await bot.call('views.publish', { user_id: RAE, view: home, hash })).error).toBe('hash_conflict');
  });
});
