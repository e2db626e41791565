import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '#sandbox/slack/workspace.ts';
import { openBrowser, openPage } from './browser.ts';
import { type House, notification, soon, startHouse, theRoot } from './house.ts';

let house: House;
let browser: Browser;
let page: Page;
let errors: string[];

beforeAll(async () => {
  [house, browser] = await Promise.all([startHouse(), openBrowser()]);
  ({ page, errors } = await openPage(browser, `${house.slack.url}page`));
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await house?.close();
});

const goTo = async (name: string) => {
  const channel = house.slack.workspace.channels.find((one) => one.name === name);
  await page.locator(`[data-channel="${channel?.id}"]`).click();
};
const articleOf = ({ ts }: Message, list = '#list'): Locator =>
  page.locator(`${list} article[data-ts="${ts}"]`);
const more = async (article: Locator, item: string | RegExp) => {
  await article.hover();
  await article.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: item }).click();
};
const within = { timeout: 20_000 };

describe('an incident, on the page in Chromium', () => {
  let incident: Message;

  it('is declared from the alert by its button and a form', async () => {
    const [firing] = notification('firing').alerts;
    await house.post(
      'alertmanager',
      notification('firing', { alerts: [{ ...firing, startsAt: new Date().toISOString() }] }),
    );
    const alert = await theRoot(house, /CheckoutErrors/);
    await goTo('payments');
    await articleOf(alert).getByRole('button', { name: 'Declare incident' }).click();
    const form = page.getByRole('dialog', { name: 'Declare an incident' });
    expect(await form.getByLabel('What is wrong?').inputValue()).toBe('3 % of checkout requests fail');
    await form.getByLabel(/What is known/).fill('Nobody can pay.');
    await form.getByRole('button', { name: 'Declare' }).click();
    incident = await theRoot(house, /INC-1/);
    await articleOf(alert).getByText('INC-1').first().waitFor(within);
  }, 60_000);

  it('takes what people write by the shortcut and by the reaction', async () => {
    await page.locator('#composer').fill('The pool of connections is used up.');
    await page.locator('#composer').press('Enter');
    const said = await soon(house, 'what was said', () =>
      house.slack.workspace.messages.find(({ text }) => text === 'The pool of connections is used up.'),
    );
    await more(articleOf(said), 'Add to incident timeline');
    const form = page.getByRole('dialog', { name: 'Add to a timeline' });
    await form.getByRole('button', { name: 'Add' }).click();
    await form.waitFor({ state: 'hidden' });
    await page.locator('#composer').fill('We roll back.');
    await page.locator('#composer').press('Enter');
    const plan = await soon(house, 'the plan', () =>
      house.slack.workspace.messages.find(({ text }) => text === 'We roll back.'),
    );
    await more(articleOf(plan), /:memo:/);
    await goTo('incidents');
    await articleOf(incident).getByText('We roll back.').waitFor(within);
  }, 60_000);

  it('changes status and roles, is resolved by a form, and leads to a post-mortem that is filled in and exported', async () => {
    const root = articleOf(incident);
    await root.getByRole('button', { name: 'Take command' }).click();
    await root.getByText('Rae Responder').first().waitFor(within);
    await root.getByRole('button', { name: 'Mark identified' }).click();
    await root.getByText('identified').first().waitFor(within);
    await root.getByRole('button', { name: 'Resolve' }).click();
    const update = page.getByRole('dialog', { name: /INC-1/ });
    await update.getByLabel(/What is to be said/).fill('v1.4.1 is back.');
    await update.getByRole('button', { name: 'Save' }).click();
    await root.getByText('resolved').first().waitFor(within);
    await root.getByRole('button', { name: 'Fill in post-mortem' }).click(within);
    const form = page.getByRole('dialog', { name: 'Post-mortem INC-1' });
    await form.getByLabel(/Summary/).fill('The pool was too small.');
    await form.getByRole('button', { name: 'Save and go on' }).click();
    await form.getByLabel(/How it was noticed/).waitFor(within);
    expect(await form.getByLabel(/Noticed by/).inputValue()).toBe('alert');
    await form.getByRole('button', { name: '1 What happened' }).click();
    await expect.poll(() => form.getByLabel(/Summary/).inputValue(), within).toBe('The pool was too small.');
    await form.getByRole('button', { name: 'Close', exact: true }).last().click();
    await form.waitFor({ state: 'hidden' });
    await page.locator('#composer').fill('/obs postmortem export INC-1');
    await page.locator('#composer').press('Enter');
    await page.getByRole('link', { name: /Download INC-1/ }).waitFor(within);
    expect(errors).toEqual([]);
  }, 90_000);
});
