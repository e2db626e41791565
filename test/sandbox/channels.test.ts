import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startWorkspaceBot, type WorkspaceBot } from './workspace-bot.ts';

const OPEN = 'C0CHANNEL000';
let bot: WorkspaceBot;
beforeEach(async () => {
  bot = await startWorkspaceBot();
});
afterEach(() => bot.close());

const errorOf = async (method: string, args: Readonly<Record<string, unknown>>) =>
  (await bot.call(method, args)).error ?? 'ok';
const made = async (name: string, more: object = {}) => {
  const { channel } = await bot.call('conversations.create', { name, ...more });
  return (channel as { id: string }).id;
};

describe('a channel that the bot makes', () => {
  it.each([
    ['', 'invalid_name_required'],
    ['x'.repeat(81), 'invalid_name_maxlength'],
    ['--_', 'invalid_name_punctuation'],
    ['Incident', 'invalid_name_specials'],
    ['inc 12', 'invalid_name_specials'],
    ['inc.12', 'invalid_name_specials'],
    ['open', 'name_taken'],
    ['inc-12_checkout', 'ok'],
  ])('named “%s”: %s', async (name, error) => {
    expect(await errorOf('conversations.create', { name })).toBe(error);
  });

  it('holds whom the bot invites, each once, and never the bot', async () => {
    const channel = await made('inc-1', { is_private: true });
    await expect(bot.slack.mention('rae', 'inc-1', 'hello')).rejects.toThrow(/no channel/);
    expect(await errorOf('conversations.invite', { channel, users: 'U0PERSON00' })).toBe('ok');
    expect(await errorOf('conversations.invite', { channel, users: 'U0PERSON00' })).toBe(
      'already_in_channel',
    );
    expect(await errorOf('conversations.invite', { channel, users: 'U0BELLBUOY' })).toBe('cant_invite_self');
    expect(await errorOf('conversations.invite', { channel, users: 'U0NOBODY00' })).toBe('user_not_found');
    const forced = await bot.call('conversations.invite', {
      channel,
      users: 'U0PERSON00,U0PERSON01',
      force: true,
    });
    expect(forced).toMatchObject({ ok: true, errors: [{ user: 'U0PERSON00', error: 'already_in_channel' }] });
    expect(bot.slack.say('rae', 'inc-1', 'here').channel).toBe(channel);
  });

  it('has a topic of 250 characters, which may be none, and takes nothing once archived', async () => {
    const channel = await made('inc-1');
    expect(await errorOf('conversations.setTopic', { channel, topic: 'x'.repeat(251) })).toBe('too_long');
    expect(await errorOf('conversations.setTopic', { channel, topic: '' })).toBe('ok');
    await bot.call('conversations.setTopic', { channel, topic: 'sev1' });
    expect(await bot.call('conversations.info', { channel })).toMatchObject({
      channel: { topic: { value: 'sev1' }, is_member: true, is_archived: false },
    });
    expect(await errorOf('conversations.archive', { channel })).toBe('ok');
    expect(await errorOf('conversations.archive', { channel })).toBe('already_archived');
    expect(await errorOf('chat.postMessage', { channel, text: 'x' })).toBe('is_archived');
    expect(await errorOf('conversations.archive', { channel: 'C0CHANNEL001' })).toBe('cant_archive_general');
  });

  it('needs the scope of its kind', async () => {
    await bot.close();
    bot = await startWorkspaceBot({ scopes: ['channels:manage'] });
    expect(await bot.call('conversations.create', { name: 'a', is_private: true })).toMatchObject({
      error: 'missing_scope',
      needed: 'groups:write',
    });
    expect((await bot.call('conversations.create', { name: 'a' })).ok).toBe(true);
  });
});

describe('messages of a channel', () => {
  it('have a permalink, which names the thread of a reply', async () => {
    const root = bot.slack.say('rae', '#open', 'x');
    const reply = bot.slack.say('rae', '#open', 'y', root.ts);
    const link = async (ts: string) =>
      (await bot.call('chat.getPermalink', { channel: OPEN, message_ts: ts })).permalink;
    const path = (ts: string) => `https://sandbox.slack.example/archives/${OPEN}/p${ts.replace('.', '')}`;
    expect(await link(root.ts)).toBe(path(root.ts));
    expect(await link(reply.ts)).toBe(`${path(reply.ts)}?thread_ts=${root.ts}&cid=${OPEN}`);
    expect(await errorOf('chat.getPermalink', { channel: OPEN, message_ts: '1.000001' })).toBe(
      'message_not_found',
    );
  });

  it('are replies of their root; asked for by a reply, that reply alone', async () => {
    const root = bot.slack.say('rae', '#open', 'root');
    const [first] = ['a', 'b', 'c'].map((text) => bot.slack.say('rae', '#open', text, root.ts));
    const replies = (args: object) => bot.call('conversations.replies', { channel: OPEN, ...args });
    expect(await replies({ ts: root.ts })).toMatchObject({
      messages: [{ text: 'root', reply_count: 3 }, { text: 'a' }, { text: 'b' }, { text: 'c' }],
      has_more: false,
    });
    expect((await replies({ ts: root.ts, limit: 2 })).messages).toHaveLength(2);
    expect(await replies({ ts: first?.ts })).toMatchObject({ messages: [{ text: 'a', thread_ts: root.ts }] });
    expect((await replies({ ts: first?.ts })).messages).toHaveLength(1);
    expect(await replies({ ts: '1.000001' })).toMatchObject({ error: 'thread_not_found' });
  });

  it('take each of the bot’s reactions once', async () => {
    const { ts: timestamp } = bot.slack.say('rae', '#open', 'x');
    const args = { channel: OPEN, timestamp, name: 'eyes' };
    expect(await errorOf('reactions.add', args)).toBe('ok');
    expect(await errorOf('reactions.add', args)).toBe('already_reacted');
    expect(await errorOf('reactions.add', { ...args, name: ':eyes:' })).toBe('invalid_name');
    expect(await errorOf('reactions.remove', args)).toBe('ok');
    expect(await errorOf('reactions.remove', args)).toBe('no_reaction');
  });

  it('show a file that is shared with them after a while, by its kind, in the thread that was named', async () => {
    const root = bot.slack.say('rae', '#open', 'x');
    const body = '# What happened';
    const upload = async () => {
      const target = await bot.call('files.getUploadURLExternal', {
        filename: 'inc-1.md',
        length: body.length,
      });
      await fetch(String(target.upload_url), { method: 'POST', body });
      return String(target.file_id);
    };
    const file = await upload();
    const args = { files: [{ id: file, title: 'Post-mortem' }], initial_comment: 'The draft' };
    expect(await errorOf('files.completeUploadExternal', { ...args, channel_id: 'U0PERSON00' })).toBe(
      'invalid_arguments',
    );
    expect(await errorOf('files.completeUploadExternal', { ...args, channel_id: 'C0NOWHERE00' })).toBe(
      'channel_not_found',
    );
    expect(
      await errorOf('files.completeUploadExternal', { ...args, channel_id: OPEN, thread_ts: root.ts }),
    ).toBe('ok');
    expect(bot.slack.workspace.messages).toHaveLength(1);
    await expect.poll(() => bot.slack.workspace.messages.length).toBe(2);
    expect(await bot.call('conversations.replies', { channel: OPEN, ts: root.ts })).toMatchObject({
      messages: [
        {},
        { text: 'The draft', files: [{ id: file, title: 'Post-mortem', mimetype: 'text/markdown' }] },
      ],
    });
    expect(await bot.call('files.info', { file })).toMatchObject({
      file: { shares: { public: { [OPEN]: [{ thread_ts: root.ts }] } } },
    });
    const served = await fetch(`${bot.slack.url}files/${file}`);
    expect(served.headers.get('content-disposition')).toMatch(/attachment.*inc-1\.md/);
    expect(await served.text()).toBe(body);
  });

  it('and people have the name that they chose for themselves', async () => {
    expect(await bot.call('users.info', { user: 'U0PERSON00' })).toMatchObject({
      user: { profile: { display_name: 'rae of payments' } },
    });
  });
});
