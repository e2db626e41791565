import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startSlackAlone } from './stack/slack-alone.ts';
import { startStack } from './stack/stack.ts';
import { takeScreenshots } from './story/screenshot.ts';
import { playStory } from './story/story.ts';
import { type Happening, picturesIn, threadOf } from './story/watcher.ts';

const { values: options } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    'no-browser': { type: 'boolean', default: false },
    'no-story': { type: 'boolean', default: false },
    'slack-only': { type: 'boolean', default: false },
    screenshots: { type: 'string' },
    seed: { type: 'string', default: '1' },
    port: { type: 'string', default: '0' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (options.help) {
  say(`npm run demo -- [--once] [--json] [--no-browser] [--no-story] [--slack-only] [--seed N] [--port N]
  --once        play the story and exit: 0 when all of it came, 1 when something is missing
  --json        print an object for each happening: at, kind, what, channel, thread, pictures, ms
  --no-browser  open no browser
  --no-story    start everything and play nothing
  --slack-only  start the Slack stand-in alone, for a Bellbuoy of your own
  --screenshots DIR  write what the docs show into a folder
  --seed        the shop's and the stand-in's chance (default 1)
  --port        port of the stand-in's page (default: a free one)`);
  process.exit(0);
}

if (options['slack-only']) {
  const { slack, told } = await startSlackAlone(Number(options.port), Number(options.seed));
  for (const line of told) say(line);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await slack.close();
  process.exit(0);
}

const began = Date.now();
const folder = fileURLToPath(new URL('../.sandbox', import.meta.url));
const stack = await startStack(
  { folder, seed: Number(options.seed), slackPort: Number(options.port) },
  (step, ms) => happen({ kind: 'started', what: step, ms }),
);
const { workspace } = stack.slack;
for (const [what, url] of Object.entries(stack.addresses))
  options.json ? happen({ kind: 'address', what: `${what} ${url}` }) : say(`${what.padEnd(13)}${url}`);
const { api, pages } = stack.tokens;
for (const [what, token] of Object.entries({ REST: api, pages }))
  options.json
    ? happen({ kind: 'token', what: `${what} ${token}` })
    : say(`${`${what} token`.padEnd(13)}${token}`);
if (!options['no-browser'] && !options.once && process.env.DISPLAY !== undefined)
  openBrowser(stack.addresses.page);

workspace.onHappening((happening) => {
  const { kind, ts, text } = happening as { kind: string; ts?: string; text?: string };
  if (kind !== 'message' && kind !== 'update' && kind !== 'ephemeral') return;
  const message = workspace.messages.find((one) => one.ts === ts);
  const root = workspace.messages.find((one) => one.ts === (message?.thread_ts ?? ts));
  const channel = workspace.channels.find(({ id }) => id === message?.channel)?.name;
  happen({
    kind,
    what: (text ?? '').split('\n')[0] ?? '',
    ...(channel === undefined ? {} : { channel }),
    ...(root === undefined
      ? {}
      : { thread: root.ts, pictures: picturesIn(message === undefined ? [] : [message]) }),
  });
});

let status = 0;
if (!options['no-story']) {
  const missing = await playStory(stack, (kind, what) => happen({ kind, what }));
  for (const what of missing) happen({ kind: 'missing', what });
  summarise();
  if (options.screenshots !== undefined) await takeScreenshots(stack, options.screenshots);
  status = missing.length === 0 ? 0 : 1;
}
if (!options.once) {
  say(options.json ? '' : '\nEverything stays up to play with. End it with Ctrl+C.');
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
}
await stack.stop();
process.exit(status);

/** Each thread as it stands at the end of the story. */
function summarise(): void {
  for (const root of workspace.messages.filter(
    ({ thread_ts, user }) => thread_ts === undefined && user === workspace.bot.id,
  )) {
    const thread = threadOf(workspace, root);
    happen({
      kind: 'thread',
      what: root.text.split('\n')[0] ?? '',
      channel: workspace.channels.find(({ id }) => id === root.channel)?.name ?? root.channel,
      thread: root.ts,
      pictures: picturesIn(thread),
    });
  }
}

function happen(facts: Omit<Happening, 'at' | 'ms'> & { ms?: number }): void {
  const happening: Happening = { at: new Date().toISOString(), ms: Date.now() - began, ...facts };
  if (options.json) say(JSON.stringify(happening));
  else {
    const { kind, what, channel, pictures = 0, ms } = happening;
    const place = channel === undefined ? '' : ` #${channel}`;
    const drawn = pictures === 0 ? '' : ` [${pictures} picture${pictures === 1 ? '' : 's'}]`;
    say(
      kind === 'story'
        ? `\n${what}`
        : `${(ms / 1000).toFixed(1).padStart(6)} s  ${kind.padEnd(9)}${place}  ${what}${drawn}`,
    );
  }
}

function openBrowser(url: string): void {
  spawn('xdg-open', [url], { stdio: 'ignore', detached: true }).on('error', () =>
    say(`No browser could be opened; the page is at ${url}`),
  );
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
