import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Started, startProcess } from './process.ts';
import { SCRAPE_EVERY } from './prometheus.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** How long a deploy of the shop is watched, so that a story of minutes sees the end of it. */
const WATCH = '{ before: 10m, after: 75s, warmUp: 10s }';

/** How long a step of a rollout is: only storefront has a flag. */
const STOREFRONT_WATCH = '{ before: 10m, after: 30s, warmUp: 10s }';

export type BellbuoyOptions = {
  readonly folder: string;
  readonly port: number;
  readonly prometheus: string;
  readonly alertmanager: string;
  /** The stand-in's address; its Web API is at `api/`. */
  readonly slack: string;
  /** Slack ids of who is called where a team's service does worse, by team. */
  readonly mentions: Readonly<Record<string, string>>;
  readonly tokens: {
    /** Of the REST API; it may read. */
    readonly api: string;
    /** Of the agent; it may read, and work on tasks. */
    readonly agent: string;
    /** Of the pages. */
    readonly pages: string;
    readonly bot: string;
    readonly signing: string;
    readonly alertmanager: string;
    readonly deploy: string;
    readonly flags: string;
    readonly github: string;
  };
};

/** Starts Bellbuoy itself, from its sources, with a configuration as a team would write it. */
export async function startBellbuoy(options: BellbuoyOptions): Promise<Started> {
  const config = join(options.folder, 'bellbuoy.yaml');
  await writeFile(config, configuration(options));
  const started = startProcess(
    'bellbuoy',
    process.execPath,
    // As in the first line of its main.
    ['--max-semi-space-size=8', MAIN, 'start', '--config', config],
    options.folder,
  );
  await started.firstLine;
  return started;
}

/** The scopes that the app is installed with: those of the manifest that Bellbuoy itself prints, and no others. */
export async function scopesOfManifest(): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, 'manifest', '--mode', 'socket']);
  return JSON.parse(stdout).oauth_config.scopes.bot;
}

const REQUESTS = 'http_server_request_duration_seconds_count';

const CHECKOUT_LATENCY = `      - name: latency
        objective: 0.95
        window: { rolling: 30d }
        sli: { latency: { histogram: 'http_server_request_duration_seconds{service_name="checkout"}', threshold: 250ms } }
`;

const STOREFRONT_FLAGS = `    flags:
      - { name: new-checkout, label: feature_flag_new_checkout, on: "true", off: "false", stratify: [http_route] }
`;

/** What each service of the shop promises; what fails on an ordinary day leaves some of it. */
const objectives: Readonly<Record<string, number>> = { catalog: 0.99, checkout: 0.997, mailer: 0.995 };

function configuration(options: BellbuoyOptions): string {
  const { folder, port, prometheus, alertmanager, slack, mentions, tokens } = options;
  const service = (name: string, owner: string, channel: string, tier: number, more: string) => `  ${name}:
    owner: ${owner}
    mention: ${mentions[owner]}
    channel: "${channel}"
    tier: ${tier}
    preset: otel-http
    labels: { service_name: ${name} }
    links: { dashboard: "https://grafana.example/d/${name}", runbook: "https://runbooks.example/${name}", repository: "https://github.example/shop/${name}" }
    watch: ${name === 'storefront' ? STOREFRONT_WATCH : WATCH}
${more}    slos:
      - name: availability
        objective: ${objectives[name] ?? 0.999}
        window: ${name === 'checkout' ? '{ calendar: month }' : '{ rolling: 30d }'}
        sli: { events: { bad: '${REQUESTS}{service_name="${name}",http_response_status_code=~"5.."}', total: '${REQUESTS}{service_name="${name}"}' } }
        policy: { atRisk: "Ask the owner before releasing.", exhausted: "Freeze releases except fixes." }
${name === 'checkout' ? CHECKOUT_LATENCY : ''}`;
  return `# Made by the sandbox anew at each start.
timezone: Europe/Berlin
prometheus:
  default: { url: "${prometheus}", scrapeInterval: ${SCRAPE_EVERY / 1000}s }
alertmanager: { url: "${alertmanager}" }
slack:
  mode: http
  botToken: "${tokens.bot}"
  signingSecret: "${tokens.signing}"
  apiUrl: "${slack}api/"
  channels: { incidents: "#incidents", deploys: "#deploys", digest: "#eng-leads" }
server:
  port: ${port}
  loopbackScopes: [read, write, tasks]
  webhookTokens: { alertmanager: "${tokens.alertmanager}", deploy: "${tokens.deploy}", flags: "${tokens.flags}", github: "${tokens.github}" }
  apiTokens:
    - { name: sandbox, token: "${tokens.api}", scopes: [read] }
    - { name: investigator, token: "${tokens.agent}", scopes: [read, tasks] }
pages: { url: "http://127.0.0.1:${port}", token: "${tokens.pages}" }
store: { path: "${join(folder, 'bellbuoy.db')}" }
services:
${service('storefront', 'web', '#web', 1, `    dependsOn: [catalog, checkout]\n${STOREFRONT_FLAGS}`)}${service('catalog', 'web', '#web', 2, '')}${service('checkout', 'payments', '#payments', 1, '    dependsOn: [ledger, mailer]\n')}${service('ledger', 'payments', '#payments', 1, '')}${service('mailer', 'platform', '#platform', 3, '')}`;
}
