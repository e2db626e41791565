import { describe, expect, it } from 'vitest';
import type { Event } from '#domain/event.ts';
import type { Catalog } from '#domain/service.ts';
import { HOUR, SECOND } from '#domain/time.ts';
import type { Word } from '#domain/verdict/cohort-verdict.ts';
import type { Verdict } from '#domain/verdict/verdict.ts';
import { at, CATALOG, kinds, MINUTE, NOON, notification, report, service, story, turned } from './given.ts';

const told = (catalog?: Catalog) => story(catalog, true);
const severe = (severity: string) => ({ alertname: 'Errors', service_name: 'checkout', severity });
const looked = (deploy: string, look: number, verdict: Verdict): Event => ({
  ...{ type: 'looked', deploy, look, baseline: { values: {}, problems: [] } },
  ...{ current: { values: {}, problems: [] }, verdict: { verdict, signals: [], reasons: [] } },
});

describe('a firing alert', () => {
  it('becomes a task for agents, which is handed off at once', () => {
    const { when, tasks } = told();
    const decision = when(NOON, notification('firing'));
    expect(tasks()).toEqual([
      {
        ...{ id: 'TASK-1', number: 1, subject: { kind: 'alert', id: 'a1' }, service: 'checkout' },
        ...{ title: 'Errors on checkout', since: at('11:58'), reports: [] },
        ...{ createdAt: NOON, expiresAt: NOON + 24 * HOUR },
      },
    ]);
    expect(kinds(decision)).toContain('handOff');
  });

  it.each(['warning', 'critical'])('of severity %s is one', (severity) => {
    const { when, tasks } = told();
    when(NOON, notification('firing', { commonLabels: severe(severity) }));
    expect(tasks()).toHaveLength(1);
  });

  it('that is only to be read becomes none', () => {
    const { when, tasks } = told();
    when(NOON, notification('firing', { commonLabels: severe('info') }));
    expect(tasks()).toEqual([]);
  });

  it('that fires again within its episode makes no second one', () => {
    const { when, tasks } = told();
    when(NOON, notification('firing'));
    when(NOON + MINUTE, notification('firing'));
    when(NOON + 2 * MINUTE, notification('resolved'));
    expect(tasks()[0]?.overAt).toBeDefined();
    const again = when(NOON + HOUR, notification('firing'));
    expect(tasks()).toHaveLength(1);
    expect(tasks()[0]).not.toHaveProperty('overAt');
    expect(kinds(again)).not.toContain('handOff');
  });

  it('that fires a day later is another one', () => {
    const { when, tasks } = told();
    when(NOON, notification('firing'));
    when(NOON + MINUTE, notification('resolved'));
    when(NOON + 25 * HOUR, notification('firing'));
    expect(tasks().map(({ id }) => id)).toEqual(['TASK-1', 'TASK-2']);
  });

  it('leaves its task to be claimed when it is over by itself', () => {
    const { when, tasks } = told();
    when(NOON, notification('firing'));
    when(at('12:10'), notification('resolved'));
    expect(tasks()[0]).toMatchObject({ overAt: at('12:10'), expiresAt: NOON + 24 * HOUR });
  });

  it('in a storm makes none: the groups with which it began have theirs', () => {
    const { when, tasks } = told();
    for (let n = 0; n < 30; n += 1) when(NOON + n * SECOND, notification('firing', { groupKey: `g${n}` }));
    expect(tasks()).toHaveLength(10);
  });
});

describe('a deploy', () => {
  it('that is found to have degraded its service becomes a task, once', () => {
    const { when, tasks } = told();
    when(NOON, report('succeeded'));
    when(at('12:02'), looked('d1', 1, 'inconclusive'));
    expect(tasks()).toEqual([]);
    when(at('12:03'), looked('d1', 2, 'degraded'));
    when(at('12:04'), looked('d1', 3, 'degraded'));
    expect(tasks()).toMatchObject([
      { subject: { kind: 'deploy', id: 'd1' }, title: 'checkout v1 is degraded', since: NOON },
    ]);
  });

  it('is over once another one took its place', () => {
    const { when, tasks } = told();
    when(NOON, report('succeeded'));
    when(at('12:03'), looked('d1', 2, 'degraded'));
    when(at('12:30'), report('started', { version: 'v2', at: at('12:30') }));
    expect(tasks()[0]).not.toHaveProperty('overAt');
    when(at('12:31'), report('succeeded', { version: 'v2', at: at('12:31') }));
    expect(tasks()[0]).toMatchObject({ overAt: at('12:31') });
  });
});

describe('a step of a rollout', () => {
  const flag = { name: 'new-checkout', label: 'f', on: 'true', off: 'false', strata: [] };
  const catalog = { ...CATALOG, services: [service('checkout', { flags: [flag] })] };
  const found = (look: number, word: Word): Event => ({
    ...{ type: 'rolloutLooked', rollout: 'f1', step: 1, look, queries: [], problems: [] },
    verdict: { word, compared: 'cohorts', signals: [], reasons: [] },
  });

  it('that is to be stopped becomes a task, and is over once it is taken back', () => {
    const { when, tasks } = told(catalog);
    when(NOON, turned(0.1));
    when(at('12:05'), found(1, 'hold'));
    expect(tasks()).toEqual([]);
    when(at('12:06'), found(2, 'stop'));
    expect(tasks()).toMatchObject([
      {
        subject: { kind: 'rollout', id: 'f1', step: 1 },
        title: 'new-checkout at 10 % does harm on checkout',
        since: NOON,
      },
    ]);
    when(at('12:20'), turned(0, { at: at('12:20') }));
    expect(tasks()).toMatchObject([{ overAt: at('12:20') }]);
  });
});

describe('a budget', () => {
  const turn = (isBurning: boolean): Event => ({
    ...{ type: 'budgetTurned', budget: 'checkout/availability:5', service: 'checkout', slo: 'availability' },
    ...{ since: NOON, isBurning },
  });

  it('that burns fast becomes a task, once an episode', () => {
    const { when, tasks } = told();
    when(NOON, turn(true));
    when(NOON + MINUTE, turn(true));
    when(NOON + HOUR, turn(false));
    expect(tasks()).toMatchObject([
      { title: 'checkout burns its budget of availability fast', overAt: NOON + HOUR },
    ]);
  });
});
