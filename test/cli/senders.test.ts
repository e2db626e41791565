import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { run } from '#cli/program.ts';
import { binaryHeaders, cdevent, EXAMPLES } from '../ingest/examples.ts';
import { FLAG_EXAMPLES } from '../ingest/flag-bodies.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellbuoy-senders-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a command as from a shell; gives its exit status and what it said. */
async function bellbuoy(...argv: string[]): Promise<{ status: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const status = await run(argv, { out: (line) => out.push(line), err: (line) => err.push(line) });
  return { status, out: out.join('\n'), err: err.join('\n') };
}

async function fileOf(json: unknown): Promise<string> {
  const file = join(folder, 'body.json');
  await writeFile(file, JSON.stringify(json));
  return file;
}

describe('bellbuoy event', () => {
  it.each(Object.entries(EXAMPLES))('prints what a body of %s becomes', async (source, { deploys }) => {
    const file = await fileOf(deploys[0]?.body);
    const { status, out } = await bellbuoy('event', '--source', source, file, '--json');
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ events: [{ event: { type: 'deployReport', source } }] });
  });

  it.each(FLAG_EXAMPLES.changes)('prints what a change of a flag becomes', async ({ body }) => {
    const { status, out } = await bellbuoy('event', '--source', 'flags', await fileOf(body));
    expect(status).toBe(0);
    const event = { type: 'flagReport', flag: 'new-checkout', environment: 'production' };
    expect(JSON.parse(out)).toMatchObject({ events: [{ event }] });
  });

  it('prints why nothing follows from a change, and all that is wrong with one', async () => {
    const [nothing] = FLAG_EXAMPLES.nothing;
    const taken = await bellbuoy('event', '--source', 'flags', await fileOf(nothing?.body));
    expect(JSON.parse(taken.out)).toEqual({ events: [], ignored: expect.stringContaining('feature-tagged') });
    const wrong = { flag: 'x', enabled: false, share: 0.1, rollout: 10 };
    const { status, err } = await bellbuoy('event', '--source', 'flags', await fileOf(wrong));
    expect(status).toBe(1);
    expect(err).toMatch(/enabled: false.*share: 0\.1/);
    expect(err).toContain('rollout');
  });

  const event = cdevent('service.deployed');
  const bare = { subject: event.subject };
  const expected = { events: [{ event: { version: 'v1.4.2', at: Date.parse(event.context.timestamp) } }] };

  it('takes CloudEvents’ attributes as headers, whose values may have colons', async () => {
    const lines = Object.entries(binaryHeaders(event)).map(([name, value]) => `${name}: ${value}`);
    const { out } = await bellbuoy('event', '--source', 'cdevents', await fileOf(bare), '--header', ...lines);
    expect(JSON.parse(out)).toMatchObject(expected);
  });

  it('takes a recorded request, with headers and body', async () => {
    const headers = { ...binaryHeaders(event), 'CE-Type': event.context.type };
    const file = await fileOf({ headers, body: bare });
    expect(JSON.parse((await bellbuoy('event', '--source', 'cdevents', file)).out)).toMatchObject(expected);
  });

  it('names all senders in its help, and where one is mistaken', async () => {
    expect((await bellbuoy('event', '--help')).out.replace(/\s+/g, ' ')).toContain(
      'alertmanager, argocd, cdevents, deploy, flags, flux, github, gitlab or grafana',
    );
    expect(await bellbuoy('event', '--source', 'gitlub', await fileOf({}))).toMatchObject({
      status: 2,
      err: expect.stringMatching(/gitlub; known: .*gitlab/),
    });
  });
});

describe('bellbuoy generate', () => {
  const url = 'https://bellbuoy.example.com';

  it.each(['argocd', 'flux'])('%s --help ends well and shows an example', async (tool) => {
    const { status, out } = await bellbuoy('generate', tool, '--help');
    expect(status).toBe(0);
    expect(out).toContain(`Example: bellbuoy generate ${tool}`);
  });

  it.each([
    ['argocd', 'argocd-notifications-cm.yaml'],
    ['flux', 'bellbuoy-flux.yaml'],
  ])('%s prints what has to be installed, or writes it into a folder', async (tool, name) => {
    const printed = await bellbuoy('generate', tool, '--url', url);
    expect(printed).toMatchObject({ status: 0, out: expect.stringContaining(`${url}/webhooks/${tool}`) });
    const written = await bellbuoy('generate', tool, '--url', url, '--out', join(folder, 'out'));
    expect(written).toMatchObject({ status: 0, out: expect.stringContaining(name) });
    expect((await readFile(join(folder, 'out', name), 'utf8')).trimEnd()).toBe(printed.out);
  });

  it('argocd prints one document that YAML reads', async () => {
    const { out } = await bellbuoy('generate', 'argocd', '--url', url, '--environment', 'blue');
    expect(parse(out)).toMatchObject({ kind: 'ConfigMap' });
  });

  it.each([
    [['--url', 'bellbuoy.example.com'], /--url bellbuoy\.example\.com: expected the address/],
    [['--url', 'https://x/{{ .secret }}'], /expected the address/],
    [['--url', 'https://x/$token'], /expected the address/],
    [['--url', url, '--environment', '{{ x }}'], /--environment \{\{ x \}\}: expected letters/],
    [[], /--url/],
  ])('argocd %j is refused with status 2', async (argv, words) => {
    expect(await bellbuoy('generate', 'argocd', ...argv)).toMatchObject({
      status: 2,
      err: expect.stringMatching(words),
    });
  });

  it('tells where nothing can be written', async () => {
    const file = await fileOf({});
    expect(await bellbuoy('generate', 'flux', '--url', url, '--out', join(file, 'x'))).toMatchObject({
      status: 1,
      err: expect.stringMatching(/cannot be written/),
    });
  });
});
