import { describe, expect, it } from 'vitest';
import type { AlertEpisode } from '#domain/alert.ts';
import type { Deploy } from '#domain/deploy.ts';
import type { Rollout } from '#domain/flag.ts';
import type { Rendered } from '#slack/blocks.ts';
import { render } from '#slack/messages/render.ts';
import { lines } from './as-read.ts';
import { AT, rollout, STOP, step, watch } from './given-rollouts.ts';

function alert(more: Partial<Pick<AlertEpisode, 'incident' | 'status' | 'resolvedAt'>>): Rendered {
  const episode: AlertEpisode = {
    ...{ id: 'a1', source: 'alertmanager', groupKey: 'g', name: 'CheckoutErrors', service: 'checkout' },
    ...{ severity: 'page', status: 'firing', groupLabels: {}, labels: {}, annotations: {}, alerts: [] },
    ...{ truncated: 0, startedAt: AT, begunAt: AT, heardAt: AT, flaps: 0, channel: '#x' },
    ...more,
  };
  return render({ about: 'alert', at: AT, episode, links: {} }, undefined);
}

function report(more: Partial<Deploy>): Rendered {
  const deploy: Deploy = {
    ...{ id: 'd1', service: 'checkout', version: 'v1.4.2', environment: 'production', hints: {} },
    ...{ status: 'succeeded', startedAt: AT, changes: [], parts: [] },
    watch: {
      ...{ state: 'done', baseline: { from: 0, to: 1 }, window: { from: 2, to: 3 }, looks: 1 },
      ...{ looksPlanned: 1, verdict: { verdict: 'degraded', signals: [], reasons: [] } },
    },
    ...more,
  };
  return render(
    { about: 'deployReport', at: AT, deploy, links: {}, rows: [], queries: [], problems: [] },
    undefined,
  );
}

function stopped(more: Partial<Rollout>): Rendered {
  const steps = [step(0.1, { watch: watch(6, STOP, { state: 'ended' }) })];
  const told = { rollout: rollout(steps, { id: 'f1', ...more }), step: 1, isAlarm: true as const };
  return render({ about: 'rolloutStep', at: AT, ...told, links: {}, problems: [] }, undefined);
}

/** What the button that declares an incident carries. */
function declares({ blocks }: Rendered): readonly (string | undefined)[] {
  return blocks.flatMap((block) =>
    block.type === 'actions'
      ? block.elements.flatMap((one) =>
          one.type === 'button' && one.action_id === 'declare' ? [one.value] : [],
        )
      : [],
  );
}

describe('an incident can be declared', () => {
  it.each<[string, string, (more: { readonly incident?: string }) => Rendered]>([
    ['an alert', 'alert:a1', alert],
    ['a degraded deploy', 'deploy:d1', report],
    ['a flag that did harm', 'rollout:f1', stopped],
  ])('from %s, once: then it is named there', (_, value, message) => {
    expect(declares(message({}))).toEqual([value]);
    const then = message({ incident: 'INC-12' });
    expect(declares(then)).toEqual([]);
    expect(lines(then).join('\n')).toContain(':rotating_light: part of *INC-12*');
  });

  it('from no alert that is over, and no deploy that somebody expected to do this', () => {
    expect(declares(alert({ status: 'resolved', resolvedAt: AT + 1 }))).toEqual([]);
    const by = { kind: 'person' as const, user: 'U0KIM00000' };
    const expected = { reason: 'a load test', of: 'degraded' as const, by, at: AT };
    expect(declares(report({ expected }))).toEqual([]);
  });
});
