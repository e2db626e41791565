import type { Browser, Page } from 'playwright-core';

export { openBrowser } from '#sandbox/story/browser.ts';

/** Opens the stand-in's page; `errors` collects what its scripts complain of. */
export async function openPage(
  browser: Browser,
  url: string,
  viewport = { width: 1400, height: 1000 },
): Promise<{ page: Page; errors: string[] }> {
  const page = await browser.newPage({ viewport });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.goto(url);
  await page.locator('#channels button').first().waitFor();
  return { page, errors };
}
