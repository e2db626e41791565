import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plain, startWorkspaceBot, type WorkspaceBot } from '../sandbox/workspace-bot.ts';
import { openBrowser, openPage } from './browser.ts';

const OPEN = 'C0CHANNEL000';
const SHOTS = process.env.SCREENSHOTS;
let bot: WorkspaceBot;
let browser: Browser;
let page: Page;
let errors: string[];
beforeAll(async () => {
  bot = await startWorkspaceBot();
  browser = await openBrowser();
  ({ page, errors } = await openPage(browser, bot.slack.url));
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await bot?.close();
});

const shoot = async (name: string) => {
  if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/${name}.png` });
};
const option = (value: string) => ({ text: plain(value), value });
const asking = (id: string, label: string, element: object, more: object = {}) => ({
  ...{ type: 'input', block_id: id, label: plain(label), element: { action_id: id, ...element } },
  ...more,
});
const optional = { optional: true };
const severities = [option('SEV1'), option('SEV2')];
const FORM = {
  type: 'modal',
  title: plain('Declare an incident'),
  submit: plain('Declare'),
  notify_on_close: true,
  blocks: [
    asking('title', 'Title', { type: 'plain_text_input', max_length: 40 }),
    asking(
      'summary',
      'Summary',
      { type: 'plain_text_input', multiline: true },
      { ...optional, hint: plain('What users see') },
    ),
    asking('severity', 'Severity', {
      type: 'static_select',
      options: severities,
      initial_option: severities[1],
    }),
    asking('lead', 'Commander', { type: 'users_select', initial_user: 'U0PERSON00' }),
    asking('team', 'Responders', { type: 'multi_users_select' }, optional),
    asking(
      'parts',
      'Services',
      { type: 'multi_static_select', options: [option('checkout'), option('ledger')] },
      optional,
    ),
    asking('where', 'Channel', { type: 'conversations_select' }, optional),
    asking('due', 'Due', { type: 'datepicker', initial_date: '2026-11-30' }, optional),
    asking('began', 'Began', { type: 'datetimepicker', initial_date_time: 1_800_000_000 }, optional),
    asking(
      'flags',
      'Options',
      { type: 'checkboxes', options: [option('private'), option('page')] },
      optional,
    ),
    asking('kind', 'Kind', { type: 'radio_buttons', options: [option('real'), option('drill')] }, optional),
    asking('link', 'Runbook', { type: 'url_text_input' }, optional),
    {
      type: 'actions',
      block_id: 'do',
      elements: [{ type: 'button', action_id: 'more', text: plain('Add a link') }],
    },
  ],
};
const heard = (type: string) => bot.heard.filter((one) => one.type === type).at(-1);
const say = async (text: string) => {
  await page.locator('#composer').fill(text);
  await page.locator('#composer').press('Enter');
};
const openForm = async () => {
  const before = bot.heard.length;
  await page.getByRole('button', { name: 'Shortcuts' }).click();
  await page.getByRole('menuitem', { name: 'Declare incident' }).click();
  await expect.poll(() => bot.heard.length).toBe(before + 1);
  expect(
    await bot.call('views.open', { trigger_id: bot.heard.at(-1)?.trigger_id, view: FORM }),
  ).toMatchObject({ ok: true });
  const dialog = page.getByRole('dialog', { name: 'Declare an incident' });
  await dialog.waitFor();
  return dialog;
};

describe('the stand-in’s page', () => {
  it('says plainly what is typed, with Slack’s escapes, and mentions the bot only where it is named', async () => {
    await say('<b> & @Tom see https://example.com/x');
    await page.locator('#list').getByText('<b> &').waitFor();
    expect(bot.slack.workspace.messages.at(-1)?.text).toBe(
      '&lt;b&gt; &amp; <@U0PERSON01> see <https://example.com/x>',
    );
    expect(bot.heard).toEqual([]);
    await say('@bellbuoy status');
    await expect.poll(() => heard('app_mention')?.text).toBe('<@U0BELLBUOY> status');
  });

  it('has a menu on each message, by keyboard too: the app’s shortcuts, a thread, a reaction', async () => {
    const first = page.locator('#list article').first();
    await first.getByRole('button', { name: 'More actions' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menu', { name: 'Message actions' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => heard('message_action')?.callback_id).toBe('add-to-timeline');
    await first.hover();
    await first.getByRole('button', { name: 'More actions' }).click();
    await shoot('menu-1400');
    await page.getByRole('menuitem', { name: /React with/ }).click();
    await first.getByRole('button', { name: 'memo, 1 person', pressed: true }).waitFor();
    expect(heard('reaction_added')).toMatchObject({ reaction: 'memo' });
    await first.getByRole('button', { name: 'memo, 1 person' }).click();
    await first.locator('.reactions').waitFor({ state: 'detached' });
  });

  it('has all fields of a form by their labels, shows what is wrong beside them, and sends what was typed', async () => {
    const dialog = await openForm();
    await shoot('form-1400');
    await dialog.getByRole('button', { name: 'Declare' }).click();
    await dialog.getByText('Please complete this required field.').waitFor();
    expect(await dialog.getByLabel('Title').getAttribute('aria-invalid')).toBe('true');
    await shoot('form-errors-1400');
    await dialog.getByLabel('Title').fill('Checkout fails');
    await dialog.getByLabel('Severity').selectOption('SEV1');
    await dialog.getByLabel('Responders').selectOption(['Tom']);
    await dialog.getByLabel('Services').selectOption(['checkout', 'ledger']);
    await dialog.getByLabel('Channel').selectOption('#open');
    await dialog.getByLabel('Due').fill('2026-12-01');
    await dialog.getByLabel('private').check();
    await dialog.getByLabel('drill').check();
    await dialog.getByLabel('Runbook').fill('https://example.com');
    await dialog.getByRole('button', { name: 'Add a link' }).click();
    await expect.poll(() => heard('block_actions')?.actions).toMatchObject([{ action_id: 'more' }]);
    const { view } = heard('block_actions') as { view: { id: string } };
    await bot.call('views.update', {
      view_id: view.id,
      view: {
        ...FORM,
        blocks: [...FORM.blocks, asking('link2', 'Dashboard', { type: 'url_text_input' }, optional)],
      },
    });
    await dialog.getByLabel('Dashboard').waitFor();
    expect(await dialog.getByLabel('Title').inputValue()).toBe('Checkout fails');
    await dialog.getByRole('button', { name: 'Declare' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(heard('view_submission')).toMatchObject({
      view: {
        state: {
          values: {
            title: { title: { value: 'Checkout fails' } },
            summary: { summary: { value: null } },
            severity: { severity: { selected_option: option('SEV1') } },
            lead: { lead: { selected_user: 'U0PERSON00' } },
            team: { team: { selected_users: ['U0PERSON01'] } },
            parts: { parts: { selected_options: [option('checkout'), option('ledger')] } },
            where: { where: { selected_conversation: OPEN } },
            due: { due: { selected_date: '2026-12-01' } },
            began: { began: { selected_date_time: 1_800_000_000 } },
            flags: { flags: { selected_options: [option('private')] } },
            kind: { kind: { selected_option: option('drill') } },
            link: { link: { value: 'https://example.com' } },
          },
        },
      },
    });
  });

  it('lays one form on another, and goes back to what was typed before', async () => {
    const dialog = await openForm();
    await dialog.getByLabel('Title').fill('Kept');
    const before = bot.heard.length;
    await dialog.getByRole('button', { name: 'Add a link' }).click();
    await expect.poll(() => bot.heard.length).toBe(before + 1);
    const view = {
      type: 'modal',
      title: plain('A link'),
      close: plain('Back'),
      blocks: [{ type: 'divider' }],
    };
    const pushed = await bot.call('views.push', { trigger_id: bot.heard.at(-1)?.trigger_id, view });
    expect(pushed.ok).toBe(true);
    const top = page.getByRole('dialog', { name: 'A link' });
    await top.getByRole('button', { name: 'Back' }).click();
    await dialog.waitFor();
    expect(await dialog.getByLabel('Title').inputValue()).toBe('Kept');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(heard('view_closed')).toMatchObject({ is_cleared: false });
  });

  it('shows menus in messages and files to download', async () => {
    const menu = { type: 'overflow', action_id: 'menu', options: [option('Edit'), option('Drop')] };
    const select = {
      type: 'static_select',
      action_id: 'status',
      placeholder: plain('Status'),
      options: [option('fixed')],
    };
    const go = { type: 'button', action_id: 'go', text: plain('Update'), value: 'INC-1' };
    const blocks = [
      { type: 'section', text: { type: 'mrkdwn', text: '*INC-1* Checkout fails' }, accessory: menu },
      { type: 'actions', elements: [go, select] },
    ];
    const { ts } = await bot.call('chat.postMessage', { channel: OPEN, text: 'INC-1', blocks });
    const article = page.locator(`#list article[data-ts="${ts}"]`);
    await article.getByRole('button', { name: 'More options' }).click();
    await page.getByRole('menuitem', { name: 'Drop' }).click();
    await expect
      .poll(() => heard('block_actions')?.actions)
      .toMatchObject([{ selected_option: { value: 'Drop' } }]);
    await article.getByLabel('Status').selectOption('fixed');
    await expect.poll(() => heard('block_actions')?.actions).toMatchObject([{ action_id: 'status' }]);
    await article.getByRole('button', { name: 'Update' }).click();
    await expect.poll(() => heard('block_actions')?.actions).toMatchObject([{ value: 'INC-1' }]);
    const target = await bot.call('files.getUploadURLExternal', { filename: 'inc-1.md', length: 3 });
    await fetch(String(target.upload_url), { method: 'POST', body: '# x' });
    const files = [{ id: target.file_id, title: 'Post-mortem' }];
    await bot.call('files.completeUploadExternal', { files, channel_id: OPEN, initial_comment: 'The draft' });
    const link = page.getByRole('link', { name: 'Download Post-mortem' });
    await link.waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    expect(download.suggestedFilename()).toBe('inc-1.md');
    await shoot('messages-1400');
  });

  it('lets a person reply in a thread, where Slack takes no commands', async () => {
    const first = page.locator('#list article').first();
    await first.hover();
    await first.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Reply in thread' }).click();
    await page.getByLabel('Reply in thread').fill('It was the pool.');
    await page.getByLabel('Reply in thread').press('Enter');
    await page.locator('#replies').getByText('It was the pool.').waitFor();
    await page.getByLabel('Reply in thread').fill('/obs status');
    await page.getByLabel('Reply in thread').press('Enter');
    await page.getByText('/obs is not supported in threads').waitFor();
    await shoot('thread-1400');
  });

  it('takes presses in the Home tab, each row its own', async () => {
    const rows = ['1', '2'].map((value) => ({
      ...{ type: 'section', block_id: `row-${value}`, text: plain(`Follow-up ${value}`) },
      accessory: { type: 'button', action_id: 'done', text: plain(`Done ${value}`), value },
    }));
    await bot.call('views.publish', { user_id: 'U0PERSON00', view: { type: 'home', blocks: rows } });
    await page.locator('#home').click();
    await page.getByRole('button', { name: 'Done 2' }).click();
    await expect
      .poll(() => heard('block_actions')?.actions)
      .toMatchObject([{ action_id: 'done', value: '2' }]);
    await shoot('home-1400');
  });

  it('fits a narrow window, and no script complained', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('button', { name: 'Show channels' }).click();
    await page.locator('[data-channel]').first().click();
    await shoot('messages-390');
    await openForm();
    await shoot('form-390');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(errors).toEqual([]);
  });
});
