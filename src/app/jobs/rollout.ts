import { hasCohorts, type Rollout, type RolloutStep } from '#domain/flag.ts';
import { PRIORITY } from '#domain/job.ts';
import { present } from '#domain/optional.ts';
import type { Drawing } from '#domain/panel.ts';
import { findService, type Service } from '#domain/service.ts';
import { submit } from '../accept.ts';
import { cohortsDrawing, shownOf } from '../cohorts-drawing.ts';
import type { RolloutStepMessage } from '../message.ts';
import { redDrawing } from '../panels.ts';
import type { Ports } from '../ports.ts';
import { distinct } from '../problems.ts';
import { excerptForRoot, excerptForStep } from '../rollout-excerpt.ts';
import { judgeStep, NOT_CONFIGURED } from '../rollout-verdict.ts';
import { draw, snapshotId } from '../show.ts';
import { reportShown } from '../shown.ts';

/** Key of the root message of a rollout's thread. */
export function rolloutRoot(rollout: string): string {
  return `flag:${rollout}`;
}

/** Puts the root message of a rollout's thread as it now stands. */
export async function announceRollout(
  id: string,
  ports: Pick<Ports, 'store' | 'catalog' | 'clock'>,
): Promise<void> {
  const found = await told(id, ports);
  if (found === undefined) return;
  const { rollout, service, channel } = found;
  const isStop = rollout.steps.at(-1)?.watch?.told === 'stop';
  await ports.store.outbox.put(
    {
      key: rolloutRoot(id),
      to: { channel },
      priority: isStop ? PRIORITY.verdict : PRIORITY.progress,
      message: {
        ...{ about: 'rollout', at: rollout.steps[0]?.at ?? 0, links: service.links },
        rollout: excerptForRoot(rollout),
        ...present({ owner: service.owner }),
      },
    },
    ports.clock.now(),
  );
}

/** Compares those with the flag and those without it since the step began; what follows is decided like any other event. */
export async function lookRollout(
  { rollout: id, step: number, look }: { rollout: string; step: number; look: number },
  ports: Ports,
): Promise<void> {
  const rollout = await ports.store.flags.get(id);
  const step = rollout?.steps.find((one) => one.number === number);
  if (rollout === undefined || step?.watch === undefined) return;
  const service = findService(ports.catalog.current(), rollout.service ?? '');
  const watched = { ...step, watch: step.watch };
  // Up to the step that took its place, where one did: later ones are not of this step.
  const until = rollout.steps[rollout.steps.indexOf(step) + 1]?.at;
  const looked =
    service === undefined
      ? NOT_CONFIGURED
      : await judgeStep(rollout, watched, { service, now: ports.clock.now(), ...present({ until }) }, ports);
  ports.failpoint('looked-not-told');
  await submit(
    { ...looked, type: 'rolloutLooked', rollout: id, step: number, look },
    `rolloutLooked:${id}:${number}:${look}`,
    ports,
  );
}

/** Puts what a step came to into the thread, with the picture of it; a *stop* is a message of its own, since an edited one calls nobody. */
export async function reportRollout(
  { rollout: id, step: number }: { rollout: string; step: number },
  ports: Ports,
): Promise<void> {
  const found = await told(id, ports);
  const step = found?.rollout.steps.find((one) => one.number === number);
  if (found === undefined || step === undefined) return;
  const { rollout, service, channel } = found;
  const now = ports.clock.now();
  const isStop = step.watch?.told === 'stop';
  const drawing = await drawingOf(rollout, step, service, ports);
  const shown = drawing === undefined ? { problems: [] } : await draw(drawing, ports);
  const message: RolloutStepMessage = {
    ...{ about: 'rolloutStep', at: now, step: number, links: service.links },
    rollout: excerptForStep(rollout, number),
    problems: distinct([...(step.watch?.problems ?? []), ...shown.problems]),
  };
  const picture = present({ picture: 'picture' in shown ? shown.picture : undefined });
  const key = `${rolloutRoot(id)}:step:${number}`;
  const place = { parent: rolloutRoot(id), to: { channel } };
  const priority = step.watch?.told === undefined ? PRIORITY.progress : PRIORITY.verdict;
  await ports.store.outbox.put(
    { ...place, key, priority, message: isStop ? message : { ...message, ...picture } },
    now,
  );
  if (isStop) {
    const alarm = {
      ...message,
      ...picture,
      isAlarm: true as const,
      ...present({ mention: service.mention }),
    };
    await ports.store.outbox.put({ ...place, key: `${key}:stop`, priority, message: alarm }, now);
  }
  await reportShown(
    picture.picture,
    {
      title: drawing?.title ?? rollout.flag,
      services: [service.name],
      subject: { kind: 'rollout', id },
    },
    ports,
  );
}

/** A step of which nothing was said yet has no picture. */
async function drawingOf(
  rollout: Rollout,
  step: RolloutStep,
  service: Service,
  ports: Ports,
): Promise<Drawing | undefined> {
  const { watch } = step;
  if (watch?.told === undefined) return undefined;
  const flag = service.flags.find(({ name }) => name === rollout.flag);
  const next = rollout.steps[rollout.steps.indexOf(step) + 1]?.at;
  const until = next ?? watch.lookedAt ?? watch.window.to;
  const id = snapshotId(`flag:${rollout.id}:${step.number}:${until}`);
  if (watch.baseline !== undefined)
    return redDrawing(service, { from: watch.baseline.from, to: until }, id, [rollout.flag], ports);
  if (flag === undefined || !hasCohorts(step)) return undefined;
  const range = shownOf(rollout.steps, step, until);
  return cohortsDrawing({ service, flag, steps: rollout.steps, range, id, facts: ['on and off'] }, ports);
}

async function told(id: string, { store, catalog }: Pick<Ports, 'store' | 'catalog'>) {
  const rollout = await store.flags.get(id);
  const service = findService(catalog.current(), rollout?.service ?? '');
  if (rollout?.channel === undefined || service === undefined) return undefined;
  return { rollout, service, channel: rollout.channel };
}
