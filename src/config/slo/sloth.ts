import type { z } from 'zod';
import type { Alerting, Slo, SloWindow } from '#domain/budget/slo.ts';
import { present } from '#domain/optional.ts';
import { selector } from '#promql/quote.ts';
import { countedBy, fillerOf } from '#promql/rates.ts';
import { type Item, type Path, type Remarks, readItem } from './documents.ts';
import type { Imported } from './import.ts';
import { type Indicated, indicated, ratioSli, shareOf, windowedPromql } from './queries.ts';
import { type Alert, type Labels, PrometheusV1, ServiceLevel } from './sloth-shapes.ts';

type Alerts = z.infer<typeof Alert>;

/** Both forms alike, with the names that their fields have in the file. */
type Written = {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly objective: number;
  readonly hasPlugins: boolean;
  readonly events?: { readonly error: string; readonly total: string };
  readonly raw?: string;
  readonly plugin: boolean;
  /** Of the file and of the SLO: Sloth puts them on the series that its alerts look at. */
  readonly labels: readonly z.infer<typeof Labels>[];
  readonly alerting: {
    readonly name: string;
    readonly labels: z.infer<typeof Labels>;
    readonly annotations: z.infer<typeof Labels>;
    readonly page: Alerts;
    readonly ticket: Alerts;
  };
  readonly keys: Keys;
};

type Keys = { readonly error: string; readonly total: string; readonly raw: string; readonly root: Path };

/** SLOs of Sloth’s file; `window` is the period that Sloth is run with. */
export function slothSlos(item: Item, window: SloWindow, remarks: Remarks): readonly Imported[] {
  const file = readItem(item, PrometheusV1, remarks);
  if (file === undefined) return [];
  if (file.slo_plugins) remarks.notices.push(item.at(['slo_plugins'], NO_PLUGINS));
  const keys = { error: 'error_query', total: 'total_query', raw: 'error_ratio_query', root: ['slos'] };
  return file.slos.flatMap(({ sli: { events, raw, plugin }, alerting, ...slo }, i) =>
    sloOf(
      {
        ...{ name: slo.name, description: slo.description, objective: slo.objective, keys },
        ...(events ? { events: { error: events.error_query, total: events.total_query } } : {}),
        ...(raw ? { raw: raw.error_ratio_query } : {}),
        ...{ plugin: Boolean(plugin), hasPlugins: Boolean(slo.plugins) },
        labels: [file.labels, slo.labels],
        alerting: {
          name: alerting?.name ?? '',
          ...{ labels: alerting?.labels, annotations: alerting?.annotations },
          ...{ page: alerting?.page_alert, ticket: alerting?.ticket_alert },
        },
      },
      [...keys.root, i],
      file.service,
      { item, window, remarks },
    ),
  );
}

/** SLOs of Sloth’s Kubernetes resource. */
export function slothResourceSlos(item: Item, window: SloWindow, remarks: Remarks): readonly Imported[] {
  const file = readItem(item, ServiceLevel, remarks);
  if (file === undefined) return [];
  if (file.spec.sloPlugins) remarks.notices.push(item.at(['spec', 'sloPlugins'], NO_PLUGINS));
  const keys = { error: 'errorQuery', total: 'totalQuery', raw: 'errorRatioQuery', root: ['spec', 'slos'] };
  return file.spec.slos.flatMap(({ sli: { events, raw, plugin }, alerting, ...slo }, i) =>
    sloOf(
      {
        ...{ name: slo.name, description: slo.description, objective: slo.objective, keys },
        ...(events ? { events: { error: events.errorQuery, total: events.totalQuery } } : {}),
        ...(raw ? { raw: raw.errorRatioQuery } : {}),
        ...{ plugin: Boolean(plugin), hasPlugins: Boolean(slo.plugins) },
        labels: [file.spec.labels, slo.labels],
        alerting: {
          name: alerting?.name ?? '',
          ...{ labels: alerting?.labels, annotations: alerting?.annotations },
          ...{ page: alerting?.pageAlert, ticket: alerting?.ticketAlert },
        },
      },
      [...keys.root, i],
      file.spec.service,
      { item, window, remarks },
    ),
  );
}

const NO_PLUGINS = 'plugins of Sloth are not run; the SLO is read without them';

type Reading = { readonly item: Item; readonly window: SloWindow; readonly remarks: Remarks };

function sloOf(written: Written, path: Path, service: string, reading: Reading): readonly Imported[] {
  const { item, window, remarks } = reading;
  if (written.hasPlugins) remarks.notices.push(item.at([...path, 'plugins'], NO_PLUGINS));
  const read = sliOf(written, [...path, 'sli'], reading);
  const alerting = alertingOf(written, path, reading);
  if (read === undefined || alerting === undefined) return [];
  const slo: Slo = {
    name: written.name,
    ...present({ description: written.description ?? undefined }),
    objective: shareOf(written.objective),
    window,
    ...read,
    ...{ method: { kind: 'occurrences' }, policy: {}, alerting },
    origin: { format: 'sloth', file: item.file, recorded: recordedBySloth(service, written.name) },
  };
  return [{ service, slo, where: item.at([...path, 'name'], '') }];
}

/** Sloth’s own recording of an SLO’s error ratio. */
function recordedBySloth(service: string, slo: string): string {
  return selector('slo:sli_error:ratio_rate5m', [
    { label: 'sloth_service', op: '=', value: service },
    { label: 'sloth_slo', op: '=', value: slo },
  ]);
}

function sliOf(
  { events, raw, plugin, keys }: Written,
  path: Path,
  { item, remarks }: Reading,
): Indicated | undefined {
  if (plugin) {
    remarks.problems.push(
      item.at(
        [...path, 'plugin'],
        'SLI plugins are Go code that only Sloth runs; write the queries that it makes',
      ),
    );
    return undefined;
  }
  if ((events === undefined) === (raw === undefined)) {
    remarks.problems.push(item.at(path, 'expected exactly one of events, raw and plugin'));
    return undefined;
  }
  if (raw !== undefined) {
    const promql = windowedPromql(raw, item, [...path, 'raw', keys.raw], remarks);
    return promql === undefined ? undefined : ratioSli(promql, 'bad');
  }
  const part = windowedPromql(events?.error ?? '', item, [...path, 'events', keys.error], remarks);
  const total = windowedPromql(events?.total ?? '', item, [...path, 'events', keys.total], remarks);
  if (part === undefined || total === undefined) return undefined;
  return indicated({
    ...{ kind: 'events', counts: 'bad', part: countedBy(part) },
    total: countedBy(fillerOf(total)?.rest ?? total),
  });
}

function alertingOf(
  { labels: carried, alerting }: Written,
  path: Path,
  { item, remarks }: Reading,
): Alerting | undefined {
  const { name, labels, annotations, page, ticket } = alerting;
  const wanted = { page: page?.disable !== true, ticket: ticket?.disable !== true };
  if (name === '' && (wanted.page || wanted.ticket)) {
    remarks.problems.push(item.at([...path, 'alerting', 'name'], 'alerts that are not disabled need a name'));
    return undefined;
  }
  return {
    ...wanted,
    ...present({
      name: name === '' ? undefined : name,
      labels: texts(...carried, labels),
      annotations: texts(annotations),
      pageLabels: texts(page?.labels),
      ticketLabels: texts(ticket?.labels),
      pageAnnotations: texts(page?.annotations),
      ticketAnnotations: texts(ticket?.annotations),
    }),
  };
}

/** All given ones together, the later before the earlier; numbers and truth values as text. */
function texts(...all: readonly z.infer<typeof Labels>[]): Readonly<Record<string, string>> | undefined {
  const given = all.flatMap((one) => (one ? Object.entries(one) : []));
  return given.length === 0
    ? undefined
    : Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}
