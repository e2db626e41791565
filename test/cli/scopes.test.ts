import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '#cli/program.ts';
import { startSlack } from '#sandbox/slack/server.ts';
import { SCOPES } from '#slack/manifest.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellbuoy-scopes-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What `bellbuoy check --online` says with a token of these scopes. */
async function checked(scopes: readonly string[]): Promise<{ status: number; out: string }> {
  const slack = await startSlack({
    ...{ port: 0, botToken: 'xoxb-very-secret', signingSecret: 's', scopes, seed: 1, people: [] },
    ...{ channels: ['incidents'], fileReadyDelay: { min: 0, max: 0 } },
  });
  const config = join(folder, `${scopes.length}.yaml`);
  await writeFile(
    config,
    `prometheus: { default: { url: "http://127.0.0.1:9", timeout: 200ms } }
slack: { mode: http, botToken: xoxb-very-secret, signingSecret: s, apiUrl: "${slack.url}api/", channels: { incidents: "#incidents" } }
services: {}
`,
  );
  const out: string[] = [];
  const take = (line: string) => void out.push(line);
  const status = await run(['check', '--online', '--config', config], { out: take, err: take });
  await slack.close();
  return { status, out: out.join('\n') };
}

describe('bellbuoy check --online, with a token that lacks one scope', () => {
  const all = Object.keys(SCOPES);

  it.each(Object.entries(SCOPES))(
    '%s, names it and what needs it',
    async (scope, { methods, events = [] }) => {
      const { status, out } = await checked(all.filter((one) => one !== scope));
      expect(status).toBe(1);
      const line = out.split('\n').find((one) => one.includes(`Slack scope ${scope} `)) ?? '';
      expect(line).toMatch(/^FAILS/);
      for (const need of [...methods, ...events]) expect(line).toContain(need);
      expect(out.match(/Slack scope /g)).toHaveLength(1);
      expect(out).not.toContain('very-secret');
    },
  );

  it('none, says that all are there', async () => {
    expect((await checked(all)).out).toMatch(new RegExp(`works +Slack scopes +all ${all.length} there`));
  });
});
