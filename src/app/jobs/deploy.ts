import { PRIORITY } from '#domain/job.ts';
import { present } from '#domain/optional.ts';
import type { Reading } from '#domain/reading.ts';
import { findService, type Service } from '#domain/service.ts';
import type { Range } from '#domain/time.ts';
import { submit } from '../accept.ts';
import { beforeAfter } from '../before-after.ts';
import { judgeWatch } from '../deploy-verdict.ts';
import { lossesIn } from '../incident-costs.ts';
import type { SpentSince } from '../message.ts';
import { measuresOf } from '../panels.ts';
import type { Ports } from '../ports.ts';
import { distinct } from '../problems.ts';
import { offerOf } from '../rollback.ts';
import { draw } from '../show.ts';
import { reportShown } from '../shown.ts';

/** Key of the root message of a deploy's thread. */
export function deployRoot(deploy: string): string {
  return `deploy:${deploy}`;
}

/** Puts the root message of a deploy's thread as the watch now stands. */
export async function announceDeploy(
  id: string,
  ports: Pick<Ports, 'store' | 'catalog' | 'clock'>,
): Promise<void> {
  const found = await watched(id, ports);
  if (found === undefined) return;
  const { deploy, service, channel } = found;
  await ports.store.outbox.put(
    {
      key: deployRoot(id),
      to: { channel },
      priority: deploy.watch?.state === 'done' ? PRIORITY.verdict : PRIORITY.progress,
      message: {
        about: 'deploy',
        at: deploy.startedAt,
        deploy,
        links: service.links,
        ...(service.owner === undefined ? {} : { owner: service.owner }),
      },
    },
    ports.clock.now(),
  );
}

/** Reads the baseline and the window so far, and judges it; what follows is decided like any other event. */
export async function look(id: string, number: number, ports: Ports): Promise<void> {
  const found = await watched(id, ports);
  if (found?.deploy.watch === undefined) return;
  const { deploy, service, watch, channel } = { ...found, watch: found.deploy.watch };
  const windowFrom = watch.window.from;
  const now = ports.clock.now();
  const measures = measuresOf(service);
  const read = async (range: Range) =>
    (await ports.metrics.readings([service], measures, range)).get(service.name) ?? NOTHING_READ;
  if (number === 0) {
    const baseline = await read(watch.baseline);
    await ports.store.outbox.put(
      {
        key: `${deployRoot(id)}:baseline`,
        parent: deployRoot(id),
        to: { channel },
        priority: PRIORITY.progress,
        message: { about: 'baseline', at: now, deploy, baseline },
      },
      now,
    );
    await submit(
      { type: 'looked', deploy: id, look: 0, windowFrom, baseline, current: NOTHING_READ },
      `looked:${id}:${windowFrom}:0`,
      ports,
    );
    // The week before is asked for now, and kept: the first look that judges finds it there.
    await judgeWatch(deploy, watch, service, now, ports);
    return;
  }
  const soFar = {
    from: watch.window.from,
    to: Math.max(watch.window.from + 1000, Math.min(now, watch.window.to)),
  };
  const [baseline, current, { verdict, observed, unsettled }] = await Promise.all([
    read(watch.baseline),
    read(soFar),
    judgeWatch(deploy, watch, service, now, ports),
  ]);
  ports.failpoint('looked-not-told');
  // A look that is repeated because data are late is another one; the same look after a crash is not.
  const turn = unsettled === undefined ? '' : `:${Math.floor(now / REPEATED_WITHIN)}`;
  await submit(
    {
      ...{ type: 'looked' as const, deploy: id, look: number, windowFrom, baseline, current, verdict },
      queries: observed.queries,
      ...present({ unsettled }),
      ...(observed.problems.length === 0 ? {} : { problems: observed.problems }),
    },
    `looked:${id}:${windowFrom}:${number}${turn}`,
    ports,
  );
}

const NOTHING_READ: Reading = { values: {}, problems: [] };

/** Looks at the same within so many ms are the same look. */
const REPEATED_WITHIN = 1000;

/** Draws before and after, and puts the verdict with its evidence into the thread. */
export async function reportDeploy(id: string, ports: Ports): Promise<void> {
  const found = await watched(id, ports);
  if (found?.deploy.watch === undefined) return;
  const { deploy, service, watch, channel } = { ...found, watch: found.deploy.watch };
  const drawing = await beforeAfter(deploy, watch, service, ports);
  const shown = await draw(drawing, ports);
  const now = ports.clock.now();
  const spent = await spentSince(service, { from: deploy.startedAt, to: now }, ports);
  const before = watch.latest?.before.values ?? {};
  const after = watch.latest?.after.values ?? {};
  await ports.store.outbox.put(
    {
      key: `${deployRoot(id)}:report`,
      parent: deployRoot(id),
      to: { channel },
      priority: PRIORITY.verdict,
      message: {
        about: 'deployReport',
        at: now,
        deploy,
        links: service.links,
        ...present({ mention: service.mention }),
        rows: measuresOf(service).map((measure) => ({
          measure,
          ...present({ before: before[measure], after: after[measure] }),
        })),
        queries: watch.queries ?? [],
        problems: distinct([
          ...(watch.latest?.after.problems ?? []),
          ...(watch.problems ?? []),
          ...shown.problems,
        ]),
        ...(shown.picture === undefined ? {} : { picture: shown.picture }),
        ...(spent.length === 0 ? {} : { spent }),
        ...(await offerOf(deploy, ports)),
      },
    },
    now,
  );
  const { title } = drawing;
  await reportShown(
    shown.picture,
    { title, services: [service.name], subject: { kind: 'deploy', id } },
    ports,
  );
}

/** What each budget lost since the rollout began. */
async function spentSince(service: Service, range: Range, ports: Ports): Promise<readonly SpentSince[]> {
  const losses = await lossesIn([service], range, ports);
  return losses.map(({ of, used, allowed, bad, total, rate }) => ({
    ...{ slo: of.slo.name, used, allowed, bad, total, rate },
  }));
}

async function watched(id: string, { store, catalog }: Pick<Ports, 'store' | 'catalog'>) {
  const deploy = await store.deploys.get(id);
  const service = deploy?.service === undefined ? undefined : findService(catalog.current(), deploy.service);
  if (deploy?.channel === undefined || service === undefined) return undefined;
  return { deploy, service, channel: deploy.channel };
}
