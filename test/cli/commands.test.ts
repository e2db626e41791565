import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '#cli/program.ts';
import { readConfig } from '#config/load.ts';
import { type SlackStandIn, startSlack } from '#sandbox/slack/server.ts';
import { SCOPES } from '#slack/manifest.ts';
import { fleetOf, openMetricsOf } from '../telemetry/fleet.ts';
import { type RealPrometheus, startPrometheusWith } from '../telemetry/real-prometheus.ts';

let folder: string;
let prometheus: RealPrometheus;
let slack: SlackStandIn;
const services = fleetOf(6);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellbuoy-cli-'));
  prometheus = await startPrometheusWith(openMetricsOf(services, Date.now() - (Date.now() % 15_000)));
  slack = await startSlack({
    port: 0,
    botToken: 'xoxb-test',
    signingSecret: 's',
    scopes: Object.keys(SCOPES).filter((scope) => scope !== 'files:read'),
    channels: ['incidents', 'deploys'],
    notIn: ['deploys'],
    people: [{ name: 'rae', realName: 'Rae', tz: 'UTC' }],
    fileReadyDelay: { min: 0, max: 0 },
    seed: 1,
  });
}, 60_000);
afterAll(async () => {
  await prometheus.close();
  await slack.close();
  await rm(folder, { recursive: true, force: true });
});

const PYRRA = `apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: { name: api }
spec:
  target: "99"
  window: 4w
  indicator: { ratio: { errors: { metric: e }, total: { metric: t }, grouping: [code] } }
`;

/** Runs a command as from a shell; gives its exit status and what it said. */
async function bellbuoy(...argv: string[]): Promise<{ status: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const status = await run(argv, { out: (line) => out.push(line), err: (line) => err.push(line) });
  return { status, out: out.join('\n'), err: err.join('\n') };
}

describe('bellbuoy', () => {
  it.each(['start', 'check', 'init', 'schema', 'manifest', 'event', 'query', 'migrate', 'backup'])(
    '%s --help ends well and shows an example',
    async (command) => {
      const { status, out } = await bellbuoy(command, '--help');
      expect(status).toBe(0);
      expect(out).toContain(`Example: bellbuoy ${command}`);
    },
  );

  it('refuses what it does not know with status 2 and one line', async () => {
    const { status, err } = await bellbuoy('frobnicate');
    expect(status).toBe(2);
    expect(err).toMatch(/unknown command 'frobnicate'/);
  });
});

describe('bellbuoy init', () => {
  it('writes a configuration of the services that have metrics, which passes the check', async () => {
    const file = join(folder, 'found.yaml');
    const { status, out } = await bellbuoy('init', '--prometheus', prometheus.url, '--out', file);
    expect(status).toBe(0);
    expect(out).toContain('6 services found');
    const loaded = readConfig(await readFile(file, 'utf8'), {});
    expect(loaded.ok ? Object.keys(loaded.config.services) : loaded.problems).toEqual([
      'svc-0',
      'svc-1',
      'svc-2',
      'svc-3',
      'svc-4',
      'svc-5',
    ]);
    expect(loaded.ok && loaded.config.services['svc-4']).toMatchObject({ preset: 'prometheus-http' });
  });

  it('never overwrites a file, and says what is wrong with an address', async () => {
    const file = join(folder, 'mine.yaml');
    await writeFile(file, 'mine');
    expect((await bellbuoy('init', '--prometheus', prometheus.url, '--out', file)).status).toBe(2);
    expect(await readFile(file, 'utf8')).toBe('mine');
    expect((await bellbuoy('init', '--prometheus', 'nonsense', '--out', join(folder, 'x'))).status).toBe(2);
    const gone = await bellbuoy('init', '--prometheus', 'http://127.0.0.1:9', '--out', join(folder, 'x'));
    expect(gone).toMatchObject({ status: 1, err: expect.stringMatching(/could not be reached/) });
  });
});

describe('bellbuoy check', () => {
  const config = (more: string) => `prometheus: { default: { url: "${prometheus.url}" } }
slack: { mode: socket, botToken: xoxb-test, appToken: xapp-1, apiUrl: "${slack.url}api/", channels: { incidents: "#incidents", deploys: "#deploys" } }
alertmanager: { url: "http://127.0.0.1:9" }
services:
  here: { preset: otel-http, labels: { service_name: svc-0 } }
${more}`;

  it('tells every mistake as file:line:column and ends with 1', async () => {
    const file = join(folder, 'bad.yaml');
    await writeFile(file, config('  there: { presett: x }\n'));
    const { status, err } = await bellbuoy('check', '--config', file);
    expect(status).toBe(1);
    expect(err).toMatch(/bad\.yaml:6:12 services\.there\.presett: unknown key; did you mean preset\?/);
  });

  it('notes each field of SLO files that is not honoured, with its place', async () => {
    const file = join(folder, 'noted.yaml');
    await writeFile(file, config('  there: { slos: [{ file: pyrra.yaml }] }\n'));
    await writeFile(join(folder, 'pyrra.yaml'), PYRRA);
    const { status, out, err } = await bellbuoy('check', '--config', file);
    expect(status).toBe(0);
    expect(out).toMatch(/there +PromQL only/);
    const note =
      'pyrra.yaml:7:80 spec.indicator.ratio.grouping: not one budget for each code; all are counted as one';
    expect(err).toBe(`note: ${note}`);
    const told = await bellbuoy('check', '--config', file, '--json');
    expect(JSON.parse(told.out)).toMatchObject({ ok: true, notices: [note] });
    expect(told.err).toBe('');
  });

  it('with --online tells what works and what does not, and what to do', async () => {
    const file = join(folder, 'online.yaml');
    await writeFile(file, config('  there: { preset: otel-http, labels: { service_name: nobody } }\n'));
    const { status, out } = await bellbuoy('check', '--config', file, '--online');
    expect(status).toBe(1);
    expect(out).toMatch(/works +Slack token +bellbuoy in Sandbox/);
    expect(out).toMatch(/FAILS +Slack scope files:read +missing; needed by files.info/);
    expect(out).toMatch(/works +channel #incidents/);
    expect(out).toMatch(/FAILS +channel #deploys .*\/invite @bellbuoy/);
    expect(out).toMatch(/works +Prometheus default/);
    expect(out).toMatch(/works +service here/);
    expect(out).toMatch(/FAILS +service there +no series for \{"service_name":"nobody"\}/);
    expect(out).toMatch(/FAILS +Alertmanager/);
    expect(out).not.toContain('xoxb-test');
  });
});

describe('bellbuoy manifest', () => {
  it('prints what Slack takes, for Socket Mode without any address', async () => {
    const { out } = await bellbuoy('manifest');
    const manifest = JSON.parse(out);
    expect(manifest.settings.socket_mode_enabled).toBe(true);
    expect(JSON.stringify(manifest)).not.toContain('request_url');
  });

  it('wants the https address for HTTP mode', async () => {
    expect((await bellbuoy('manifest', '--mode', 'http')).status).toBe(2);
    const { out } = await bellbuoy('manifest', '--mode', 'http', '--url', 'https://bb.example.com/');
    expect(out).toContain('"request_url": "https://bb.example.com/slack/events"');
  });
});

describe('bellbuoy query', () => {
  it('prints the table and draws the chart', async () => {
    const file = join(folder, 'chart.png');
    const { status, out } = await bellbuoy(
      'query',
      'sum by (app) (rate(custom_requests_total[1m])) or vector(3)',
      '--prometheus',
      prometheus.url,
      '--out',
      file,
    );
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ kind: 'query', rows: [{ last: 3 }] });
    expect((await readFile(file)).subarray(1, 4).toString()).toBe('PNG');
  });
});

describe('bellbuoy event', () => {
  it('prints what a body becomes, and what is wrong with one that is none', async () => {
    const file = join(folder, 'deploy.json');
    await writeFile(file, JSON.stringify({ service: 'checkout', version: 'v1', at: '2026-11-24T10:00:00Z' }));
    const { status, out } = await bellbuoy('event', '--source', 'deploy', file);
    expect(status).toBe(0);
    expect(JSON.parse(out).events[0].event).toMatchObject({
      type: 'deployReport',
      version: 'v1',
      environment: 'production',
    });
    await writeFile(file, JSON.stringify({ service: 'checkout' }));
    expect(await bellbuoy('event', '--source', 'deploy', file)).toMatchObject({
      status: 1,
      err: expect.stringContaining('version'),
    });
    expect((await bellbuoy('event', '--source', 'nobody', file)).status).toBe(2);
  });
});
