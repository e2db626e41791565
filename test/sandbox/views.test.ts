import { App, HTTPReceiver, LogLevel } from '@slack/bolt';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SlackStandIn, startSlack } from '#sandbox/slack/server.ts';
import { freePort } from '#sandbox/stack/process.ts';
import { SCOPES } from '#slack/manifest.ts';
import { openBrowser, openPage } from '../stories/browser.ts';

let slack: SlackStandIn;
let app: App;
let browser: Browser;
let page: Page;
let errors: string[];
const submitted: unknown[] = [];

beforeAll(async () => {
  slack = await startSlack({
    ...{
      port: 0,
      botToken: 'xoxb-test',
      signingSecret: 'signing',
      scopes: Object.keys(SCOPES),
      seed: 1,
      channels: ['general'],
    },
    people: [{ name: 'rae', realName: 'Rae', tz: 'UTC' }],
    fileReadyDelay: { min: 0, max: 0 },
  });
  const port = await freePort();
  const receiver = new HTTPReceiver({ signingSecret: 'signing', logLevel: LogLevel.ERROR });
  app = new App({
    token: 'xoxb-test',
    receiver,
    clientOptions: { slackApiUrl: `${slack.url}api/` },
    logLevel: LogLevel.ERROR,
  });
  app.command('/note', async ({ ack, command, client }) => {
    await ack();
    await client.views.open({
      trigger_id: command.trigger_id,
      view: {
        type: 'modal',
        callback_id: 'note',
        title: { type: 'plain_text', text: 'Write a note' },
        submit: { type: 'plain_text', text: 'Save' },
        blocks: [
          { type: 'section', text: { type: 'mrkdwn', text: 'For the *timeline*.' } },
          {
            type: 'input',
            block_id: 'what',
            label: { type: 'plain_text', text: 'What happened' },
            element: { type: 'plain_text_input', action_id: 'text', multiline: true },
          },
        ],
      },
    });
  });
  app.view('note', async ({ ack, view }) => {
    submitted.push(view.state.values);
    if (view.state.values.what?.text?.value === 'no')
      await ack({ response_action: 'errors', errors: { what: 'Say more than that.' } });
    else await ack();
  });
  app.event('app_home_opened', async ({ event, client }) => {
    await client.views.publish({
      user_id: event.user,
      view: {
        type: 'home',
        blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'Welcome to your *home*' } }],
      },
    });
  });
  await app.start({ port, host: '127.0.0.1' });
  slack.connect(`http://127.0.0.1:${port}/slack/events`);
  browser = await openBrowser();
  ({ page, errors } = await openPage(browser, slack.url));
}, 60_000);
afterAll(async () => {
  await browser.close();
  await app.stop();
  await slack.close();
});

const type = async (text: string) => {
  await page.locator('#composer').fill(text);
  await page.locator('#composer').press('Enter');
};

describe('the stand-in’s page, before a bot made with Bolt', () => {
  it('shows the Home tab that the bot publishes', async () => {
    await page.locator('#home').click();
    await page.getByText('Welcome to your home').waitFor();
    await page.locator('[data-channel]').first().click();
  });

  it('opens the bot’s modal, shows what it has against an answer, and closes it when it is taken', async () => {
    await type('/note');
    const dialog = page.locator('dialog');
    await dialog.getByText('For the timeline.').waitFor();
    await dialog.getByLabel('What happened').fill('no');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Say more than that.').waitFor();
    await dialog.getByLabel('What happened').fill('The pool was full.');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(submitted.at(-1)).toEqual({
      what: { text: { type: 'plain_text_input', value: 'The pool was full.' } },
    });
  });

  it('says so when the bot does not answer in time', async () => {
    await type('/nobody-listens');
    await page.getByText('/nobody-listens failed with the error').waitFor();
  });

  it('has no script that complains, and fits a narrow window', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    const wide = await page.evaluate('document.documentElement.scrollWidth');
    expect(wide).toBe(360);
    expect(errors).toEqual([]);
  });
});

describe('a trigger', () => {
  it('opens one modal, within three seconds', async () => {
    const call = (trigger: string) =>
      app.client.views.open({
        trigger_id: trigger,
        view: { type: 'modal', title: { type: 'plain_text', text: 'x' }, blocks: [{ type: 'divider' }] },
      });
    const trigger = slack.workspace.newTrigger('U0PERSON00');
    expect((await call(trigger)).ok).toBe(true);
    await expect(call(trigger)).rejects.toThrow(/exchanged_trigger_id/);
    await expect(call('T-made-up')).rejects.toThrow(/invalid_trigger_id/);
  });
});
