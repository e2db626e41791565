import { present } from '#domain/optional.ts';
import type { Catalog, Service, Slo } from '#domain/service.ts';
import { saturationQueries } from '#promql/saturation.ts';
import { presetOf } from './presets.ts';
import type { Config } from './schema.ts';

/** The services of a checked configuration as the domain knows them. */
export function catalogOf(config: Config): Catalog {
  return {
    services: Object.entries(config.services).map(([name, service]) => serviceOf(name, service)),
    rules: config.match.map(({ service, ...when }) => ({ service, when: present(when) })),
    watchedEnvironments: config.environments.watched,
    remindAfter: config.alerts.remindAfter,
    zone: config.timezone,
    theme: config.theme,
    channels: present(config.slack.channels),
  };
}

function serviceOf(
  name: string,
  { preset, saturation, signals, slos, flags, links, ...service }: Config['services'][string],
): Service {
  return {
    name,
    ...present({
      description: service.description,
      owner: service.owner,
      channel: service.channel,
      tier: service.tier,
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
    // Files of SLOs are checked to be there; what they hold is read by the budgets, which this version does not have.
    slos: slos.flatMap((slo) => ('file' in slo ? [] : [sloOf(slo)])),
    flags: flags.map((flag) => present(flag)),
    panels: service.panels,
    watch: service.watch,
  };
}

type WrittenSlo = Exclude<Config['services'][string]['slos'][number], { file: string }>;

function sloOf({ window, sli, policy, ...slo }: WrittenSlo): Slo {
  return {
    ...slo,
    policy: present(policy),
    window:
      'rolling' in window
        ? { kind: 'rolling', length: window.rolling }
        : { kind: 'calendar', period: window.calendar },
    sli: sliOf(sli),
  };
}

function sliOf(sli: WrittenSlo['sli']): Slo['sli'] {
  if ('ratio' in sli) return { kind: 'ratio', query: sli.ratio };
  if ('up' in sli) return { kind: 'up', query: sli.up };
  if ('latency' in sli) return { kind: 'latency', ...sli.latency };
  const { total } = sli.events;
  return 'bad' in sli.events
    ? { kind: 'events', counts: 'bad', part: sli.events.bad, total }
    : { kind: 'events', counts: 'good', part: sli.events.good, total };
}
