import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { Stack } from '../stack/stack.ts';
import { openBrowser } from './browser.ts';
import { roots, threadOf } from './watcher.ts';

/** Writes what the docs show into a folder: the page with the threads of the alert (at its top, and where the agent reports), of the flag’s rollout, of the incident, of the bad deploy and of the digest open, some of them on a phone too, the pictures of the threads, and Bellbuoy’s own pages. */
export async function takeScreenshots({ slack, addresses, tokens }: Stack, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { workspace } = slack;
  const [alert] = roots(workspace, /CheckoutErrors/);
  if (alert === undefined) throw new Error('the story has left no alert thread to show');
  const [deploy] = workspace.messages.filter(({ text }) => text.startsWith('checkout v1.4.2'));
  const [incident] = roots(workspace, /^INC-1 /);
  const report = threadOf(workspace, alert).find(({ text }) => /an agent, reports on/.test(text));
  const [digest] = roots(workspace, /^Reliability, /);
  const [rollout] = roots(workspace, /^new-checkout .* on storefront/);
  const shots = [
    { name: 'alert-thread.png', root: alert, viewport: { width: 1360, height: 940 } },
    { name: 'agent-report.png', root: alert, viewport: { width: 1360, height: 940 }, reply: report },
    { name: 'rollout-thread.png', root: rollout, viewport: { width: 1360, height: 940 } },
    { name: 'rollout-phone.png', root: rollout, viewport: { width: 390, height: 2100 } },
    { name: 'deploy-thread.png', root: deploy, viewport: { width: 1360, height: 940 } },
    { name: 'incident-thread.png', root: incident, viewport: { width: 1360, height: 940 } },
    { name: 'incident-phone.png', root: incident, viewport: { width: 390, height: 1500 } },
    { name: 'deploy-phone.png', root: deploy, viewport: { width: 390, height: 2100 } },
    { name: 'digest.png', root: digest, viewport: { width: 1360, height: 1240 } },
    { name: 'digest-phone.png', root: digest, viewport: { width: 390, height: 780 } },
  ];
  const browser = await openBrowser();
  try {
    for (const { name, root, viewport, reply } of shots) {
      if (root === undefined) continue;
      const page = await browser.newPage({ viewport, deviceScaleFactor: 1.5 });
      await page.goto(`${addresses.page}#/${root.channel}/p${root.ts}`);
      const shown = root === incident ? '#replies article' : '#replies img';
      await page.locator(shown).first().waitFor();
      await page.locator('#replies').evaluate((list) => void Object.assign(list, { scrollTop: 0 }));
      if (reply !== undefined)
        await page
          .locator(`#replies article[data-ts="${reply.ts}"]`)
          .evaluate('(article) => article.scrollIntoView({ block: "start" })');
      // The pictures in view are decoded by then.
      await page.waitForTimeout(500);
      await page.screenshot({ path: join(folder, name) });
      await page.close();
    }
    await takePages(browser, { addresses, tokens }, folder);
  } finally {
    await browser.close();
  }
  const pictures = {
    'alert-snapshot.png': alert,
    'rollout-cohorts.png': rollout,
    'deploy-before-after.png': deploy,
  };
  for (const [name, root] of Object.entries(pictures)) {
    const blocks = root === undefined ? [] : threadOf(workspace, root).flatMap(({ blocks: own = [] }) => own);
    const file = [...JSON.stringify(blocks).matchAll(/"slack_file":\{"id":"(\w+)"/g)].at(-1)?.[1];
    const bytes = file === undefined ? undefined : workspace.files.get(file)?.bytes;
    if (bytes !== undefined) await writeFile(join(folder, name), bytes);
  }
}

/** Bellbuoy’s pages as a browser shows them that is signed in. */
async function takePages(
  browser: Browser,
  { addresses, tokens }: Pick<Stack, 'addresses' | 'tokens'>,
  folder: string,
): Promise<void> {
  const shots = [
    { name: 'page-digest.png', path: '/digests/now', width: 1360, height: 1000, scheme: 'light' },
    { name: 'page-digest-phone.png', path: '/digests/now', width: 360, height: 780, scheme: 'light' },
    { name: 'page-fleet-dark.png', path: '', width: 1360, height: 760, scheme: 'dark' },
    { name: 'page-service.png', path: '/services/checkout', width: 1360, height: 1240, scheme: 'light' },
    { name: 'page-incident.png', path: '/incidents/INC-1', width: 1360, height: 1240, scheme: 'light' },
    {
      name: 'page-postmortem.png',
      path: '/incidents/INC-1/postmortem',
      width: 1360,
      height: 1240,
      scheme: 'light',
    },
    { name: 'page-coverage.png', path: '/coverage', width: 1360, height: 620, scheme: 'light' },
  ] as const;
  for (const { name, path, width, height, scheme } of shots) {
    const context = await browser.newContext({
      ...{ viewport: { width, height }, deviceScaleFactor: 1.5, colorScheme: scheme },
      extraHTTPHeaders: { authorization: `Bearer ${tokens.pages}` },
    });
    const page = await context.newPage();
    await page.goto(`${addresses.pages}${path}`, { waitUntil: 'networkidle' });
    await page.screenshot({ path: join(folder, name) });
    await context.close();
  }
}
