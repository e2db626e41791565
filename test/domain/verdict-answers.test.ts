import { describe, expect, it } from 'vitest';
import { precisionOf, saidRight } from '#domain/answers.ts';
import { decide } from '#domain/decide.ts';
import type { Deploy } from '#domain/deploy.ts';
import type { Event } from '#domain/event.ts';
import type { Verdict } from '#domain/verdict/verdict.ts';
import { CATALOG, MINUTE, NOON, report, story } from './given.ts';

const RAE = { kind: 'person' as const, user: 'U1' };
const TOM = { kind: 'person' as const, user: 'U2' };

const verdict = (word: Verdict) => ({ verdict: word, signals: [], reasons: ['errors rose'] });

/** A deploy whose watch is over, with what it was judged to be. */
function judged(word: Verdict = 'degraded'): Deploy {
  const [deploy] = story().when(NOON, report('succeeded')).deploys;
  if (deploy?.watch === undefined) throw new Error('it has no watch');
  return { ...deploy, watch: { ...deploy.watch, state: 'done', verdict: verdict(word) } };
}

/** Decides events one after another on one deploy; gives it as it then is, and the jobs of the last event. */
function told(deploy: Deploy, ...events: readonly Event[]) {
  let known = deploy;
  let jobs: readonly unknown[] = [];
  events.forEach((event, i) => {
    const now = NOON + (20 + i) * MINUTE;
    const decision = decide({ catalog: CATALOG, deploys: [known] }, { id: 9 + i, event, at: now }, now);
    known = decision.deploys[0] ?? known;
    jobs = decision.jobs.map(({ task }) => task);
  });
  return { deploy: known, jobs };
}

const says = (right: boolean, by = RAE): Event => ({
  type: 'verdictAnswered',
  deploy: judged().id,
  right,
  by,
});
const expects = (reason: string, by = TOM): Event => ({
  type: 'verdictExpected',
  deploy: judged().id,
  reason,
  by,
});

describe('an answer to a verdict', () => {
  it('is kept with who gave it, and both messages of the deploy are put again', () => {
    const { deploy, jobs } = told(judged(), says(true));
    expect(deploy.answered).toEqual({ right: true, of: 'degraded', by: RAE, at: NOON + 20 * MINUTE });
    expect(jobs).toEqual([
      { kind: 'showAnswer', deploy: deploy.id, where: 'root' },
      { kind: 'showAnswer', deploy: deploy.id, where: 'report' },
    ]);
  });

  it('that somebody else gives later is the one that stands', () => {
    expect(told(judged(), says(true), says(false, TOM)).deploy.answered).toMatchObject({
      right: false,
      by: TOM,
    });
  });

  it('given twice by the same person changes nothing and says nothing again', () => {
    const twice = told(judged(), says(true), says(true));
    expect(twice.deploy.answered?.at).toBe(NOON + 20 * MINUTE);
    expect(twice.jobs).toEqual([]);
  });

  it.each([says(true), expects('a load test')])(
    'to a deploy that has no verdict yet, or that is unknown, changes nothing',
    (event) => {
      const [watched] = story().when(NOON, report('succeeded')).deploys;
      expect(told(watched ?? judged(), event)).toEqual({ deploy: watched, jobs: [] });
      const gone = decide({ catalog: CATALOG, deploys: [] }, { id: 9, event, at: NOON }, NOON);
      expect(gone).toMatchObject({ deploys: [], jobs: [] });
    },
  );
});

describe('an answer to a verdict that is another one since', () => {
  it('is no answer to the new one, which can be answered anew', () => {
    const { deploy } = told(judged(), says(false), expects('a load test'));
    const turned = { ...deploy, ...judged('steady'), ...(deploy.expected && { expected: deploy.expected }) };
    expect(saidRight(turned)).toBeUndefined();
    expect(told(turned, says(true)).deploy.answered).toMatchObject({ right: true, of: 'steady' });
    expect(saidRight(told(turned, says(true)).deploy)).toBe(true);
  });

  it.each([says(true), expects('a load test')])(
    'is kept out when that is not the verdict that was seen',
    (event) => {
      const { deploy, jobs } = told(judged('inconclusive'), { ...event, of: 'degraded' } as Event);
      expect(deploy.answered).toBeUndefined();
      expect(deploy.expected).toBeUndefined();
      expect(jobs).toEqual([]);
    },
  );
});

describe('a verdict that is expected', () => {
  it('keeps verdict and evidence, and counts as right', () => {
    const { deploy } = told(judged(), expects('the migration locks the table'));
    expect(deploy.expected).toMatchObject({ reason: 'the migration locks the table', by: TOM });
    expect(deploy.watch?.verdict).toEqual(verdict('degraded'));
    expect(saidRight(deploy)).toBe(true);
  });

  it('is wrong where somebody says so after, and right again when somebody expects it after that', () => {
    const wrong = told(judged(), expects('a load test'), says(false));
    expect(saidRight(wrong.deploy)).toBe(false);
    expect(wrong.deploy.expected?.reason).toBe('a load test');
    expect(saidRight(told(wrong.deploy, expects('the load test of Tuesday')).deploy)).toBe(true);
  });

  it('twice for the same reason changes nothing', () => {
    expect(told(judged(), expects('a load test'), expects('a load test')).jobs).toEqual([]);
  });

  it('is told nowhere where the deploy has no thread', () => {
    const { channel: _, ...untold } = judged();
    const { deploy, jobs } = told(untold, says(true));
    expect(deploy.answered?.right).toBe(true);
    expect(jobs).toEqual([]);
  });
});

describe('precision', () => {
  it('counts what people answered, degraded ones apart, and nothing that nobody answered', () => {
    const answered = (right: boolean, of: Verdict = 'degraded') => ({ right, of, by: RAE, at: NOON });
    const { watch: _, ...unjudged } = judged();
    expect(
      precisionOf([
        { ...judged(), answered: answered(true) },
        { ...judged(), answered: answered(false) },
        { ...judged(), expected: { reason: 'a load test', of: 'degraded', by: TOM, at: NOON } },
        { ...judged('steady'), answered: answered(true, 'steady') },
        { ...judged('steady'), answered: answered(false) },
        judged(),
        { ...unjudged, answered: answered(true) },
      ]),
    ).toEqual({ right: 3, answered: 4, degraded: { right: 2, answered: 3 } });
  });
});
