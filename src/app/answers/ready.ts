import { standsDegraded } from '#domain/answers.ts';
import { stateWord } from '#domain/budget/words.ts';
import { isOpen } from '#domain/deploy.ts';
import { latestStep, type Rollout, standingStop } from '#domain/flag.ts';
import type { Incident } from '#domain/incident/incident.ts';
import { findService, type Service } from '#domain/service.ts';
import { last } from '#domain/time.ts';
import type { ReadyAnswer } from '../answer.ts';
import { measuresOf } from '../panels.ts';
import type { AnswerPorts } from './answer.ts';
import { budgetLines } from './budget.ts';
import { healthOf, openAlert, recentRollouts } from './health.ts';

/** What a rollout says against deploying now: those with the flag do worse, or are just being compared. */
function cautionsOf(rollout: Rollout): readonly string[] {
  const { flag, service } = rollout;
  const step = latestStep(rollout);
  if (standingStop(rollout) !== undefined)
    return [`${flag} does harm on ${service}: its rollout was stopped.`];
  const isNew = step?.watch?.state === 'watching' && step.watch.told === undefined;
  return isNew ? [`${flag} was just changed on ${service} and is still being watched.`] : [];
}

/** A deploy in the midst of it would hide what is looked for, or make it worse. */
function isGraveFor({ name }: Service, incident: Incident): boolean {
  return concerns(incident, [name]) && (incident.severity === 'sev1' || incident.severity === 'sev2');
}

function concerns({ services, duplicateOf }: Incident, names: readonly string[]): boolean {
  return duplicateOf === undefined && services.some((name) => names.includes(name));
}

function incidentWords({ id, title, severity, status, services }: Incident, service: Service): string {
  const other = services.includes(service.name)
    ? undefined
    : services.find((name) => service.dependsOn.includes(name));
  const where = other === undefined ? '' : ` on ${other}, which it depends on`;
  return `${id} is open${where} (${severity.replace('sev', 'sev ')}, ${status}): ${title}`.replace(
    /\.?$/,
    '.',
  );
}

/** Whether now is a moment to deploy: a firing page or a grave incident says stop; anything open, running or unseen says careful. */
export async function ready(service: Service, ports: AnswerPorts): Promise<{ readonly answer: ReadyAnswer }> {
  const { store, metrics, catalog, clock } = ports;
  const now = clock.now();
  const window = last(service.watch.before, now);
  const around = service.dependsOn.flatMap((name) => findService(catalog.current(), name) ?? []);
  const [readings, open, watched, budgets, deploys, rolloutsOf, incidents] = await Promise.all([
    metrics.readings([service, ...around], measuresOf(service), window),
    store.alerts.open(),
    store.deploys.watched(),
    budgetLines([service], ports),
    store.deploys.latestByService(),
    recentRollouts(now, store.flags),
    store.incidents.open(),
  ]);
  const alertsOf = (name: string) => open.filter((episode) => episode.service === name).map(openAlert);
  const alerts = alertsOf(service.name);
  const baseline = readings.get(service.name) ?? { values: {}, problems: [] };
  const watches = watched.flatMap(({ id, service: name, version, watch }) =>
    isOpen(watch) && name !== undefined && (name === service.name || service.dependsOn.includes(name))
      ? [{ deploy: id, service: name, version, until: watch?.window.to ?? now }]
      : [],
  );
  const dependencies = around.map(({ name }) => ({
    service: name,
    health: healthOf({
      ...{ reading: readings.get(name), alerts: alertsOf(name) },
      ...{ lastDeploy: deploys.get(name), rollouts: rolloutsOf(name) },
    }).health,
  }));
  const grave = incidents.filter((one) => isGraveFor(service, one));
  const stops = [
    ...grave.map((one) => incidentWords(one, service)),
    ...alerts.filter(({ severity }) => severity === 'page').map(({ name }) => `${name} is firing and pages.`),
    ...dependencies
      .filter(({ health }) => health === 'page')
      .map(({ service: name }) => `${name}, which it depends on, has a page firing.`),
    ...budgets
      .filter(({ state, colour }) => colour === 'red' && state.burn === 'page')
      .map(({ slo }) => `Its budget (${slo}) is burning fast.`),
  ];
  const cautions = [
    ...incidents
      .filter((one) => !grave.includes(one) && concerns(one, [service.name, ...service.dependsOn]))
      .map((one) => incidentWords(one, service)),
    ...alerts.filter(({ severity }) => severity !== 'page').map(({ name }) => `${name} is firing.`),
    ...[service, ...around].flatMap(({ name }) => {
      const deploy = deploys.get(name);
      return deploy !== undefined && standsDegraded(deploy)
        ? [`${name} ${deploy.version} was found degraded.`]
        : [];
    }),
    ...[service, ...around].flatMap(({ name }) => rolloutsOf(name).flatMap(cautionsOf)),
    ...watches.map(({ service: name, version }) => `${name} ${version} is still being watched.`),
    ...dependencies
      .filter(({ health }) => health === 'ticket')
      .map(({ service: name }) => `${name}, which it depends on, has an alert firing.`),
    ...budgets
      .filter(({ state, colour }) => (colour === 'red' && state.burn !== 'page') || colour === 'yellow')
      .map(
        ({ slo, state, colour, policy }) =>
          `Its budget (${slo}) is ${stateWord({ state, colour })}.${policy === undefined ? '' : ` ${policy}`}`,
      ),
    ...(Object.keys(baseline.values).length === 0 ? ['There is no data to compare a deploy with.'] : []),
  ];
  const word = stops.length > 0 ? 'stop' : cautions.length > 0 ? 'careful' : 'go';
  const reasons = [...stops, ...cautions];
  return {
    answer: {
      kind: 'ready',
      service: service.name,
      at: now,
      word,
      reasons: reasons.length > 0 ? reasons : ['Nothing is firing, and no deploy is being watched.'],
      window,
      baseline,
      alerts,
      watches,
      dependencies,
      budgets,
    },
  };
}
