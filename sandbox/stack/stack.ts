import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeHistory } from '../history/history.ts';
import { type SlackStandIn, startSlack } from '../slack/server.ts';
import { startAlertmanager } from './alertmanager.ts';
import { type BellbuoyOptions, scopesOfManifest, startBellbuoy } from './bellbuoy.ts';
import { freePort, type Started, startProcess } from './process.ts';
import { SCRAPE_EVERY, startPrometheus } from './prometheus.ts';

/** The sandbox as it runs. Addresses are `http://127.0.0.1:PORT/…`. */
export type Stack = {
  readonly slack: SlackStandIn;
  readonly addresses: Readonly<
    Record<
      'page' | 'slack' | 'webhooks' | 'REST' | 'MCP' | 'pages' | 'Prometheus' | 'Alertmanager' | 'shop',
      string
    >
  >;
  readonly tokens: BellbuoyOptions['tokens'];
  /** Where logs, configurations and the database are. */
  readonly folder: string;
  /** When the live shop took over from the history; epoch ms. */
  readonly historyEnd: number;
  /** Bellbuoy's process; another one after `restart`. */
  readonly bellbuoy: () => Started;
  /** Ends Bellbuoy as a crash does, and starts it again on the same database. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

/** Who is in the workspace, and its channels. */
export const PEOPLE = [
  { name: 'responder', realName: 'Rae Responder', tz: 'Europe/Berlin' },
  { name: 'noor', realName: 'Noor Haddad', tz: 'Europe/Berlin' },
  { name: 'tomas', realName: 'Tomás Vidal', tz: 'Europe/Lisbon' },
  { name: 'lena', realName: 'Lena Brandt', tz: 'America/New_York' },
];

/** Who is called for the services of a team, by name. */
const ON_CALL: Readonly<Record<string, string>> = { web: 'noor', payments: 'tomas', platform: 'lena' };

export const CHANNELS = ['incidents', 'deploys', 'payments', 'web', 'platform', 'eng-leads', 'general'];

/** Starts everything, in the order in which the parts need each other, and tells each step. */
export async function startStack(
  options: {
    folder: string;
    seed: number;
    slackPort?: number;
    fileReadyDelay?: { min: number; max: number };
    /** Where Alertmanager sends what is for Bellbuoy's webhook, when something stands between the two. */
    through?: (webhook: string) => Promise<string>;
  },
  tell: (step: string, ms: number) => void,
): Promise<Stack> {
  const { folder, seed } = options;
  const dataDir = join(folder, 'prometheus');
  await rm(folder, { recursive: true, force: true });
  await mkdir(dataDir, { recursive: true });
  const parts: { name: string; stop(): Promise<void> }[] = [];
  const stop = async () => {
    for (const part of parts.toReversed()) await part.stop();
  };
  const timed = async <T>(step: string, run: () => Promise<T>): Promise<T> => {
    const began = Date.now();
    const value = await run();
    tell(step, Date.now() - began);
    return value;
  };
  try {
    const shop = startProcess(
      'shop',
      process.execPath,
      [fileURLToPath(new URL('../shop/main.ts', import.meta.url)), String(seed)],
      folder,
    );
    parts.push(shop);
    const { control, services } = JSON.parse(await shop.firstLine) as {
      control: string;
      services: Record<string, string>;
    };
    const historyEnd = await timed('35 days of history', async () => {
      const history = { folder, dataDir, addresses: services, scrape: SCRAPE_EVERY, seed };
      const first = Date.now();
      await writeHistory({ ...history, end: first });
      // Prometheus needs about a second to start; the next scrape belongs to the live shop.
      const end = Date.now() + 2000;
      await writeHistory({ ...history, from: first, end });
      return end;
    });
    const [prometheus, alertmanager, bellbuoy] = [await freePort(), await freePort(), await freePort()];
    const tokens = {
      api: 'sandbox-api-token',
      agent: 'sandbox-agent-token',
      pages: 'sandbox-pages-token',
      bot: 'xoxb-sandbox-bot',
      signing: 'sandbox-signing-secret',
      alertmanager: 'sandbox-alertmanager-token',
      deploy: 'sandbox-deploy-token',
      flags: 'sandbox-flags-token',
      github: 'sandbox-github-secret',
    };
    const base = `http://127.0.0.1:${bellbuoy}`;
    await timed('Prometheus and Alertmanager', async () => {
      const own = `${base}/webhooks/alertmanager`;
      const webhook = (await options.through?.(own)) ?? own;
      parts.push(
        await startAlertmanager({ folder, port: alertmanager, webhook, token: tokens.alertmanager }),
        await startPrometheus({
          folder,
          dataDir,
          port: prometheus,
          alertmanager: `127.0.0.1:${alertmanager}`,
          services,
        }),
      );
    });
    const slack = await startSlack({
      port: options.slackPort ?? 0,
      botToken: tokens.bot,
      signingSecret: tokens.signing,
      scopes: await scopesOfManifest(),
      channels: CHANNELS,
      people: PEOPLE,
      fileReadyDelay: options.fileReadyDelay ?? { min: 500, max: 2000 },
      seed,
    });
    parts.push({ name: 'slack', stop: slack.close });
    slack.connect(`${base}/slack/events`);
    const settings: BellbuoyOptions = {
      folder,
      port: bellbuoy,
      prometheus: `http://127.0.0.1:${prometheus}`,
      alertmanager: `http://127.0.0.1:${alertmanager}`,
      slack: slack.url,
      mentions: mentionsOf(slack.workspace.people),
      tokens,
    };
    let running = await timed('Bellbuoy', () => startBellbuoy(settings));
    parts.push({ name: 'bellbuoy', stop: () => running.stop() });
    return {
      slack,
      tokens,
      folder,
      historyEnd,
      addresses: {
        page: slack.url,
        slack: `${slack.url}api/`,
        webhooks: `${base}/webhooks/`,
        REST: `${base}/api/v1/`,
        MCP: `${base}/mcp`,
        pages: `${base}/pages`,
        Prometheus: `${settings.prometheus}/`,
        Alertmanager: `${settings.alertmanager}/`,
        shop: `${control}/`,
      },
      bellbuoy: () => running,
      async restart() {
        process.kill(running.pid, 'SIGKILL');
        await running.stop();
        running = await startBellbuoy(settings);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function mentionsOf(people: SlackStandIn['workspace']['people']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(ON_CALL).flatMap(([team, name]) =>
      people.filter((person) => person.name === name).map(({ id }) => [team, id]),
    ),
  );
}
