import { z } from 'zod';
import type { Slo } from '#domain/budget/slo.ts';
import { isLocalTime } from '#domain/budget/window.ts';
import { ROLLBACK_PLACEHOLDERS, unknownPlaceholders } from '#domain/rollback-way.ts';
import { parseDuration } from '#domain/time.ts';
import { PRESETS } from './presets.ts';

const Length = z
  .string()
  .refine((text) => parseDuration(text) !== undefined, {
    error: 'expected a duration such as 30s, 15m, 2h or 7d',
  })
  .transform((text) => parseDuration(text) ?? 0);

const Url = z.url({ protocol: /^https?$/, error: 'expected an http(s) URL' });
/** What a deploy calls itself must not decide whom the address belongs to. */
const RollbackLink = Url.superRefine((url, context) => {
  if (/^[a-z]+:\/\/[^/?#]*\{/i.test(url)) context.addIssue('placeholders belong behind the host');
  for (const name of unknownPlaceholders(url))
    context.addIssue(
      `there is no placeholder {${name}}; known: ${ROLLBACK_PLACEHOLDERS.map((known) => `{${known}}`).join(', ')}`,
    );
});
const Name = z
  .string()
  .regex(/^[a-zA-Z0-9][\w.-]*$/, { error: 'expected letters, digits, dots, dashes or underscores' });
const Channel = z
  .string()
  .regex(/^(#[^\s#]+|[CGD][A-Z0-9]{8,})$/, { error: 'expected a channel such as "#payments" or its id' });
const Zone = z.string().refine(isZone, { error: 'expected an IANA time zone such as Europe/Berlin' });
const PresetName = z.enum(Object.keys(PRESETS));
/** Units of extra panels, in the words of the pictures. */
const UNITS = ['perSecond', 'ratio', 'seconds', 'bytes', 'cores', 'count', 'short'] as const;
const Labels = z.record(
  z.string().regex(/^[a-zA-Z_]\w*$/, { error: 'expected a Prometheus label name' }),
  z.string(),
);

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
      flags: Token.describe('Reserved for feature flags.'),
      flux: Token.describe('HMAC key of Flux’s `generic-hmac` provider, or a bearer token.'),
      github: Token.describe('Secret with which GitHub signs.'),
      gitlab: Token.describe('Secret token that GitLab sends.'),
      grafana: Token.describe('Reserved for Grafana alerting.'),
    })
    .default({})
    .describe('One for each sender; without one its path refuses everything.'),
});

const Sli = z.union([
  z.strictObject({
    events: z.union([
      z.strictObject({ bad: z.string(), total: z.string() }),
      z.strictObject({ good: z.string(), total: z.string() }),
    ]),
  }),
  z.strictObject({ latency: z.strictObject({ histogram: z.string(), threshold: Length }) }),
  z.strictObject({ ratio: z.string() }),
  z.strictObject({ up: z.string() }),
]);

const SloFile = z
  .strictObject({
    file: z.string().min(1),
    window: z
      .strictObject({ rolling: Length })
      .optional()
      .describe('The period of files that name none (Sloth’s); 30d without it.'),
  })
  .describe('SLOs in a file of OpenSLO, Sloth or Pyrra; its path is relative to this file.');

const Method = z
  .union([
    z.literal('occurrences'),
    z.strictObject({
      timeslices: z.strictObject({
        slice: Length.describe('Length of a slice, such as 1m.'),
        target: z
          .number()
          .gt(0)
          .lte(1)
          .describe('Share of good events that a slice must reach; else it is lost whole.'),
      }),
    }),
    z.strictObject({ downtime: z.strictObject({ slice: Length.prefault('1m') }) }),
  ])
  .default('occurrences')
  .describe('How bad events become lost minutes.');

const OwnAlert = z
  .union([
    z.boolean(),
    z.strictObject({
      labels: Labels.optional().describe('Labels of alerts of this kind alone.'),
      annotations: Labels.optional().describe('Annotations of alerts of this kind alone.'),
    }),
  ])
  .default(true);

const WrittenSlo = z.strictObject({
  name: Name.describe('What it is called.'),
  description: z.string().optional().describe('One sentence for people.'),
  objective: z
    .number()
    .gt(0)
    .lt(1, { error: 'expected a share below 1, such as 0.999' })
    .describe('Share of good events to reach.'),
  window: z
    .union([
      z.strictObject({ rolling: Length }),
      z.strictObject({
        calendar: z.enum(['day', 'week', 'month', 'quarter', 'year']),
        count: z.int().min(1).default(1).describe('Of so many periods together.'),
        from: z
          .string()
          .regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?)?$/, {
            error: 'expected a local time such as 2026-01-01T00:00:00',
          })
          .refine(isLocalTime, { error: 'there is no such day or time' })
          .optional()
          .describe('When a period began, where it is not the calendar’s own.'),
      }),
    ])
    .describe('What the budget is counted over.'),
  timezone: Zone.optional().describe('Zone of a calendar window, where it is not that of the file.'),
  method: Method,
  sli: Sli.describe('What counts as good or bad.'),
  absent: z
    .enum(['unknown', 'bad', 'good'])
    .default('unknown')
    .describe('What it means when no series are there: `unknown` lets last week’s traffic decide.'),
  policy: z
    .strictObject({
      atRisk: z.string().optional().describe('What to do when the budget is at risk.'),
      exhausted: z.string().optional().describe('What to do when it is spent.'),
    })
    .default({}),
  alerts: z
    .strictObject({
      page: OwnAlert.describe('Whether fast burning pages, or what such alerts carry besides.'),
      ticket: OwnAlert.describe('Whether slow burning makes a ticket, or what such alerts carry besides.'),
      name: z.string().min(1).optional().describe('What both alerts are called in generated rules.'),
      labels: Labels.optional().describe('Labels that both alerts carry.'),
      annotations: Labels.optional().describe('Annotations that both alerts carry.'),
    })
    .prefault({})
    .describe('Burn alerts, here and in generated rules.'),
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
        label: z.string().describe('The metric label that carries it.'),
        on: z.string().describe('The label’s value where it is on.'),
        off: z.string().describe('The label’s value where it is off.'),
        expected: z.number().min(0).max(1).optional().describe('Share of traffic that should have it.'),
      }),
    )
    .default([]),
  watch: z
    .strictObject({
      before: Length.prefault('30m').describe('Length of the baseline, before the rollout began.'),
      after: Length.prefault('15m').describe('How long a deploy is watched.'),
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
  retention: Length.prefault('90d').describe(
    'How long events, messages and snapshots are kept; alerts and deploys stay.',
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

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
