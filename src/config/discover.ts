import { type Outcome, success } from '#domain/problem.ts';
import type { Labels } from '#domain/series.ts';
import { PRESETS } from './presets.ts';

/** Label names that tell services apart, by preset, the most telling first. */
const TELLING: Readonly<Record<string, readonly string[]>> = {
  istio: ['destination_service_name', 'destination_service'],
  'nginx-ingress': ['ingress'],
};
const USUALLY = ['service_name', 'service', 'app', 'job'];

type Found = {
  readonly name: string;
  readonly preset: string;
  readonly label: string;
  readonly value: string;
};

/**
 * Finds the services that publish requests under a known convention, and writes a first bellbuoy.yaml for them. `ask` answers an
 * instant query with the label sets of its result; its failure is passed on.
 */
export async function discover(
  url: string,
  ask: (promql: string) => Promise<Outcome<readonly Labels[]>>,
): Promise<Outcome<{ yaml: string; services: readonly string[] }>> {
  const found = new Map<string, Found>();
  for (const [preset, { requests }] of Object.entries(PRESETS)) {
    const labels = TELLING[preset] ?? USUALLY;
    for (const [i, label] of labels.entries()) {
      // What a more telling label names already is not named a second time by this one.
      const others = labels.slice(0, i).map((other) => `,${other}=""`);
      const questions = requests.map(
        (metric) => `group by (${label}) (${metric}{${label}!=""${others.join('')}})`,
      );
      const answer = await ask(questions.join(' or '));
      if (!answer.ok) return answer;
      for (const { [label]: value } of answer.value) {
        if (value === undefined) continue;
        const name = nameOf(value);
        if (!found.has(name)) found.set(name, { name, preset, label, value });
      }
    }
  }
  const services = [...found.values()].toSorted((a, b) => a.name.localeCompare(b.name));
  return success({ yaml: yamlOf(url, services), services: services.map(({ name }) => name) });
}

function yamlOf(url: string, services: readonly Found[]): string {
  const written = services.map(
    ({ name, preset, label, value }) => `  ${name}:
    # owner: team-name
    # channel: "#team-channel"
    # tier: 1
    preset: ${preset}
    labels: { ${label}: ${JSON.stringify(value)} }
    # links: { dashboard: "https://…", runbook: "https://…" }
    # dependsOn: [other-service]
`,
  );
  return `# Made by \`bellbuoy init\`. \`bellbuoy check --online\` tells what works; \`bellbuoy schema\` helps editors complete this file.

# Zone of the times in pictures.
timezone: UTC

prometheus:
  # scrapeInterval must be what your Prometheus uses: rates are taken over four scrapes.
  default: { url: ${JSON.stringify(url)}, scrapeInterval: 15s }

# For silences by button.
# alertmanager: { url: "http://alertmanager:9093" }

slack:
  # \`socket\` needs no public URL; \`http\` is for production and needs signingSecret.
  mode: socket
  botToken: "\${SLACK_BOT_TOKEN:-xoxb-…}"
  appToken: "\${SLACK_APP_TOKEN:-xapp-…}"
  # Where alerts and deploys go whose service names no channel of its own.
  # Where the weekly digest goes: digest: "#eng-leads".
  channels: { incidents: "#incidents", deploys: "#deploys" }

server:
  host: 127.0.0.1
  port: 8080
  # One token for each sender: /webhooks/alertmanager, /webhooks/grafana, /webhooks/deploy, /webhooks/github.
  # webhookTokens: { alertmanager: "\${ALERTMANAGER_TOKEN}" }
  # Who may ask /api/v1, such as whatever rolls a flag out.
  # apiTokens: [{ name: ci, token: "\${API_TOKEN}", scopes: [read] }]

# Pages for browsers, at /pages; messages lead there.
# pages: { url: "https://bellbuoy.example.com", token: "\${PAGES_TOKEN}" }

store: { path: ./bellbuoy.db }

services:${services.length === 0 ? ' {}\n' : `\n${written.join('')}`}`;
}

/** A name that people can type: the value in small letters, digits, dots and dashes. */
function nameOf(value: string): string {
  const name = value
    .split('/')
    .at(-1)
    ?.replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replaceAll(/^[^A-Za-z0-9]+|-+$/g, '');
  return name === undefined || name === '' ? 'unnamed' : name;
}
