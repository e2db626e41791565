import { z } from 'zod';
import { parseDuration } from '#domain/time.ts';
import { PRESETS } from './presets.ts';

const Length = z
  .string()
  .refine((text) => parseDuration(text) !== undefined, {
    error: 'expected a duration such as 30s, 15m, 2h or 7d',
  })
  .transform((text) => parseDuration(text) ?? 0);

const Url = z.url({ protocol: /^https?$/, error: 'expected an http(s) URL' });
const Name = z
  .string()
  .regex(/^[a-zA-Z0-9][\w.-]*$/, { error: 'expected letters, digits, dots, dashes or underscores' });
const Channel = z
  .string()
  .regex(/^(#[^\s#]+|[CGD][A-Z0-9]{8,})$/, { error: 'expected a channel such as "#payments" or its id' });
const Zone = z.string().refine(isZone, { error: 'expected an IANA time zone such as Europe/Berlin' });
const PresetName = z.enum(Object.keys(PRESETS));
const Labels = z.record(
  z.string().regex(/^[a-zA-Z_]\w*$/, { error: 'expected a Prometheus label name' }),
  z.string(),
);

const Prometheus = z.strictObject({
  url: Url.describe('Where its HTTP API answers, without /api/v1.'),
  scrapeInterval: Length.default(15_000).describe(
    'How often it scrapes; rates are taken over at least four scrapes.',
  ),
  timeout: Length.default(10_000).describe('How long a query may take.'),
  maxConcurrent: z.int().min(1).max(100).default(8).describe('Queries under way at once.'),
  headers: z
    .record(z.string(), z.string())
    .default({})
    .describe('Sent with every query, such as the tenant.'),
  basicAuth: z.strictObject({ username: z.string(), password: z.string() }).optional(),
  bearerToken: z.string().optional(),
});

const Alertmanager = z.strictObject({
  url: Url,
  timeout: Length.default(10_000),
  headers: z.record(z.string(), z.string()).default({}),
});

const Slack = z.strictObject({
  mode: z
    .enum(['socket', 'http'])
    .default('socket')
    .describe('`socket` needs no public URL; `http` is for production.'),
  botToken: z.string().min(1),
  appToken: z.string().optional().describe('For `socket` mode.'),
  signingSecret: z.string().optional().describe('For `http` mode.'),
  apiUrl: Url.optional().describe('Another Slack Web API, such as the sandbox’s.'),
  channels: z
    .strictObject({ incidents: Channel.optional(), deploys: Channel.optional(), digest: Channel.optional() })
    .default({}),
});

const Server = z.strictObject({
  host: z.string().default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(8080),
  webhookTokens: z
    .record(z.string(), z.string().min(1))
    .default({})
    .describe('One for each sender; `github` holds its HMAC secret.'),
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
  .strictObject({ file: z.string().min(1) })
  .describe('SLOs in a file of OpenSLO, Sloth or Pyrra; its path is relative to this file.');

const Slo = z.strictObject({
  name: Name,
  objective: z.number().gt(0).lt(1, { error: 'expected a share below 1, such as 0.999' }),
  window: z.union([
    z.strictObject({ rolling: Length }),
    z.strictObject({ calendar: z.enum(['week', 'month', 'quarter']) }),
  ]),
  sli: Sli,
  policy: z.strictObject({ atRisk: z.string().optional(), exhausted: z.string().optional() }).default({}),
});

const Service = z.strictObject({
  description: z.string().optional(),
  owner: z.string().optional(),
  channel: Channel.optional().describe('Where its alerts and deploys are told.'),
  tier: z.int().optional(),
  source: z.string().default('default').describe('Which Prometheus has its series.'),
  preset: PresetName.optional().describe('The convention under which it publishes its requests.'),
  histograms: z
    .enum(['classic', 'native'])
    .default('classic')
    .describe('How durations are published: in buckets, or as Prometheus’ native histograms.'),
  labels: Labels.default({}).describe('Labels that select its series.'),
  signals: z
    .partialRecord(
      z.enum(['rate', 'errorRatio', 'p50', 'p99', 'cpu', 'memory', 'restarts', 'throttling']),
      z.string(),
    )
    .default({})
    .describe('PromQL that stands in for a measure of the preset, or adds one.'),
  links: z
    .strictObject({ dashboard: Url, runbook: Url, repository: Url, traces: Url, logs: Url })
    .partial()
    .default({}),
  dependsOn: z.array(Name).default([]),
  slos: z.array(z.union([Slo, SloFile])).default([]),
  flags: z
    .array(
      z.strictObject({
        name: Name,
        label: z.string(),
        on: z.string(),
        off: z.string(),
        expected: z.number().min(0).max(1).optional(),
      }),
    )
    .default([]),
  watch: z
    .strictObject({
      before: Length.default(1_800_000),
      after: Length.default(900_000),
      warmUp: Length.default(60_000),
    })
    .prefault({}),
  panels: z
    .array(z.strictObject({ title: z.string(), query: z.string(), unit: z.string().default('short') }))
    .default([]),
});

/** The shape of bellbuoy.yaml. Unknown keys are errors. */
export const Config = z.strictObject({
  timezone: Zone.default('UTC').describe('Zone of times in pictures.'),
  theme: z.enum(['light', 'dark']).default('light'),
  prometheus: z
    .record(Name, Prometheus)
    .describe('Named sources; the one called `default` is meant where none is named.'),
  alertmanager: Alertmanager.optional(),
  slack: Slack,
  server: Server.prefault({}),
  store: z.strictObject({ path: z.string() }).default({ path: './bellbuoy.db' }),
  render: z.strictObject({ processes: z.int().min(1).max(16).default(2) }).prefault({}),
  environments: z
    .strictObject({ watched: z.array(z.string()).default(['production', 'prod']) })
    .prefault({})
    .describe('Environments whose deploys are watched; elsewhere they are recorded only.'),
  match: z
    .array(
      z.strictObject({
        repository: z.string().optional(),
        path: z.string().optional(),
        environment: z.string().optional(),
        cluster: z.string().optional(),
        application: z.string().optional(),
        service: Name,
      }),
    )
    .default([])
    .describe('Maps what senders know to a service; `*` stands for any run of characters.'),
  services: z.record(Name, Service),
});
export type Config = z.infer<typeof Config>;

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
