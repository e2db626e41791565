import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '#sandbox/story/browser.ts';
import { ENTRIES, EXAMPLE, INCIDENT, POSTMORTEM } from '../api/example.ts';
import { type Site, TOKEN } from './site.ts';
import { openWorld } from './world.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

let site: Site;
let browser: Browser;
beforeAll(async () => {
  [site, browser] = await Promise.all([openWorld(60), openBrowser()]);
  await site.store.incidents.save(INCIDENT);
  await site.store.timelines.add(INCIDENT.id, ENTRIES, INCIDENT.declaredAt);
  await site.store.postmortems.save(POSTMORTEM);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

const PATHS = [
  '/pages',
  '/pages/services/service-0001',
  '/pages/services/service-0001?from=2026-11-20T06:00:00Z&to=2026-11-20T12:00:00Z',
  '/pages/coverage',
  '/pages/digests',
  '/pages/digests/now',
  '/pages/incidents',
  `/pages/incidents/${INCIDENT.id}`,
  `/pages/incidents/${INCIDENT.id}/postmortem`,
  '/pages/sign-in',
  '/pages/services/none',
];

/** Opens a page as somebody who is signed in; what goes wrong in it is in `errors`. */
async function opened(
  path: string,
  { width = 1280, scheme = 'light' as 'light' | 'dark', at = site } = {},
): Promise<{ page: Page; errors: string[]; close(): Promise<void> }> {
  const context = await browser.newContext({
    ...{ viewport: { width, height: 900 }, colorScheme: scheme },
    extraHTTPHeaders: { authorization: `Bearer ${TOKEN}` },
  });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (said) => {
    if (said.type() === 'error' && !path.endsWith('/none')) errors.push(said.text());
  });
  await page.goto(`${at.url}${path}`, { waitUntil: 'load' });
  return { page, errors, close: () => context.close() };
}

/** What axe finds against WCAG 2.2 AA, in words. Its script runs outside of the page's own policy. */
async function faultsIn(page: Page): Promise<readonly string[]> {
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: AXE });
  const { result } = await session.send('Runtime.evaluate', {
    expression: `axe.run(document, { runOnly: ${JSON.stringify(WCAG)} }).then(({ violations }) => JSON.stringify(violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map((node) => node.html + ' ' + node.failureSummary).join(' | '))))`,
    ...{ awaitPromise: true, returnByValue: true },
  });
  return JSON.parse(String(result.value));
}

describe.each(PATHS)('the page %s', (path) => {
  it.each(['light', 'dark'] as const)('can be read by everybody (WCAG AA), in %s', async (scheme) => {
    const { page, errors, close } = await opened(path, { scheme });
    expect(await faultsIn(page)).toEqual([]);
    expect(errors).toEqual([]);
    await close();
  });

  it('fits a phone: nothing but tables is wider than the screen', async () => {
    const { page, close } = await opened(path, { width: 360 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    await close();
  });

  it('asks nothing of anybody else', async () => {
    const context = await browser.newContext({ extraHTTPHeaders: { authorization: `Bearer ${TOKEN}` } });
    const page = await context.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(`${site.url}${path}`, { waitUntil: 'networkidle' });
    expect(asked.filter((url) => !url.startsWith(site.url) && !url.startsWith('data:'))).toEqual([]);
    await context.close();
  });
});

describe('with the keyboard alone', () => {
  it('the content is one key away, and every link and field of the fleet can be reached', async () => {
    const { page, close } = await opened('/pages');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.className')).toBe('skip');
    const reached = new Set<string>();
    for (let i = 0; i < 200; i += 1) {
      const where = String(
        await page.evaluate(
          'document.activeElement.getAttribute("href") ?? document.activeElement.name ?? document.activeElement.tagName',
        ),
      );
      if (where === 'BODY') break;
      reached.add(where);
      await page.keyboard.press('Tab');
    }
    for (const one of ['q', 'owner', 'sort', '/pages/coverage', '/pages/services/service-0060'])
      expect([...reached]).toContain(one);
    await close();
  });

  it('a chart says its values under the arrow keys', async () => {
    const { page, errors, close } = await opened('/pages/services/service-0001');
    await page.locator('.chart').first().focus();
    await page.keyboard.press('ArrowLeft');
    const readout = page.locator('.readout').first();
    await readout.filter({ hasText: 'Rate' }).waitFor();
    const before = await readout.textContent();
    expect(before).toMatch(/Rate, requests a second: .*\/s · Errors, % of requests: .*%/);
    for (let i = 0; i < 30; i += 1) await page.keyboard.press('ArrowLeft');
    await expect.poll(() => readout.textContent()).not.toBe(before);
    expect(errors).toEqual([]);
    await close();
  });
});

describe('without scripts', () => {
  it('the fleet is found, sorted and filtered by the form, and charts have their values in a table', async () => {
    const context = await browser.newContext({
      javaScriptEnabled: false,
      extraHTTPHeaders: { authorization: `Bearer ${TOKEN}` },
    });
    const page = await context.newPage();
    await page.goto(`${site.url}/pages`);
    await page.locator('input[name=q]').fill('0007');
    await page.locator('button').click();
    expect(await page.locator('tbody th').allTextContents()).toEqual(['service-0007']);
    await page.goto(`${site.url}/pages?sort=service&owner=search`);
    const names = await page.locator('tbody th').allTextContents();
    expect(names).toEqual([...names].sort());
    expect(names).toHaveLength(15);
    await page.goto(`${site.url}/pages/services/service-0001`);
    await page.locator('summary').first().click();
    expect(await page.locator('details td').first().textContent()).toMatch(/\d.*\/s/);
    await context.close();
  });
});

describe('on paper', () => {
  it('a digest is one page', async () => {
    const { page, close } = await opened('/pages/digests/now');
    const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
    expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
    await close();
  });
});

describe('a page that shows how things are now', () => {
  it('is put anew while somebody looks, and says so where Bellbuoy cannot be reached', async () => {
    const { page, close } = await opened('/pages');
    await page.evaluate('document.querySelector("h1").textContent = "old"');
    await page.clock.install();
    await page.reload();
    await page.evaluate('document.querySelector("h1").textContent = "old"');
    await page.clock.fastForward(31_000);
    await page.getByRole('heading', { name: 'The fleet' }).waitFor();
    await page.route('**/pages', (route) => route.abort());
    await page.clock.fastForward(31_000);
    await page.getByText('Bellbuoy cannot be reached').waitFor();
    await close();
  });
});

it('keeps what is written in a post-mortem text', async () => {
  const { page, close } = await opened(`/pages/incidents/${INCIDENT.id}/postmortem`);
  expect(await page.locator('.document script').count()).toBe(0);
  expect(await page.locator('h1').textContent()).toContain(INCIDENT.id);
  expect(await page.locator('.document').textContent()).toContain('Root cause');
  expect(EXAMPLE.incident.id).toBe(INCIDENT.id);
  await close();
});

it('a fleet of 200 services is complete, every one with its figures', async () => {
  const large = await openWorld(200);
  const { page, errors, close } = await opened('/pages', { at: large });
  expect(await page.locator('tbody tr').count()).toBe(200);
  expect(errors).toEqual([]);
  await close();
  await large.close();
}, 60_000);
