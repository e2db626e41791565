import type { Deploy, Watch } from '#domain/deploy.ts';
import { findService, type Service } from '#domain/service.ts';
import { factsOf } from '#domain/signal.ts';
import type { Instant } from '#domain/time.ts';
import type { DeployVerdict, SignalVerdict } from '#domain/verdict/deploy-verdict.ts';
import { BEGAN_BEFORE } from '#domain/verdict/verdict.ts';
import { disturbances } from './disturbances.ts';
import { HISTORY, judgeWindows } from './judged-windows.ts';
import type { Ports } from './ports.ts';

/**
 * Which of the services that this one depends on got worse in the same windows: concurrent controls. What they do is no excuse for a deploy, and no proof against it; but whoever responds has to know. The same
 * judge says so, by each one's own history.
 */
export async function alsoWorse(
  { dependsOn }: Service,
  deploy: Deploy & { readonly watch: Watch },
  now: Instant,
  own: DeployVerdict,
  { observer, store, catalog }: Pick<Ports, 'observer' | 'store' | 'catalog'>,
): Promise<readonly string[]> {
  const services = dependsOn.flatMap((name) => findService(catalog.current(), name) ?? []);
  const { watch } = deploy;
  const range = { from: watch.baseline.from, to: watch.window.to };
  const told = await Promise.all(
    services.map(async (service) => {
      // As if it had been deployed then: what else happened to it is not its ordinary course.
      const there = { ...deploy, id: '', service: service.name, baseline: watch.baseline };
      const reach = { from: range.from - HISTORY, to: range.to };
      const disturbed = (await disturbances(there, reach, store)).ranges;
      const alone = { disturbed, answersFrom: watch.baseline.to };
      const { verdict } = await judgeWindows(service, watch, now, alone, observer);
      const began = verdict.onset?.at;
      if (verdict.verdict !== 'degraded' && !verdict.signals.some(gotWorseBefore)) return [];
      const deploys = await store.deploys.during(range, [service.name]);
      const versions = deploys.map(({ version }) => version);
      const when = beginning(began, own.onset?.at);
      const itself = versions.length === 0 ? '' : `; ${versions.join(', ')} of it was deployed in that time`;
      return [`${service.name}, which it depends on, got worse as well${when}${itself}.`];
    }),
  );
  return told.flat();
}

/** What began to change before may as well have been getting better. */
function gotWorseBefore({ measure, reasons, effect }: SignalVerdict): boolean {
  if (effect === undefined || !reasons.includes(BEGAN_BEFORE)) return false;
  // More requests than before harm nobody by themselves.
  return factsOf(measure).worse === 'higher' ? effect.absolute > 0 : effect.absolute < 0;
}

function beginning(began: Instant | undefined, own: Instant | undefined): string {
  if (began === undefined || own === undefined) return '';
  const minutes = Math.round((own - began) / 60_000);
  if (minutes === 0) return ', at about the same time';
  return minutes > 0 ? `, ${minutes} min earlier` : `, ${-minutes} min later`;
}
