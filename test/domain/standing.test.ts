import { describe, expect, it } from 'vitest';
import { healthOf } from '#app/answers/health.ts';
import { standsDegraded } from '#domain/answers.ts';
import type { Deploy } from '#domain/deploy.ts';
import { NOON } from './given.ts';

const rae = { kind: 'person', user: 'U1' } as const;

function deployed(more: Partial<Deploy> = {}, state: 'done' | 'superseded' = 'done'): Deploy {
  return {
    ...{ id: 'd1', service: 'checkout', hints: {}, version: 'v2', environment: 'production' },
    ...{ status: 'succeeded', startedAt: NOON, changes: [], parts: [] },
    watch: {
      ...{ state, looks: 15, looksPlanned: 15 },
      ...{ baseline: { from: NOON - 1, to: NOON }, window: { from: NOON, to: NOON + 1 } },
      verdict: { verdict: 'degraded', signals: [], reasons: [] },
    },
    ...more,
  };
}

describe('a deploy that was found degraded', () => {
  it('stands so until a newer one takes its place, or somebody says that it is wrong or expected', () => {
    expect(standsDegraded(deployed())).toBe(true);
    expect(standsDegraded(deployed({}, 'superseded'))).toBe(false);
    const at = NOON;
    expect(standsDegraded(deployed({ answered: { right: false, by: rae, at, of: 'degraded' } }))).toBe(false);
    expect(standsDegraded(deployed({ answered: { right: true, by: rae, at, of: 'degraded' } }))).toBe(true);
    expect(standsDegraded(deployed({ expected: { reason: 'a test', by: rae, at, of: 'degraded' } }))).toBe(
      false,
    );
  });

  it('is what its service suffers from, behind a page and a burning budget', () => {
    const reading = { values: { rate: 1 }, problems: [] };
    expect(healthOf({ reading, alerts: [], lastDeploy: deployed() }).health).toBe('degraded');
    expect(healthOf({ reading, alerts: [], lastDeploy: deployed({}, 'superseded') }).health).toBe('healthy');
    const page = { episode: 'a', name: 'x', severity: 'page' as const, since: NOON, acknowledged: false };
    expect(healthOf({ reading, alerts: [page], lastDeploy: deployed() }).health).toBe('page');
  });
});
