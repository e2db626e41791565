import { present } from '#domain/optional.ts';
import type { RollbackWay } from '#domain/rollback-way.ts';
import type { Catalog, Service } from '#domain/service.ts';
import type { Duration } from '#domain/time.ts';
import { saturationQueries } from '#promql/saturation.ts';
import { presetOf } from './presets.ts';
import type { Config } from './schema.ts';
import { ownSlo } from './slo/own.ts';

/** The services of a checked configuration as the domain knows them. */
export function catalogOf(config: Config): Catalog {
  return {
    services: Object.entries(config.services).map(([name, service]) =>
      serviceOf(name, service, {
        imported: config.imported?.[name] ?? [],
        lag: config.prometheus[service.source]?.scrapeInterval ?? 0,
      }),
    ),
    rules: config.match.map(({ service, ...when }) => ({ service, when: present(when) })),
    watchedEnvironments: config.environments.watched,
    remindAfter: config.alerts.remindAfter,
    zone: config.timezone,
    digests: {
      schedule: config.digest.schedule,
      teams: Object.fromEntries(
        Object.entries(config.digest.teams).map(([owner, team]) => [owner, present(team)]),
      ),
    },
    incidents: {
      nudgeAfter: config.incidents.nudgeAfter,
      responders: config.incidents.responders,
      ...(config.incidents.ownChannels ? { channelPrefix: config.incidents.channelPrefix } : {}),
    },
    annotates: config.grafana !== undefined,
    pushesTasks: config.server.taskWebhook !== undefined,
    theme: config.theme,
    ...present({ pagesUrl: config.pages.url }),
    channels: present(config.slack.channels),
  };
}

function wayOf(
  link: string | undefined,
  asked: Config['services'][string]['rollback'],
): RollbackWay | undefined {
  if (asked === undefined) return link === undefined ? undefined : { kind: 'link', template: link };
  const { webhook, timeout, token } = asked;
  return { kind: 'webhook', url: webhook, timeout, ...(token === undefined ? {} : { token }) };
}

function serviceOf(
  name: string,
  {
    preset,
    saturation,
    signals,
    slos,
    flags,
    links: { rollback, ...links },
    ...service
  }: Config['services'][string],
  { imported, lag }: { imported: Service['slos']; lag: Duration },
): Service {
  return {
    name,
    ...present({
      description: service.description,
      owner: service.owner,
      mention: service.mention,
      channel: service.channel,
      tier: service.tier,
      rollback: wayOf(rollback, service.rollback),
      preset: preset === undefined ? undefined : presetOf(preset, service.histograms),
    }),
    source: service.source,
    labels: service.labels,
    links: present(links),
    overrides: {
      ...(saturation === undefined ? {} : saturationQueries(saturation.preset, saturation.labels)),
      ...signals,
    },
    dependsOn: service.dependsOn,
    slos: [...slos.flatMap((slo) => ('file' in slo ? [] : [ownSlo(slo)])), ...imported],
    flags: flags.map(({ stratify, ...flag }) => present({ ...flag, strata: stratify })),
    panels: service.panels,
    watch: { ...service.watch, lag },
  };
}
