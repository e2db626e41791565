import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogOf } from '#config/catalog.ts';
import { readConfig } from '#config/load.ts';

const SMALLEST = `prometheus: { default: { url: "http://prometheus:9090" } }
slack: { mode: socket, botToken: xoxb-1, appToken: xapp-1 }
services:
  checkout:
    preset: otel-http
    labels: { service_name: checkout }
`;

function problemsOf(
  text: string,
  env: Record<string, string> = {},
  files: Record<string, string> = {},
): string[] {
  const loaded = readConfig(text, env, (path) => files[path]);
  return loaded.ok
    ? []
    : loaded.problems.map(({ line, column, path, what }) => `${line}:${column} ${path}: ${what}`);
}

function configOf(text: string, env: Record<string, string> = {}, files: Record<string, string> = {}) {
  const loaded = readConfig(text, env, (path) => files[path]);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}

describe('the weekly digest and the pages', () => {
  const owned = `${SMALLEST}    owner: payments\n`;

  it('have their settings, digests on Mondays at nine where nothing else is said', () => {
    const config = configOf(
      `${owned}digest: { teams: { payments: { channel: "#payments", schedule: "30 8 * * mon-fri" } } }
pages: { url: "https://bellbuoy.example.com", token_file: pages }
`,
      {},
      { pages: 'a-long-enough-token\n' },
    );
    const { digests, pagesUrl } = catalogOf(config);
    expect(digests).toEqual({
      schedule: '0 9 * * 1',
      teams: { payments: { channel: '#payments', schedule: '30 8 * * mon-fri' } },
    });
    expect([pagesUrl, config.pages.token]).toEqual(['https://bellbuoy.example.com', 'a-long-enough-token']);
  });

  it('are refused with what would be right', () => {
    expect(problemsOf(`${owned}digest: { schedule: "0 25 * * 8" }\n`)).toEqual([
      '8:21 digest.schedule: there is no hour 25, there is no day of the week 8; expected a cron expression such as "0 9 * * 1", Mondays at 9:00',
    ]);
    expect(problemsOf(`${owned}digest: { teams: { paymnts: { channel: "#payments" } } }\n`)).toEqual([
      '8:29 digest.teams.paymnts: there is no owner of a service paymnts; did you mean payments?',
    ]);
    expect(problemsOf(`${owned}pages: { proxyHeader: X-Forwarded-User }\n`)).toEqual([
      '8:23 pages.proxyHeader: nobody would be believed: name your proxy under server.trustedProxies, such as ["127.0.0.1"]',
    ]);
    expect(problemsOf(`${owned}pages: { url: "https://example.com/bellbuoy", token: short }\n`)).toEqual([
      '8:15 pages.url: expected an address without a path, such as https://bellbuoy.example.com: pages are at /pages there',
      '8:54 pages.token: expected at least 12 characters: whoever knows it reads everything',
    ]);
  });
});

describe('where a deploy is rolled back', () => {
  const withLink = (url: string) => `${SMALLEST}    links: { rollback: "${url}" }\n`;

  it('is an address with placeholders, apart from the links that are shown', () => {
    const url = 'https://ci.example/{service}?to={previousVersion}';
    const [checkout] = catalogOf(configOf(withLink(url))).services;
    expect(checkout).toMatchObject({ links: {}, rollback: { kind: 'link', template: url } });
  });

  it('is somebody who is asked instead, with a token from a file; never both', () => {
    const asking = `${SMALLEST}    rollback: { webhook: "https://ci.example/back", token_file: token }\n`;
    const [checkout] = catalogOf(configOf(asking, {}, { token: 'secret\n' })).services;
    expect(checkout?.rollback).toEqual({
      ...{ kind: 'webhook', url: 'https://ci.example/back', token: 'secret', timeout: 10_000 },
    });
    const both = `${withLink('https://ci.example/')}    rollback: { webhook: "https://ci.example/back" }\n`;
    expect(problemsOf(both)).toEqual([
      '8:15 services.checkout.rollback: links.rollback names another way; keep one of the two',
    ]);
  });

  it('has no placeholder that nothing fills, and none before its path', () => {
    expect(problemsOf(withLink('https://ci.example/{svc}'))).toEqual([
      '7:24 services.checkout.links.rollback: there is no placeholder {svc}; known: {service}, {version}, {previousVersion}, {environment}',
    ]);
    expect(problemsOf(withLink('https://{service}.example/'))).toEqual([
      '7:24 services.checkout.links.rollback: placeholders belong behind the host',
    ]);
  });
});

describe('tokens of the API', () => {
  const withTokens = (tokens: string) => `${SMALLEST}server: { apiTokens: [${tokens}] }\n`;

  it('lets programs of this machine in without a token only where no other can come', () => {
    const server = (more: string) => `${SMALLEST}server: { loopbackScopes: [read], ${more} }\n`;
    expect(configOf(server('port: 0')).server.loopbackScopes).toEqual(['read']);
    expect(problemsOf(server('host: 0.0.0.0'))).toEqual([
      expect.stringContaining('server.loopbackScopes: only for a server that listens on 127.0.0.1'),
    ]);
  });

  it('come from the environment or a file, each with its scopes; there are none until somebody writes them', () => {
    expect(configOf(SMALLEST).server.apiTokens).toEqual([]);
    const tokens =
      '{ name: ci, token: "${API_TOKEN}", scopes: [read] }, { name: robot, token_file: robot, scopes: [write, tasks] }';
    const { server } = configOf(withTokens(tokens), { API_TOKEN: 'secret' }, { robot: 'of-robot\n' });
    expect(server.apiTokens).toEqual([
      { name: 'ci', token: 'secret', scopes: ['read'] },
      { name: 'robot', token: 'of-robot', scopes: ['write', 'tasks'] },
    ]);
  });

  it('can be sent, are each one’s own, and may do something', () => {
    expect(problemsOf(withTokens('{ name: ci, token: "a b", scopes: [] }'))).toEqual([
      '7:42 server.apiTokens.0.token: expected a token of printable ASCII characters without spaces',
      '7:57 server.apiTokens.0.scopes: expected at least one of: read, write, tasks, audit',
    ]);
    expect(problemsOf(withTokens('{ name: ci, token: a, scopes: [admin] }'))).toEqual([
      '7:54 server.apiTokens.0.scopes.0: expected one of: read, write, tasks, audit',
    ]);
    const one = '{ name: ci, token: a, scopes: [read] }';
    expect(problemsOf(withTokens(`${one}, ${one}`))).toEqual([
      '7:71 server.apiTokens.1.name: another token has this name',
      '7:82 server.apiTokens.1.token: this is another’s token; each needs its own',
    ]);
  });
});

describe('bellbuoy.yaml', () => {
  it('needs three lines a service; the rest has defaults', () => {
    const { services, server, environments } = configOf(SMALLEST);
    expect(services.checkout?.watch).toEqual({ before: 1_800_000, after: 900_000, warmUp: 60_000 });
    expect(server).toMatchObject({ host: '127.0.0.1', port: 8080 });
    expect(environments.watched).toEqual(['production', 'prod']);
  });

  it('takes the example of the documentation whole', () => {
    const config = configOf(
      `timezone: Europe/Berlin
prometheus:
  default: { url: "http://prometheus:9090", scrapeInterval: 15s, headers: { X-Scope-OrgID: "\${TENANT:-prod}" } }
alertmanager: { url: "http://alertmanager:9093" }
slack: { mode: socket, botToken: "\${SLACK_BOT_TOKEN}", appToken: "\${SLACK_APP_TOKEN}", channels: { incidents: "#incidents", deploys: "#deploys", digest: "#eng-leads" } }
server: { host: 127.0.0.1, port: 8080, webhookTokens: { alertmanager: "\${AM_TOKEN}" } }
store: { path: ./bellbuoy.db }
services:
  ledger: { preset: otel-http, labels: { service_name: ledger } }
  checkout:
    owner: payments
    channel: "#payments"
    tier: 1
    preset: otel-http
    labels: { service_name: checkout }
    links: { dashboard: "https://grafana/d/checkout", runbook: "https://wiki/checkout" }
    dependsOn: [ledger]
    slos:
      - name: availability
        objective: 0.999
        window: { rolling: 30d }
        sli: { events: { bad: 'http_server_request_duration_seconds_count{service_name="checkout",http_response_status_code=~"5.."}', total: 'http_server_request_duration_seconds_count{service_name="checkout"}' } }
        policy: { exhausted: "Freeze releases except fixes." }
      - file: slo/checkout.openslo.yaml
    flags:
      - { name: new-checkout, label: feature_flag_new_checkout, on: "true", off: "false", expected: 0.1 }
    watch: { before: 30m, after: 15m, warmUp: 1m }
    panels:
      - { title: "Queue depth", query: 'sum(queue_depth{service="checkout"})', unit: short }
`,
      { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1', AM_TOKEN: 't' },
      {
        'slo/checkout.openslo.yaml':
          'apiVersion: openslo/v1\nkind: Service\nmetadata: { name: checkout }\nspec: {}\n',
      },
    );
    expect(config.prometheus.default?.headers).toEqual({ 'X-Scope-OrgID': 'prod' });
    const checkout = catalogOf(config).services.find(({ name }) => name === 'checkout');
    expect(checkout?.slos[0]).toMatchObject({
      objective: 0.999,
      window: { kind: 'rolling', length: 30 * 86_400_000 },
    });
  });

  it('refuses a watch in which the source is scraped less than five times', () => {
    expect(problemsOf(`${SMALLEST}    watch: { after: 60s }\n`)).toEqual([
      expect.stringMatching(/services\.checkout\.watch\.after: expected at least five scrape intervals, 75s/),
    ]);
  });

  it('tells five different mistakes at once, each with line and column', () => {
    const text = `timezone: Europe/Berlln
prometheus: { default: { url: "prometheus:9090" } }
slack: { mode: socket, botToken: "\${NOT_SET}", appToken: x, chanels: {} }
services:
  checkout:
    preset: otel-htp
    labels: { service_name: checkout }
    signals: { rate: 'sum(rate(x[5m])' }
`;
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(/^1:11 timezone: expected an IANA time zone/),
      expect.stringMatching(/^2:31 prometheus\.default\.url: expected an http\(s\) URL/),
      expect.stringMatching(/^3:34 slack\.botToken: the environment variable NOT_SET is not set/),
      expect.stringMatching(/^3:61 slack\.chanels: unknown key; did you mean channels\?/),
      expect.stringMatching(/^6:13 services\.checkout\.preset: expected one of: otel-http/),
    ]);
  });

  it('checks PromQL by its grammar, and names that refer to each other', () => {
    const text = `${SMALLEST}    source: other
    dependsOn: [legder]
    signals: { rate: 'sum(rate(x[5m])' }
  ledger: { labels: { service_name: ledger } }
match:
  - { repository: "shop/*", service: chekout }
`;
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(/^7:13 services\.checkout\.source: there is no Prometheus source other/),
      expect.stringMatching(
        /^8:17 services\.checkout\.dependsOn\.0: there is no service legder; did you mean ledger\?/,
      ),
      expect.stringMatching(/^9:22 services\.checkout\.signals\.rate: .*ends too early.*line 1, column 16/),
      expect.stringMatching(/^12:38 match\.0\.service: there is no service chekout; did you mean checkout\?/),
    ]);
  });

  it('fills ${ENV} in values only, with a default where one is given, and reads numbers as numbers', () => {
    const text = SMALLEST.replace('services:', 'server:\n  port: ${PORT:-9000}\nservices:').replace(
      'xoxb-1',
      '"${TOKEN}"',
    );
    expect(configOf(text, { TOKEN: 'xoxb-${PORT}' })).toMatchObject({
      server: { port: 9000 },
      slack: { botToken: 'xoxb-${PORT}' },
    });
    expect(configOf(text, { TOKEN: 't', PORT: '8081' }).server.port).toBe(8081);
  });

  it('reads a secret from a file beside it, without the newline at its end', () => {
    const text = SMALLEST.replace('botToken: xoxb-1', 'botToken_file: secrets/bot');
    expect(configOf(text, {}, { 'secrets/bot': 'xoxb-2\n' }).slack.botToken).toBe('xoxb-2');
    expect(problemsOf(text)).toEqual([expect.stringMatching(/^2:39 .*the file secrets\/bot cannot be read/)]);
  });

  it('says where a file of SLOs is missing', () => {
    const text = `${SMALLEST}    slos: [ { file: slo/none.yaml } ]\n`;
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(
        /^7:\d+ services\.checkout\.slos\.0\.file: the file slo\/none\.yaml cannot be read/,
      ),
    ]);
  });

  it.each([
    ['an empty file', ''],
    ['a list', '- a\n- b\n'],
    ['a text', 'hello'],
    ['a tab for indentation', 'slack:\n\tmode: http\n'],
    ['the same key twice', `${SMALLEST}slack: {}\n`],
    ['an anchor that is not there', 'slack: *nowhere\n'],
  ])('refuses %s with a place', (_, text) => {
    const problems = problemsOf(text);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems[0]).toMatch(/^\d+:\d+ /);
  });

  it('never throws, whatever the file holds', () => {
    const yamlish = fc.array(
      fc.constantFrom(
        'a:',
        ' ',
        '\n',
        '- ',
        '{',
        '}',
        '[',
        ']',
        '"',
        "'",
        '${',
        '}',
        '&x',
        '*x',
        '|',
        '>',
        'slack',
        'services',
        ': ',
        '#',
        '\t',
        '%',
        '!',
        'é',
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          yamlish.map((parts) => parts.join('')),
        ),
        (text) => {
          readConfig(text, {});
        },
      ),
    );
  });
});
