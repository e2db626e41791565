import type { Slo } from './budget/slo.ts';
import type { RollbackWay } from './rollback-way.ts';
import type { Labels } from './series.ts';
import type { Measure, Unit } from './signal.ts';
import type { Duration } from './time.ts';

/** One condition on a label, as in a PromQL selector. */
export type Matcher = {
  readonly label: string;
  readonly op: '=' | '!=' | '=~' | '!~';
  readonly value: string;
};

/**
 * Where request metrics of one convention live. `requests` and `buckets` list the metric names under which exporters publish the
 * same thing (with and without unit suffix); the first that has series is used. With `native` histograms, `buckets` without `_bucket`
 * names them, and requests are counted by them. `errors` are the matchers that make a request a failed one.
 */
export type Preset = {
  readonly name: string;
  readonly requests: readonly string[];
  readonly errors: readonly Matcher[];
  readonly buckets: readonly string[];
  /** What a bucket boundary is measured in. */
  readonly bucketUnit: 'seconds' | 'milliseconds';
  readonly native: boolean;
  /** Further matchers that every selector of this preset carries (istio: `reporter="destination"`). */
  readonly always: readonly Matcher[];
  /** How the running version is known: a label on the series, or one on `target_info`, joined by the labels named. */
  readonly version: VersionSource;
};

export type VersionSource =
  | { readonly kind: 'label'; readonly label: string }
  | { readonly kind: 'targetInfo'; readonly label: string; readonly on: readonly string[] };

export type SaturationPreset = 'kubernetes' | 'node';

/**
 * A feature flag of a service: the metric label that carries it, and that label's values for those who have it and those who have not. `expected` is the share (0…1) of traffic that should have it
 * where no change says so; `strata` are labels by which traffic is told apart (its route), so that a mix of it turns no result.
 */
export type Flag = {
  readonly name: string;
  readonly label: string;
  readonly on: string;
  readonly off: string;
  readonly expected?: number;
  readonly strata: readonly string[];
};

/** How a deploy is watched: baseline length, watch length, the time after the start that is not judged, and how long a step is over before all of it can be read. */
export type WatchSettings = {
  readonly before: Duration;
  readonly after: Duration;
  readonly warmUp: Duration;
  readonly lag: Duration;
};

export type ExtraPanel = { readonly title: string; readonly query: string; readonly unit: Unit };

export type ServiceLinks = {
  readonly dashboard?: string;
  readonly runbook?: string;
  readonly repository?: string;
  readonly traces?: string;
  readonly logs?: string;
};

/** One service as configured. `labels` select its series; `source` names the Prometheus that has them. */
export type Service = {
  readonly name: string;
  readonly description?: string;
  readonly owner?: string;
  /** Slack id of the person or user group that is mentioned when a deploy of it degraded. */
  readonly mention?: string;
  /** Slack channel: `#name` or an id. Without one, the default channels are used. */
  readonly channel?: string;
  readonly tier?: number;
  readonly links: ServiceLinks;
  /** How the version before a degraded deploy is put back. */
  readonly rollback?: RollbackWay;
  readonly source: string;
  readonly labels: Labels;
  readonly preset?: Preset;
  /** PromQL that stands in for a measure of the preset or adds one (saturation); `$__rate_interval` is filled in. */
  readonly overrides: Readonly<Partial<Record<Measure, string>>>;
  readonly dependsOn: readonly string[];
  readonly slos: readonly Slo[];
  readonly flags: readonly Flag[];
  readonly panels: readonly ExtraPanel[];
  readonly watch: WatchSettings;
};

/** What senders know of the service that an event is about. */
export type Hints = {
  readonly service?: string;
  readonly repository?: string;
  readonly path?: string;
  readonly environment?: string;
  readonly cluster?: string;
  readonly application?: string;
  readonly labels?: Labels;
};

/** Maps what a sender knows to a service. Every field given must be equal; `*` in a value stands for any run of characters. */
export type MatchRule = { readonly when: Omit<Hints, 'service' | 'labels'>; readonly service: string };

/** How incidents are worked on. */
export type IncidentSettings = {
  /** What the names of their own channels begin with; absent where each is worked on in its thread. */
  readonly channelPrefix?: string;
  /** People are asked for an update after so long without one. */
  readonly nudgeAfter: Duration;
  /** Ids of the user groups whose people may change incidents; empty: everybody may who may ask. */
  readonly responders: readonly string[];
};

/** When digests are told, as cron expressions (five fields) on the clocks of the configured zone; teams by the owner that services name. */
export type DigestSettings = {
  readonly schedule: string;
  readonly teams: Readonly<Record<string, { readonly channel: string; readonly schedule?: string }>>;
};

/** Everything that is known of the services, as one value; a reload replaces it whole. */
export type Catalog = {
  readonly services: readonly Service[];
  readonly rules: readonly MatchRule[];
  /** Environments whose deploys are watched; deploys elsewhere are recorded only. */
  readonly watchedEnvironments: readonly string[];
  /** A page that nobody acknowledged within this time is reminded of, once. */
  readonly remindAfter: Duration;
  readonly zone: string;
  readonly incidents: IncidentSettings;
  readonly digests?: DigestSettings;
  /** Whether deploys are marked in Grafana. */
  readonly annotates?: boolean;
  /** Whether another program is told of agent tasks. */
  readonly pushesTasks?: boolean;
  readonly theme: 'light' | 'dark';
  /** Where people open pages; absent where nothing is to link to them. */
  readonly pagesUrl?: string;
  readonly channels: { readonly incidents?: string; readonly deploys?: string; readonly digest?: string };
};

/** Labels by which alerts commonly name their service, closest first. */
const SERVICE_LABELS = ['service', 'service_name', 'app', 'app_kubernetes_io_name', 'job'] as const;

export function findService(catalog: Catalog, name: string): Service | undefined {
  return catalog.services.find((service) => service.name === name);
}

/**
 * Finds the service that an event is about: by its name, by a match rule, by the sender’s name of the application, by the labels that select a service, then by the
 * labels that commonly name one. `undefined` when nothing fits; such events are kept and shown as unmatched.
 */
export function resolveService(catalog: Catalog, hints: Hints): Service | undefined {
  return (
    (hints.service === undefined ? undefined : findService(catalog, hints.service)) ??
    byRule(catalog, hints) ??
    (hints.application === undefined ? undefined : findService(catalog, hints.application)) ??
    bySelectingLabels(catalog, hints.labels ?? {}) ??
    byNamingLabels(catalog, hints.labels ?? {})
  );
}

function byRule(catalog: Catalog, hints: Hints): Service | undefined {
  const rule = catalog.rules.find(({ when }) =>
    Object.entries(when).every(([key, pattern]) => fits(pattern, hints[key as keyof typeof when])),
  );
  return rule === undefined ? undefined : findService(catalog, rule.service);
}

function fits(pattern: string | undefined, value: string | undefined): boolean {
  if (pattern === undefined) return true;
  if (value === undefined) return false;
  const source = pattern.split('*').map(escapeRegExp).join('.*');
  return new RegExp(`^${source}$`, 's').test(value);
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function bySelectingLabels(catalog: Catalog, labels: Labels): Service | undefined {
  return catalog.services
    .filter(({ labels: selecting }) => {
      const entries = Object.entries(selecting);
      return entries.length > 0 && entries.every(([name, value]) => labels[name] === value);
    })
    .toSorted((a, b) => Object.keys(b.labels).length - Object.keys(a.labels).length)[0];
}

function byNamingLabels(catalog: Catalog, labels: Labels): Service | undefined {
  for (const label of SERVICE_LABELS) {
    const value = labels[label];
    const service = value === undefined ? undefined : findService(catalog, value);
    if (service !== undefined) return service;
  }
  return undefined;
}
