import type { AlertEpisode } from './alert.ts';
import type { Labels } from './series.ts';
import { templateOf } from './text-template.ts';
import type { Instant } from './time.ts';

/** Where errors are learnt of. Logs and exceptions may become sources beside alerts: a pattern is of one. */
export type ErrorSource = 'alerts';

/** What makes two errors the same one: who tells of it, under which name, and its text without what varies. */
export type ErrorSignature = {
  readonly source: ErrorSource;
  readonly name: string;
  /** Absent where no text was told. */
  readonly template?: string;
};

/** How often it occurred: ever, and in the 24 hours, 7 days and 30 days before it was asked. */
export type ErrorCounts = {
  readonly total: number;
  readonly lastDay: number;
  readonly lastWeek: number;
  readonly last30Days: number;
};

/** Occurrences in one service, of one version where it is known. */
export type ErrorVersion = {
  readonly service?: string;
  readonly version?: string;
  readonly count: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
};

/** One time that it occurred: an episode of an alert, however often that fired again. */
export type ErrorOccurrence = {
  /** The id of the episode, which may have been deleted since. */
  readonly alert: string;
  readonly service?: string;
  /** The version of the service that ran when it began, as far as deploys and metrics tell. */
  readonly version?: string;
  readonly startedAt: Instant;
  readonly resolvedAt?: Instant;
  readonly flaps: number;
  readonly incident?: string;
};

/** An error that comes again and again, with what is remembered of it. */
export type ErrorPattern = ErrorSignature & {
  readonly id: string;
  /** The text of the latest occurrence, as it came. */
  readonly example?: string;
  readonly firstAt: Instant;
  /** When it last began, or fired again. */
  readonly lastAt: Instant;
  readonly counts: ErrorCounts;
  /** By service and version, the latest first. */
  readonly versions: readonly ErrorVersion[];
  /** The version of the first occurrence. */
  readonly firstVersion?: string;
  readonly firesNow: boolean;
  /** Incidents to which occurrences belong, the newest first. */
  readonly incidents: readonly string[];
};

/** How often it occurred on a day, which begins at midnight UTC. */
export type ErrorDay = { readonly day: Instant; readonly count: number };

/** Characters of a name and of an example that are kept. */
const MOST_NAME = 500;
const MOST_EXAMPLE = 1000;

/** Alerts of a group that are asked for its text; in a storm the others say the same. */
const MOST_ASKED = 50;

/** Where a rule’s text stands, the first that is there. By all alerts of a rule the same one is filled in. */
const TEXTS = ['summary', 'description', 'message'] as const;

/** Labels that say what happened, not where: their values tell errors apart. */
const WHAT = new Set(['alertname', 'severity', 'priority', 'reason', 'error', 'exception', 'type']);

type Told = { readonly text: string; readonly values: readonly string[] };
type Telling = Pick<AlertEpisode, 'name' | 'service' | 'labels' | 'groupLabels' | 'annotations' | 'alerts'>;

/**
 * What makes an episode the same error as another: its alert’s name, and what its rule says without what varies: the text as `templateOf` gives it, the values of the
 * episode’s own labels being known to vary. So its service is left out: one pattern may cover several. Of a group whose alerts say different things it is what most of them
 * say; the order of alerts and labels does not matter.
 */
export function signatureOf(episode: Telling): ErrorSignature {
  const name = nameOf(episode);
  for (const kind of TEXTS) {
    const templates = tellings(episode, kind)
      .map(({ text, values }) => templateOf(text, values))
      .filter((one) => one !== '');
    const template = mostCommon(templates);
    if (template !== undefined) return { source: 'alerts', name, template };
  }
  return { source: 'alerts', name };
}

/** What an episode says, as it came; the same text as its signature is made of. */
export function exampleOf(episode: Telling): string | undefined {
  const told = TEXTS.flatMap((kind) => tellings(episode, kind)).find(({ text }) => text.trim() !== '');
  return told?.text.slice(0, MOST_EXAMPLE).toWellFormed().trim();
}

/** A text that two signatures have in common only if they are equal, for a digest or a map. */
export function keyOf({ source, name, template }: ErrorSignature): string {
  return JSON.stringify([source, name, template ?? null]);
}

/** A signature as people read it. */
export function wordsOf({ name, template }: Pick<ErrorSignature, 'name' | 'template'>): string {
  return template === undefined ? name : `${name}: ${template}`;
}

/** The services in which it occurred, with how often; most often first. */
export function servicesOf({
  versions,
}: Pick<ErrorPattern, 'versions'>): readonly { readonly service: string; readonly count: number }[] {
  const known = versions.flatMap(({ service, count }) => (service === undefined ? [] : { service, count }));
  return [...Map.groupBy(known, ({ service }) => service)]
    .map(([service, of]) => ({ service, count: of.reduce((sum, { count }) => sum + count, 0) }))
    .toSorted((a, b) => b.count - a.count || order(a.service, b.service));
}

/** What was kept by earlier versions may lack members. */
function nameOf({ name = 'unnamed alert' }: Partial<Telling>): string {
  return name.slice(0, MOST_NAME).toWellFormed();
}

/** The texts of a kind: the one that the whole group has in common, else that of each alert of its name. */
function tellings(episode: Partial<Telling>, kind: string): readonly Told[] {
  const { name, service = '', labels = {}, groupLabels = {}, annotations = {}, alerts = [] } = episode;
  const common = annotations[kind]?.trim() ?? '';
  const [only, another] = alerts;
  const own = another === undefined ? (only?.labels ?? {}) : {};
  if (common !== '') return [{ text: common, values: valuesOf(service, groupLabels, labels, own) }];
  return alerts
    .filter((alert) => name === undefined || (alert.labels.alertname ?? name) === name)
    .map((alert) => ({ alert, text: alert.annotations[kind]?.trim() ?? '' }))
    .filter(({ text }) => text !== '')
    .toSorted((a, b) => order(a.text, b.text) || order(a.alert.fingerprint, b.alert.fingerprint))
    .slice(0, MOST_ASKED)
    .map(({ alert, text }) => ({ text, values: valuesOf(service, groupLabels, labels, alert.labels) }));
}

function valuesOf(service: string, ...all: readonly Labels[]): readonly string[] {
  const values = all.flatMap((labels) =>
    Object.entries(labels).flatMap(([name, value]) => (WHAT.has(name) ? [] : [value])),
  );
  return service === '' ? values : [service, ...values];
}

function mostCommon(templates: readonly string[]): string | undefined {
  const counted = [...Map.groupBy(templates, (one) => one)].map(
    ([template, same]) => [template, same.length] as const,
  );
  const [best] = counted.toSorted(([a, n], [b, m]) => m - n || order(a, b));
  return best?.[0];
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
