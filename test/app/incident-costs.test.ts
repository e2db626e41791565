import { afterEach, describe, expect, it } from 'vitest';
import { answer } from '#app/answers/answer.ts';
import { slosOf } from '#app/standings.ts';
import type { Slo } from '#domain/budget/slo.ts';
import { DAY, MINUTE } from '#domain/time.ts';
import { at, CATALOG, report, service } from '../domain/given.ts';
import { ANA, type IncidentWorld, incidentWorld } from './incident-world.ts';

const SLO: Slo = {
  ...{ name: 'availability', objective: 0.99, window: { kind: 'rolling', length: DAY }, absent: 'unknown' },
  ...{ method: { kind: 'occurrences' }, policy: {}, alerting: { page: true, ticket: true } },
  ...{ sli: { kind: 'ratio', of: 'bad', promql: 'x' }, origin: { format: 'bellbuoy' } },
};
const CHECKOUT = service('checkout', { slos: [SLO] });

let world: IncidentWorld;
afterEach(() => world.close());

describe('what an incident costs', () => {
  it('is what the kept counts say while Prometheus is away, and stands as its spending of the budget', async () => {
    world = await incidentWorld({ begin: at('12:00'), catalog: { ...CATALOG, services: [CHECKOUT] } });
    const [slo] = slosOf([CHECKOUT]);
    const from = at('12:30') - DAY;
    const steps = Array.from({ length: 288 }, (_, i) => {
      const to = from + (i + 1) * 5 * MINUTE;
      return { to, bad: to > at('12:00') ? 10 : 0, total: 100, lost: 0, observed: 5 * MINUTE, assumed: 0 };
    });
    await world.ports.store.budgets.record(slo?.key ?? '', from, steps);
    await world.declare();
    await world.until(at('12:30'));
    const { costs } = await world.incident();
    expect(costs).toMatchObject([{ service: 'checkout', slo: 'availability', total: 600, bad: 60 }]);
    // 60 of the 288 failures that are allowed, of 14.4 minutes.
    expect((costs[0]?.used ?? 0) / MINUTE).toBeCloseTo((60 / 288) * 14.4, 3);
    const { answer: said } = await answer({ ask: 'budget', service: 'checkout' }, 's', world.ports);
    expect(said.kind === 'budget' && said.budgets[0]?.spenders).toMatchObject([
      { kind: 'incident', reference: 'INC-1', share: 1 },
    ]);
  });

  it('is said in the draft beside the deploy that it was declared from, which set it off', async () => {
    world = await incidentWorld({ begin: at('12:00') });
    await world.happens(report('succeeded', { at: at('12:00'), actor: 'rae' }));
    const [deploy] = await world.ports.store.deploys.recent({ limit: 1 });
    await world.until(at('12:05'));
    await world.declare({ subject: { kind: 'deploy', id: deploy?.id ?? '' } });
    await world.happens({
      ...{ type: 'incidentChanged', incident: 'INC-1', by: ANA, change: { status: 'resolved' } },
    });
    await world.until(at('12:30'));
    expect((await world.ports.store.postmortems.get('INC-1'))?.fields).toMatchObject({
      ...{ triggerKind: 'deploy', triggerReference: deploy?.id, detectionSource: 'deployWatch' },
      trigger: 'checkout v1 was deployed by rae as it began.',
    });
  });
});
