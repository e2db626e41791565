import { z } from 'zod';
import type { Slo } from '#domain/budget/slo.ts';
import { areProxies } from '#runtime/client-address.ts';
import { Digest } from './digest.ts';
import { Pages } from './pages.ts';
import { PRESETS } from './presets.ts';
import { SloFile, WrittenSlo } from './slo/shape.ts';
import { Channel, Labels, Length, Name, RollbackLink, Url, Zone } from './values.ts';

const PresetName = z.enum(Object.keys(PRESETS));
/** Units of extra panels, in the words of the pictures. */
const UNITS = ['perSecond', 'ratio', 'seconds', 'bytes', 'cores', 'count', 'short'] as const;

const Prometheus = z.strictObject({
  url: Url.describe('Where its HTTP API answers, without /api/v1.'),
  scrapeInterval: Length.prefault('15s').describe(
    'How often it scrapes; rates are taken over at least four scrapes.',
  ),
  timeout: Length.prefault('10s').describe('How long a query may take.'),
  maxConcurrent: z.int().min(1).max(100).default(8).describe('Queries under way at once.'),
  headers: z
    .record(z.string(), z.string())
    .default({})
    .describe('Sent with every query, such as the tenant.'),
  basicAuth: z
    .strictObject({
      username: z.string().describe('For basic authentication.'),
      password: z.string().describe('Its password.'),
    })
    .optional(),
  bearerToken: z.string().optional().describe('For bearer authentication.'),
  ca: z.string().optional().describe('Certificate authority of its TLS, as PEM; `ca_file` names a file.'),
});

const Alertmanager = z.strictObject({
  url: Url.describe('Where its API answers, without /api/v2; for silences by button.'),
  timeout: Length.prefault('10s').describe('How long a request may take.'),
  headers: z.record(z.string(), z.string()).default({}).describe('Sent with every request.'),
  reconcile: z
    .boolean()
    .default(true)
    .describe(
      'Whether open alerts are compared with what it has, to find resolutions that never arrived; `false` where other Alertmanagers send here too.',
    ),
});

const Grafana = z.strictObject({
  url: Url.describe('Where it answers, without /api; deploys are marked there as annotations.'),
  token: z.string().min(1).describe('Token of a service account with the role Editor.'),
  timeout: Length.prefault('10s').describe('How long a request may take.'),
  headers: z.record(z.string(), z.string()).default({}).describe('Sent with every request.'),
  ca: z.string().optional().describe('Certificate authority of its TLS, as PEM; `ca_file` names a file.'),
});

const Slack = z.strictObject({
  mode: z
    .enum(['socket', 'http'])
    .default('socket')
    .describe('`socket` needs no public URL; `http` is for production.'),
  botToken: z.string().min(1).describe('The bot’s token, xoxb-….'),
  appToken: z.string().optional().describe('For `socket` mode: the app-level token, xapp-….'),
  signingSecret: z.string().optional().describe('For `http` mode: with it Slack signs its requests.'),
  apiUrl: Url.optional().describe('Another Slack Web API, such as the sandbox’s.'),
  channels: z
    .strictObject({
      incidents: Channel.optional().describe('Where alerts go whose service names no channel.'),
      deploys: Channel.optional().describe('Where deploys go whose service names no channel.'),
      digest: Channel.optional().describe('Where the weekly digest goes.'),
    })
    .default({}),
  allow: z
    .strictObject({
      guests: z.boolean().default(false).describe('Whether guests of the workspace get answers.'),
      workspaces: z
        .array(
          z.string().regex(/^[TE][A-Z0-9]{8,}$/, { error: 'expected a workspace’s id, such as T024BE7LD' }),
        )
        .default([])
        .describe('Other workspaces, by id, whose people get answers in shared channels.'),
      groups: z
        .array(
          z.string().regex(/^S[A-Z0-9]{8,}$/, { error: 'expected a user group’s id, such as S0615G0KT' }),
        )
        .default([])
        .describe('User groups, by id: where named, only their members get answers.'),
      channels: z
        .array(Channel)
        .default([])
        .describe('Channels: where named, answers are given only in them.'),
    })
    .prefault({})
    .describe('Who gets answers. Alerts and deploys are told in their channels whoever reads them.'),
});

const Token = z.string().min(1).optional();

const LabelName = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'the name of a label, as Prometheus has it');

const Server = z.strictObject({
  host: z.string().default('127.0.0.1').describe('Address to listen on.'),
  port: z
    .int()
    .min(0)
    .max(65_535)
    .default(8080)
    .describe('Port of webhooks, Slack’s requests, health and metrics; 0 takes a free one.'),
  webhookTokens: z
    .strictObject({
      alertmanager: Token.describe('Bearer token of Alertmanager.'),
      argocd: Token.describe('Bearer token of Argo CD’s notifications.'),
      cdevents: Token.describe('Bearer token of whatever sends CDEvents.'),
      deploy: Token.describe('Bearer token of other tools, at `/webhooks/deploy`.'),
      flags: Token.describe(
        'Bearer token of whatever tells changes of feature flags, or the secret with which it signs.',
      ),
      flux: Token.describe('HMAC key of Flux’s `generic-hmac` provider, or a bearer token.'),
      github: Token.describe('Secret with which GitHub signs.'),
      gitlab: Token.describe('Secret token that GitLab sends.'),
      grafana: Token.describe('Bearer token of Grafana’s contact point.'),
    })
    .default({})
    .describe('One for each sender; without one its path refuses everything.'),
  apiTokens: z
    .array(
      z.strictObject({
        name: Name.describe('Whose it is.'),
        token: z
          .string()
          .regex(/^[!-~]+$/, { error: 'expected a token of printable ASCII characters without spaces' })
          .describe('Sent as `Authorization: Bearer …`; `token_file` names a file.'),
        scopes: z
          .array(z.enum(['read', 'write', 'tasks', 'audit']))
          .min(1, { error: 'expected at least one of: read, write, tasks, audit' })
          .describe('What it may do; none includes another.'),
      }),
    )
    .default([])
    .describe('Who may use the REST API and MCP; without one they refuse everything.'),
  rateLimit: z
    .strictObject({
      perMinute: z
        .int()
        .min(1)
        .max(1_000_000)
        .default(600)
        .describe('Requests that each token may make in a minute, in the long run.'),
      burst: z.int().min(1).max(1_000_000).default(100).describe('Requests that it may make at once.'),
      failures: z
        .int()
        .min(1)
        .max(1_000_000)
        .default(30)
        .describe('Wrong or missing tokens in a minute after which an address is not heard for a while.'),
    })
    .prefault({})
    .describe('How often machines may ask over REST and MCP.'),
  names: z
    .array(
      z.string().regex(/^(\[[0-9a-f:.]+\]|[a-z0-9_-]+(\.[a-z0-9_-]+)*)$/i, {
        error: 'expected a host name or an address without port, such as bellbuoy.example.com',
      }),
    )
    .default([])
    .describe(
      'Names under which MCP may be asked (headers Host and Origin), besides localhost, 127.0.0.1, [::1] and `host`: what stands before this server, such as a proxy, has its name here.',
    ),
  trustedProxies: z
    .array(z.string())
    .default([])
    .refine(areProxies, {
      error: 'expected addresses, networks such as 10.0.0.0/8, or loopback, linklocal, uniquelocal',
    })
    .describe(
      'Proxies before this server, whose `X-Forwarded-For` is believed: addresses, networks such as `10.0.0.0/8`, or `loopback`, `linklocal`, `uniquelocal`.',
    ),
  loopbackScopes: z
    .array(z.enum(['read', 'write', 'tasks', 'audit']))
    .default([])
    .describe(
      'What programs on this machine may do over REST and MCP without a token, for trying; only where `host` is a loopback address.',
    ),
  taskWebhook: z
    .strictObject({
      url: Url.describe(
        'It gets each task that can be claimed, by POST; docs/agent-tasks.md says what to verify.',
      ),
      secret: z
        .string()
        .regex(/^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, {
          error: 'expected `whsec_` and base64, as `echo whsec_$(openssl rand -base64 32)` prints it',
        })
        .refine((text) => Buffer.from(text.slice(6), 'base64').length >= 24, {
          error: 'expected at least 24 bytes in base64',
        })
        .describe(
          'Signs them (Standard Webhooks): `whsec_` and 24 or more bytes in base64; `secret_file` names a file.',
        ),
      timeout: Length.prefault('10s').describe('How long a request may take.'),
    })
    .optional()
    .describe('Another program that is told of tasks for agents.'),
});

const Service = z.strictObject({
  description: z.string().optional().describe('One sentence for people.'),
  owner: z.string().optional().describe('The team that owns it.'),
  mention: z
    .string()
    .regex(/^[USW][A-Z0-9]{5,}$/, 'a Slack id of a person (U…, W…) or of a user group (S…)')
    .optional()
    .describe(
      'Slack id of the person (`U…`) or user group (`S…`) that is mentioned when a deploy of it degraded.',
    ),
  channel: Channel.optional().describe('Where its alerts and deploys are told.'),
  tier: z.int().optional().describe('1 for what matters most.'),
  source: z.string().default('default').describe('Which Prometheus has its series.'),
  preset: PresetName.optional().describe('The convention under which it publishes its requests.'),
  histograms: z
    .enum(['classic', 'native'])
    .default('classic')
    .describe('How durations are published: in buckets, or as Prometheus’ native histograms.'),
  labels: Labels.default({}).describe('Labels that select its series.'),
  saturation: z
    .strictObject({
      preset: z
        .enum(['kubernetes', 'node'])
        .describe('Whose metrics: cAdvisor and kube-state-metrics, or the node exporter.'),
      labels: Labels.describe('Regular expressions that select its containers or machines.'),
    })
    .optional()
    .describe('CPU, memory, restarts and throttling of what serves it, as a fourth row of its panels.'),
  signals: z
    .partialRecord(
      z.enum(['rate', 'errorRatio', 'p50', 'p99', 'cpu', 'memory', 'restarts', 'throttling']),
      z.string(),
    )
    .default({})
    .describe('PromQL that stands in for a measure of the preset, or adds one.'),
  links: z
    .strictObject({
      ...{ dashboard: Url, runbook: Url, repository: Url, traces: Url, logs: Url },
      rollback: RollbackLink.describe(
        'Where a deploy is rolled back, for the button under a degraded one; `{service}`, `{version}`, `{previousVersion}` and `{environment}` are filled in.',
      ),
    })
    .partial()
    .default({}),
  rollback: z
    .strictObject({
      webhook: Url.describe('Who is asked to roll back, by a POST, when somebody presses _Open rollback_.'),
      token: z.string().min(1).optional().describe('Its bearer token.'),
      timeout: Length.prefault('10s').describe('How long its answer is waited for.'),
    })
    .optional()
    .describe('Instead of `links.rollback`: another system is asked for the rollback.'),
  dependsOn: z
    .array(Name)
    .default([])
    .describe('Services that it needs; their deploys are among likely causes.'),
  slos: z.array(z.union([WrittenSlo, SloFile])).default([]),
  flags: z
    .array(
      z.strictObject({
        name: Name.describe('The flag’s name.'),
        label: LabelName.describe('The metric label that carries it.'),
        on: z.string().describe('The label’s value where it is on.'),
        off: z.string().describe('The label’s value where it is off.'),
        expected: z
          .number()
          .min(0)
          .max(1)
          .optional()
          .describe('Share of traffic that should have it, where no change of it says so.'),
        stratify: z
          .array(LabelName)
          .default([])
          .describe(
            'Labels by which its traffic is told apart, such as `http_route`: a mix of routes then turns no result.',
          ),
      }),
    )
    .default([]),
  watch: z
    .strictObject({
      before: Length.prefault('30m').describe('Length of the baseline, before the rollout began.'),
      after: Length.prefault('15m').describe('How long a deploy is watched; five scrape intervals at least.'),
      warmUp: Length.prefault('1m').describe('Time after the rollout that is not looked at.'),
    })
    .prefault({}),
  panels: z
    .array(
      z.strictObject({
        title: z.string().describe('Its name, with the unit.'),
        query: z.string().describe('PromQL; `$__rate_interval` is filled in.'),
        unit: z.enum(UNITS).default('short').describe('How its figures are written.'),
      }),
    )
    .default([]),
});

/** The shape of bellbuoy.yaml. Unknown keys are errors. */
export const Config = z.strictObject({
  timezone: Zone.default('UTC').describe('Zone of times in pictures.'),
  theme: z.enum(['light', 'dark']).default('light').describe('Of pictures.'),
  prometheus: z
    .record(Name, Prometheus)
    .describe('Named sources; the one called `default` is meant where none is named.'),
  alertmanager: Alertmanager.optional(),
  grafana: Grafana.optional(),
  slack: Slack,
  server: Server.prefault({}),
  store: z
    .strictObject({
      path: z.string().default('./bellbuoy.db').describe('The SQLite file; created when it is not there.'),
    })
    .prefault({}),
  alerts: z
    .strictObject({
      remindAfter: Length.prefault('10m').describe(
        'A page that nobody has acknowledged by then is reminded of in its channel, once.',
      ),
    })
    .prefault({}),
  incidents: z
    .strictObject({
      ownChannels: z
        .boolean()
        .default(false)
        .describe('Whether each incident gets a channel of its own; otherwise its thread is the place.'),
      channelPrefix: z
        .string()
        .regex(/^[a-z0-9_-]{1,20}$/, {
          error: 'expected up to 20 lower-case letters, digits, dashes or underscores',
        })
        .default('inc-')
        .describe('What the names of those channels begin with.'),
      nudgeAfter: Length.prefault('30m').describe(
        'People are asked for an update after so long without one; then after twice as long, up to a day.',
      ),
      responders: z
        .array(z.string().regex(/^S[A-Z0-9]{5,}$/, 'the id of a Slack user group (S…)'))
        .default([])
        .describe(
          'User groups whose people may change the severity, status and roles of incidents; everybody may where none is named. Declaring and adding to the timeline is open to all who may ask.',
        ),
    })
    .prefault({})
    .describe('How incidents are worked on.'),
  digest: Digest,
  pages: Pages,
  retention: Length.prefault('90d').describe(
    'How long events, messages, snapshots, digests and recovery plans are kept; alerts and deploys stay.',
  ),
  render: z
    .strictObject({ processes: z.int().min(1).max(16).default(2).describe('Processes that draw pictures.') })
    .prefault({}),
  environments: z
    .strictObject({
      watched: z
        .array(z.string())
        .default(['production', 'prod'])
        .describe('Their names, as senders write them.'),
    })
    .prefault({})
    .describe('Environments whose deploys are watched; elsewhere they are recorded only.'),
  deploys: z
    .strictObject({
      unannounced: z
        .boolean()
        .default(true)
        .describe(
          'Whether a new version that the metrics show and nobody announces within five minutes is a deploy; read at the start.',
        ),
    })
    .prefault({}),
  match: z
    .array(
      z.strictObject({
        repository: z.string().optional().describe('Such as `acme/checkout`.'),
        path: z.string().optional().describe('A folder of a repository with several services.'),
        environment: z.string().optional().describe('Such as `production`.'),
        cluster: z.string().optional().describe('Such as `eu-1`.'),
        application: z.string().optional().describe('The name that a deployment tool has for it.'),
        service: Name.describe('The service that is meant.'),
      }),
    )
    .default([])
    .describe('Maps what senders know to a service; `*` stands for any run of characters.'),
  services: z.record(Name, Service),
});
/** The file as it was read; `imported` are the SLOs of the files that it names, by service, and `notices` what is not honoured in these. */
export type Config = z.infer<typeof Config> & {
  readonly imported?: Readonly<Record<string, readonly Slo[]>>;
  readonly notices?: readonly string[];
};
