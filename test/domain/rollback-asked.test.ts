import { describe, expect, it } from 'vitest';
import { decide } from '#domain/decide.ts';
import type { Deploy } from '#domain/deploy.ts';
import type { Event } from '#domain/event.ts';
import type { RollbackOutcome, RollbackWay } from '#domain/rollback-way.ts';
import { judged } from '../stories/judged.ts';
import { CATALOG, kinds, NOON, service } from './given.ts';

const RAE = { kind: 'person' as const, user: 'U1' };
const WAY: RollbackWay = { kind: 'webhook', url: 'https://ci.example/back', timeout: 1000 };
const BAD = judged('d2', 'v2', 'degraded', { startedAt: NOON });
const BEFORE = judged('d1', 'v1', 'steady', { startedAt: NOON - 1000 });
const PRESSED: Event = { type: 'rollbackRequested', deploy: 'd2', by: RAE };
const answered = (key: string, kind: RollbackOutcome['kind']): Event => ({
  ...{ type: 'rollbackAnswered', deploy: 'd2', key, by: RAE },
  outcome: { kind, what: 'answered' },
});

/** Decides events one after another, their ids counting from 1; gives the deploy, and what has to be done after the last. */
function told(
  events: readonly Event[],
  deploy: Deploy = BAD,
  others = [BEFORE],
  rollback: RollbackWay = WAY,
) {
  const catalog = { ...CATALOG, services: [service('checkout', { rollback })] };
  let known = deploy;
  let jobs: readonly string[] = [];
  events.forEach((event, i) => {
    const state = { catalog, deploys: [known, ...others] };
    const decision = decide(state, { id: i + 1, event, at: NOON }, NOON);
    known = decision.deploys[0] ?? known;
    jobs = kinds(decision);
  });
  return { asked: known.rollbackAsked, jobs };
}

describe('a rollback that somebody asks for', () => {
  it('is told in the thread, then asked for, back to the version before', () => {
    const { asked, jobs } = told([PRESSED]);
    expect(asked).toEqual({ key: 'r1', by: RAE, at: NOON, host: 'ci.example', to: 'v1' });
    expect(jobs).toEqual(['tellRollback', 'requestRollback', 'showAnswer']);
  });

  it('is asked for once while it is under way, and not again once it was taken', () => {
    expect(told([PRESSED, PRESSED])).toMatchObject({ asked: { key: 'r1' }, jobs: [] });
    const taken = told([PRESSED, answered('r1', 'taken'), PRESSED]);
    expect(taken).toMatchObject({ asked: { key: 'r1', outcome: { kind: 'taken' } }, jobs: [] });
  });

  it.each(['refused', 'unknown'] as const)('may be asked for again when it was %s', (kind) => {
    const again = told([PRESSED, answered('r1', kind), PRESSED]);
    expect(again.asked).toMatchObject({ key: 'r3' });
    expect(again.asked?.outcome).toBeUndefined();
  });

  it('is the same request for whoever is asked until it is known what came of it, so that nobody rolls back twice', () => {
    const lost = [PRESSED, answered('r1', 'unknown'), PRESSED, answered('r3', 'unknown'), PRESSED];
    expect(told(lost).asked).toMatchObject({ key: 'r5', first: 'r1' });
    const unsent: Event = {
      ...{ type: 'rollbackAnswered', deploy: 'd2', key: 'r3', by: RAE },
      outcome: { kind: 'refused', what: 'could not be reached', unsent: true },
    };
    const away = [PRESSED, answered('r1', 'unknown'), PRESSED, unsent, PRESSED];
    expect(told(away).asked).toMatchObject({ key: 'r5', first: 'r1' });
    const refused = [PRESSED, answered('r1', 'unknown'), PRESSED, answered('r3', 'refused'), PRESSED];
    expect(told(refused).asked?.first).toBeUndefined();
  });

  it('has one outcome: what comes later of it, or of an earlier one, changes nothing', () => {
    const late = told([PRESSED, answered('r1', 'unknown'), answered('r1', 'taken')]);
    expect(late).toMatchObject({ asked: { outcome: { kind: 'unknown' } }, jobs: [] });
    const other = told([PRESSED, answered('r1', 'refused'), PRESSED, answered('r1', 'taken')]);
    expect(other.asked?.outcome).toBeUndefined();
  });

  it('is not asked for where the deploy is not degraded, where a newer one came, or where there is a link only', () => {
    const newer = judged('d3', 'v3', 'steady', { startedAt: NOON + 1000 });
    expect(told([PRESSED], judged('d2', 'v2', 'steady')).jobs).toEqual([]);
    expect(told([PRESSED], BAD, [newer, BEFORE]).jobs).toEqual([]);
    expect(told([PRESSED], BAD, [BEFORE], { kind: 'link', template: 'https://ci.example/' }).jobs).toEqual(
      [],
    );
  });
});
