import type { AgentTask } from '#domain/agent-task/agent-task.ts';
import { applyNotification } from '#domain/alert.ts';
import type { Catalog } from '#domain/service.ts';
import { DAY, HOUR, MINUTE } from '#domain/time.ts';
import { alert, at, CATALOG, notification, service } from '../../domain/given.ts';
import { BEFORE_AFTER } from '../../render/drawings.ts';
import { type Api, rollout, STOPPED } from '../door.ts';
import { ENTRIES, INCIDENT, POSTMORTEM } from '../example.ts';

const SERVICES = 500;
const INCIDENTS = 5000;

/** A text as long as somebody in anger writes, with signs that take more room in JSON than on paper. */
const LONG = 'Zahlungen schlagen fehl: "timeout" – \\u001b \n'.repeat(60);

const names = Array.from({ length: SERVICES }, (_, i) => `service-${String(i).padStart(3, '0')}`);

export const BIG: Catalog = {
  ...CATALOG,
  services: names.map((name, i) =>
    service(name, {
      ...{
        description: LONG,
        owner: `team-${i % 40}`,
        dependsOn: names.filter((_, n) => n !== i).slice(0, 30),
      },
      flags: [{ name: `flag-${i}`, label: 'flag', on: 'on', off: 'off', strata: [] }],
    }),
  ),
};

/** Five hundred services with their alerts, deploys and flags, and five thousand incidents, some of them without measure. */
export async function fillBig({ store }: Pick<Api, 'store'>): Promise<void> {
  for (const [i, name] of names.entries()) {
    const now = at('12:00') + i * 1000;
    const labels = { alertname: 'Errors', service_name: name };
    const fired = applyNotification(
      undefined,
      notification('firing', {
        ...{ groupKey: `g${i}`, groupLabels: labels, commonLabels: { ...labels, severity: 'critical' } },
        commonAnnotations: { summary: LONG, description: LONG },
        alerts: Array.from({ length: i % 50 === 0 ? 200 : 2 }, (_, n) =>
          alert(`f${i}-${n}`, 'firing', { labels: { ...labels, pod: `pod-${n}`, note: LONG.slice(0, 300) } }),
        ),
      }),
      { newId: `a${i}`, now, service: service(name), channel: '#payments' },
    );
    if (fired !== undefined) await store.alerts.save(fired);
    await store.deploys.save({
      ...{ id: `d${i}`, service: name, hints: {}, version: `v${i}`, environment: 'production', parts: [] },
      ...{ status: 'succeeded', startedAt: now, url: 'https://ci.example.com/runs/77' },
      changes: Array.from({ length: 60 }, (_, n) => ({ id: `${n}`, title: LONG })),
    });
    await store.flags.save(
      rollout(
        `r${i}`,
        STOPPED.steps.flatMap((step) =>
          Array.from({ length: 40 }, (_, n) => ({ ...step, number: step.number + 2 * n })),
        ),
        { flag: `flag-${i}`, service: name },
      ),
    );
  }
  for (let number = 1; number <= INCIDENTS; number += 1) {
    const declaredAt = at('12:00') - (INCIDENTS - number) * HOUR;
    await store.incidents.save({
      ...INCIDENT,
      ...{ id: `INC-${number}`, number, title: `${number} ${LONG.slice(0, 200)}`, summary: LONG, declaredAt },
      ...{ services: names.slice(number % 450, (number % 450) + (number % 40) + 1), touchedAt: declaredAt },
      ...{ status: number % 10 === 0 ? 'investigating' : 'resolved', alerts: ['a1'], deploys: [] },
    });
  }
  const last = `INC-${INCIDENTS}`;
  const entries = Array.from({ length: 2000 }, (_, n) =>
    ENTRIES.map((one) => ({ ...one, key: `${one.key}:${n}`, at: one.at + n * MINUTE, text: LONG })),
  );
  await store.timelines.add(last, entries.flat(), at('12:30'));
  await store.postmortems.save({
    ...{ ...POSTMORTEM, incident: last },
    fields: { ...POSTMORTEM.fields, summary: LONG.repeat(20), impact: LONG.repeat(20) },
    actions: Array.from({ length: 300 }, (_, n) => ({
      ...POSTMORTEM.actions[1],
      id: `${last}-${n + 1}`,
      title: LONG,
      kind: 'detect' as const,
      state: 'open' as const,
      createdAt: at('12:30'),
    })),
    record: {
      ...POSTMORTEM.record,
      evidence: Array.from({ length: 100 }, () => POSTMORTEM.record.evidence[0]).flatMap((one) =>
        one === undefined ? [] : [one],
      ),
    },
  });
  for (let number = 1; number <= 300; number += 1) await store.agentTasks.save(bigTask(number));
  const samples = Array.from({ length: 5000 }, (_, n) => ({ at: at('12:00') + n * 1000, value: n / 7 }));
  const panels = BEFORE_AFTER.panels.map((panel) => ({
    ...panel,
    lines: panel.lines.map((line) => ({ ...line, name: LONG, samples })),
  }));
  await store.snapshots.save({
    id: BIG_SNAPSHOT,
    at: at('12:30'),
    drawing: { ...BEFORE_AFTER, id: BIG_SNAPSHOT, panels },
  });
}

/** The id of a picture with thousands of values a line. */
export const BIG_SNAPSHOT = 's_0000b16';

/** A task whose hand-off has more of everything than anybody reads. */
function bigTask(number: number): AgentTask {
  const range = { from: at('12:00'), to: at('12:30') };
  const many = <T>(one: T) => Array.from({ length: 100 }, () => one);
  return {
    ...{
      id: `TASK-${number}`,
      number,
      subject: { kind: 'alert', id: `a${number}` },
      service: names[0] ?? '',
    },
    ...{
      title: LONG,
      since: at('12:00'),
      createdAt: at('12:00'),
      expiresAt: at('12:00') + 30 * DAY,
      reports: [],
    },
    handOff: {
      ...{
        at: at('12:00'),
        observed: { headline: LONG, labels: { pod: LONG }, summary: LONG, description: LONG },
      },
      evidence: many({
        title: LONG,
        query: LONG,
        source: 'default',
        range,
        unit: 'ratio' as const,
        value: 0.5,
      }),
      changes: many({
        ...{ kind: 'deploy' as const, id: 'd1', service: 'service-001', relation: 'own' as const },
        ...{ what: LONG, at: at('12:00') },
      }),
      similar: many({ incident: 'INC-1', title: LONG, score: 0.5, why: [], ago: HOUR }),
      ...{
        alsoFiring: many({ id: 'a1', name: LONG }),
        links: many({ title: LONG, url: 'https://a.example' }),
        missing: many(LONG),
      },
    },
  };
}
