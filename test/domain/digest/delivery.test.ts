import { describe, expect, it } from 'vitest';
import type { Deploy } from '#domain/deploy.ts';
import { deliveryIn } from '#domain/digest/delivery.ts';
import type { Incident } from '#domain/incident/incident.ts';
import { DAY, MINUTE, WEEK } from '#domain/time.ts';

const FROM = Date.UTC(2026, 10, 16);
const RANGE = { from: FROM, to: FROM + WEEK };
const NONE: ReadonlySet<string> = new Set();

function deploy(id: string, more: object = {}): Deploy {
  return {
    ...{ id, service: 'checkout', environment: 'production', version: id, status: 'succeeded' },
    ...{ startedAt: FROM + DAY, watch: { state: 'done', verdict: { verdict: 'steady' } } },
    ...more,
  } as unknown as Deploy;
}

function incident(more: object): Incident {
  return { id: 'INC-1', declaredAt: FROM + DAY, times: {}, ...more } as unknown as Incident;
}

const of = (deploys: readonly Deploy[], incidents: readonly Incident[] = [], blamed = NONE) =>
  deliveryIn(RANGE, deploys, incidents, blamed);

describe('the DORA keys of a week', () => {
  it('count deploys that came where they are watched: no rollback, none that failed to come, none elsewhere', () => {
    const keys = of([
      ...['a', 'b', 'c'].map((id, i) => deploy(id, { startedAt: FROM + (i + 0.5) * DAY })),
      deploy('back', { rollback: true, startedAt: FROM + 5 * DAY }),
      deploy('broken', { status: 'failed' }),
      deploy('staging', { environment: 'staging', watch: undefined }),
    ]);
    expect(keys).toMatchObject({ deploys: 3, failed: 1, perDay: 3 / 7 });
  });

  it('hold a deploy for failed that was found degraded, unless somebody said that this is wrong or expected', () => {
    const degraded = { watch: { state: 'done', verdict: { verdict: 'degraded' } } };
    const keys = of([
      deploy('a', degraded),
      deploy('b', { ...degraded, answered: { right: false, of: 'degraded' } }),
      deploy('c', { ...degraded, expected: { of: 'degraded', reason: 'import' } }),
      deploy('d'),
    ]);
    expect(keys).toMatchObject({ deploys: 4, failed: 1, failureRate: 0.25 });
  });

  it('hold a deploy for failed that was rolled back, that an incident was declared from, or that a post-mortem names', () => {
    const keys = of(
      [
        deploy('bad', { startedAt: FROM + DAY }),
        deploy('good', { startedAt: FROM + 2 * DAY, rollback: true }),
        deploy('declared', { service: 'cart', incident: 'INC-1' }),
        deploy('blamed', { service: 'search' }),
        deploy('fine', { service: 'ledger' }),
      ],
      [],
      new Set(['blamed']),
    );
    expect(keys).toMatchObject({ deploys: 4, failed: 3 });
  });

  it('tell the median time from harm to mitigation of what was resolved in the week', () => {
    const resolved = FROM + 2 * DAY;
    const keys = of(
      [],
      [
        incident({ times: { started: resolved - 40 * MINUTE, mitigated: resolved - 10 * MINUTE, resolved } }),
        incident({ times: { started: resolved - 20 * MINUTE, resolved } }),
        incident({ declaredAt: resolved - 50 * MINUTE, times: { resolved } }),
        // Neither the same as another one, nor one that goes on, nor one of another week.
        incident({ times: { started: resolved - WEEK, resolved }, duplicateOf: { incident: 'INC-1' } }),
        incident({ times: { started: resolved } }),
        incident({ times: { started: FROM - DAY, resolved: FROM - 1 } }),
      ],
    );
    expect(keys).toMatchObject({ restored: 3, timeToRestore: 30 * MINUTE });
  });

  it('say nothing of what did not happen', () => {
    expect(of([])).toEqual({ deploys: 0, perDay: 0, failed: 0, restored: 0 });
  });
});
