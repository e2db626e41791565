import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Postmortem } from '#api/contract/postmortem.ts';
import type { Message } from '#sandbox/slack/workspace.ts';
import { type Stack, startStack } from '#sandbox/stack/stack.ts';
import { playStory } from '#sandbox/story/story.ts';
import { picturesIn, roots, threadOf } from '#sandbox/story/watcher.ts';
import { compiled } from '../api/json-schema.ts';
import { FREE, scenario } from '../api/mcp/suite.ts';
import { openBrowser, openPage } from './browser.ts';
import { readPicturesBack } from './pictures-read-back.ts';

let folder: string;
let stack: Stack;
let browser: Browser;
let page: Page;
let errors: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellbuoy-story-'));
  [stack, browser] = await Promise.all([startStack({ folder, seed: 11 }, () => undefined), openBrowser()]);
  ({ page, errors } = await openPage(browser, stack.addresses.page));
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await stack?.stop();
  await rm(folder, { recursive: true, force: true });
});

const goTo = async (name: string) => {
  const channel = stack.slack.workspace.channels.find((one) => one.name === name);
  await page.locator(`[data-channel="${channel?.id}"]`).click();
};

describe('the main job, on a real Prometheus and a real Alertmanager, seen on the page in Chromium', () => {
  it('answers /obs status typed into the page, with a picture of the fleet', async () => {
    await goTo('incidents');
    await page.locator('#composer').fill('/obs status');
    await page.locator('#composer').press('Enter');
    const answer = page.locator('#list article', { hasText: '5 services' });
    await answer.locator('img').waitFor({ timeout: 20_000 });
    expect(await answer.textContent()).toContain('5 healthy');
    const alt = await answer.locator('img').getAttribute('alt');
    expect(alt).toMatch(/checkout healthy errors/);
  }, 40_000);

  it('plays the story: deploys, a flag’s rollout, the alert taken by pressing Acknowledge on the page, the resolution', async () => {
    let shown = '';
    const missing = await playStory(
      stack,
      () => undefined,
      async (alert: Message) => {
        await goTo('payments');
        const article = page.locator(`#list article[data-ts="${alert.ts}"]`);
        await article.getByRole('button', { name: 'Acknowledge' }).click();
        await article.getByText('acknowledged by').waitFor({ timeout: 10_000 });
        shown = (await article.textContent()) ?? '';
      },
    );
    expect(missing).toEqual([]);
    expect(shown).toContain('acknowledged by @Rae Responder');
    expect(shown).toContain('CheckoutErrors');
  }, 420_000);

  it('leaves an alert thread with a picture, resolved in the same message', () => {
    const [alert, ...others] = roots(stack.slack.workspace, /CheckoutErrors/);
    expect(others).toEqual([]);
    expect(alert?.text).toMatch(/CheckoutErrors resolved after/);
    expect(alert === undefined ? 0 : picturesIn(threadOf(stack.slack.workspace, alert))).toBeGreaterThan(0);
  });

  it.each(['catalog v2.8.0: steady', 'checkout v1.4.2: degraded'])(
    'leaves a thread that says %s, with a picture',
    (what) => {
      const found = stack.slack.workspace.messages.filter(
        ({ text, thread_ts }) => text.startsWith(what) && thread_ts === undefined,
      );
      expect(found).toHaveLength(1);
      expect(
        found.flatMap((root) => threadOf(stack.slack.workspace, root)).filter((one) => picturesIn([one]) > 0),
      ).not.toEqual([]);
    },
  );

  it('leaves one thread for the flag: a word for each step, the stop with a picture, and the table of all', () => {
    const { workspace } = stack.slack;
    const found = roots(workspace, /^new-checkout .*on storefront · recorded/);
    expect(found).toHaveLength(1);
    const [root, ...replies] = found.flatMap((one) => threadOf(workspace, one));
    expect(JSON.stringify(root?.blocks)).toMatch(/off .*\\n10\s% +stop .*\\n1\s% +(go|hold) /);
    const words = replies.map(({ text }) => text.split(' · ')[0]);
    expect(words).toContainEqual(expect.stringMatching(/^(go|hold): new-checkout at 1\s%/));
    const stops = replies.filter(({ text }) =>
      /^stop: new-checkout at 10\s% on storefront · .*p99/.test(text),
    );
    expect(picturesIn(stops)).toBe(1);
    expect(JSON.stringify(stops.map(({ blocks }) => blocks))).toContain('It was turned off after');
  });

  it('leaves the alert of the flag resolved, with the flag still named first among likely causes', () => {
    const [alert, ...others] = roots(stack.slack.workspace, /StorefrontSlow/);
    expect(others).toEqual([]);
    expect(alert?.text).toMatch(/StorefrontSlow resolved after/);
    const thread = alert === undefined ? [] : threadOf(stack.slack.workspace, alert);
    expect(JSON.stringify(thread)).toMatch(/Likely causes\*\\n1\. flag [^\\]*new-checkout[^\\]*10\s%/);
  });

  it('leaves an agent’s report in the alert’s thread: the bad deploy, by when it began, with figures and somebody’s word', () => {
    const { workspace } = stack.slack;
    const [alert] = roots(workspace, /CheckoutErrors/);
    const reports = (alert === undefined ? [] : threadOf(workspace, alert)).filter(({ text }) =>
      text.startsWith('investigator, an agent, '),
    );
    expect(reports).toHaveLength(1);
    const words = JSON.stringify(reports[0]?.blocks);
    expect(reports[0]?.text).toMatch(/very likely the deploy checkout v1\.4\.2, \d\d\s%/);
    expect(words).toMatch(/1\. <https?:[^|>]+\|checkout v1\.4\.2>/);
    expect(words).toMatch(/of checkout rose \d+ s (?:after|before) checkout v1\.4\.2 was rolled out/);
    expect(words).toMatch(/right, says <@U\w+>/);
    const [incident] = roots(workspace, /^INC-1 /);
    const copies = (incident === undefined ? [] : threadOf(workspace, incident)).filter(({ text }) =>
      text.startsWith('investigator, an agent, reports on CheckoutErrors'),
    );
    expect(copies).toHaveLength(1);
  });

  it('leaves an incident whose post-mortem fits its published schema, and holds alert, deploy, budget and evidence that nobody typed', async () => {
    const { REST } = stack.addresses;
    const headers = { authorization: `Bearer ${stack.tokens.api}` };
    const [postmortem, schema] = await Promise.all([
      fetch(`${REST}postmortems/INC-1`, { headers }).then((answer) => answer.json()),
      fetch(new URL('/schemas/postmortem/1.json', REST)).then((answer) => answer.json()),
    ]);
    const isValid = compiled(Object(schema));
    expect(isValid(postmortem), JSON.stringify(isValid.errors)).toBe(true);
    expect(postmortem).toMatchObject({
      incident: { id: 'INC-1', status: 'resolved' },
      detection: { source: 'alert' },
      trigger: { kind: 'deploy' },
      rootCause: { category: 'capacity' },
    });
    const { links, evidence, impact, timeline } = Postmortem.parse(postmortem);
    expect(links.alerts.length).toBeGreaterThan(0);
    expect(links.deploys.length).toBeGreaterThan(0);
    expect(evidence.length).toBeGreaterThan(0);
    expect(evidence[0]?.values.length).toBeGreaterThan(0);
    expect(impact.budgets.length).toBeGreaterThan(0);
    const told = JSON.stringify(timeline);
    expect(timeline).toContainEqual(
      expect.objectContaining({ kind: 'report', text: expect.stringContaining('CheckoutErrors') }),
    );
    for (const words of ['v1.4.2 opens a connection for each payment.', 'We go back to v1.4.1.'])
      expect(told).toContain(words);
  });

  it('gives every picture in its threads back as data by its snapshot id, over REST and MCP, as it was drawn', async () => {
    const ids = await readPicturesBack(stack, folder);
    expect(ids.length).toBeGreaterThan(8);
  }, 60_000);

  it.for(FREE)(
    'passes %s of the official MCP suite while the demo runs',
    { timeout: 60_000 },
    async (name) => {
      const { status, printed } = await scenario(name, new URL(stack.addresses.MCP).origin);
      expect(printed).toMatch(/Passed: (\d+)\/\1, 0 failed, 0 warnings/);
      expect(status).toBe(0);
    },
  );

  it('made no call that Slack would have refused, apart from its pace', () => {
    const refused = stack.slack.workspace.calls.filter(
      ({ error }) => error !== undefined && error !== 'ratelimited',
    );
    expect(refused).toEqual([]);
  });

  it('shows the thread on the page, pictures loaded, and no script complained', async () => {
    const [alert] = roots(stack.slack.workspace, /CheckoutErrors/);
    await page.locator(`#list article[data-ts="${alert?.ts}"] .replies`).click();
    const picture = page.locator('#replies img').first();
    await picture.waitFor();
    expect(await picture.evaluate((img) => ('naturalWidth' in img ? img.naturalWidth : 0))).toBe(1440);
    expect(errors).toEqual([]);
  });

  it('goes on after a kill: nothing is said twice', async () => {
    const before = stack.slack.workspace.messages.length;
    await stack.restart();
    await page.locator('#composer').fill('/obs status checkout');
    await page.locator('#composer').press('Enter');
    await page
      .locator('#list article', { hasText: 'asked by' })
      .last()
      .locator('img')
      .waitFor({ timeout: 20_000 });
    const fresh = stack.slack.workspace.messages
      .slice(before)
      .filter(({ user }) => user === stack.slack.workspace.bot.id);
    expect(fresh.map(({ text }) => text).filter((text) => /CheckoutErrors|degraded/.test(text))).toEqual([]);
  }, 60_000);
});
