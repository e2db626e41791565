import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decision } from '#domain/decision.ts';
import type { Event } from '#domain/event.ts';
import { latestStep, looksPlanned, type Rollout, standingStop } from '#domain/flag.ts';
import type { Catalog } from '#domain/service.ts';
import { DAY, type Instant, SECOND } from '#domain/time.ts';
import type { CohortVerdict, Word } from '#domain/verdict/cohort-verdict.ts';
import { at, CATALOG, MINUTE, NOON, service, story, turned } from './given.ts';

const FLAG = { name: 'new-checkout', label: 'new_checkout', on: 'true', off: 'false', strata: [] };
const SERVICES: Catalog = {
  ...CATALOG,
  services: [service('checkout', { flags: [FLAG], dependsOn: ['ledger'] }), service('ledger')],
};

const came = (word: Word): CohortVerdict => ({ word, compared: 'cohorts', signals: [], reasons: [] });
const looked = (rollout: string, step: number, look: number, word: Word): Event => ({
  ...{ type: 'rolloutLooked', rollout, step, look, verdict: came(word), queries: [], problems: [] },
});
const shares = ({ steps }: Rollout) => steps.map(({ share }) => share);
const tasks = ({ jobs }: Decision) =>
  jobs.map(({ task }) => ('step' in task ? `${task.kind} ${task.step}` : task.kind));
const due = ({ jobs }: Decision): Instant | undefined =>
  jobs.find(({ task }) => task.kind === 'lookRollout')?.due;

describe('a flag that is turned on step by step', () => {
  it('opens a thread with its first step, is watched, and goes on in the same thread', () => {
    const { when, rollouts } = story(SERVICES);
    const first = when(at('12:00'), turned(0.01, { at: at('12:00'), actor: 'noor' }));
    expect(tasks(first)).toEqual(['announceRollout', 'reportRollout 1', 'lookRollout 1']);
    const second = when(at('13:00'), turned(0.1, { at: at('13:00') }));
    expect(tasks(second)).toEqual([
      ...['announceRollout', 'reportRollout 1', 'reportRollout 2'],
      // What was certain by then was not known at the look before.
      ...['lookRollout 1', 'lookRollout 2'],
    ]);
    expect(second.cancel).toEqual(['lookRollout:f1:1:', 'report:f1:1:']);
    const [rollout, ...others] = rollouts();
    expect(others).toEqual([]);
    expect(rollout).toMatchObject({
      id: 'f1',
      flag: 'new-checkout',
      service: 'checkout',
      channel: '#payments',
    });
    expect(rollout?.steps).toMatchObject([
      { number: 1, share: 0.01, actor: 'noor', watch: { state: 'ended' } },
      { number: 2, share: 0.1, watch: { state: 'watching' } },
    ]);
  });

  it('is not a new step when two senders tell the same', () => {
    const { when, rollouts } = story(SERVICES);
    when(at('12:00'), turned(0.1));
    const again = when(at('12:01'), turned(0.1, { at: at('12:01'), source: 'unleash' }));
    expect(again.rollouts).toEqual([]);
    expect(rollouts().map(shares)).toEqual([[0.1]]);
  });

  it('keeps a change that is heard of late in its place, and watches on', () => {
    const { when, rollouts } = story(SERVICES);
    when(at('12:10'), turned(0.5, { at: at('12:10') }));
    const late = when(at('12:12'), turned(0.01, { at: at('12:05') }));
    expect(late.cancel).toEqual([]);
    const [rollout] = rollouts();
    expect(rollout === undefined ? [] : shares(rollout)).toEqual([0.01, 0.5]);
    expect(rollout?.steps.map(({ watch }) => watch?.state)).toEqual([undefined, 'watching']);
  });

  it('begins anew, and in a thread of its own, after two weeks', () => {
    const { when, rollouts } = story(SERVICES);
    when(NOON, turned(0.1));
    when(NOON + 15 * DAY, turned(0.5, { at: NOON + 15 * DAY }));
    expect(rollouts().map(shares)).toEqual([[0.1], [0.5]]);
  });

  it('has a rollout in each service that has the flag, unless the sender names one', () => {
    const both: Catalog = {
      ...SERVICES,
      services: [
        service('checkout', { flags: [FLAG] }),
        service('cart', { flags: [FLAG], channel: '#cart' }),
      ],
    };
    const all = story(both);
    all.when(NOON, turned(0.1));
    expect(all.rollouts().map(({ id, service: of, channel }) => [id, of, channel])).toEqual([
      ['f1', 'checkout', '#payments'],
      ['f1-2', 'cart', '#cart'],
    ]);
    const project = story(both);
    project.when(NOON, turned(0.1, { hints: { application: 'ledger' } }));
    expect(project.rollouts().map(({ service: of }) => of)).toEqual(['checkout', 'cart']);
    const stranger = story(both);
    expect(stranger.when(NOON, turned(0.1, { hints: { service: 'nobody' } })).unmatched?.hints).toEqual({
      service: 'nobody',
    });
    const one = story(both);
    one.when(NOON, turned(0.1, { hints: { service: 'cart' } }));
    expect(one.rollouts().map(({ service: of }) => of)).toEqual(['cart']);
  });

  it('is recorded only where nothing is watched, and shown as unmatched where no service has it', () => {
    const { when, rollouts } = story(SERVICES);
    expect(when(NOON, turned(0.1, { environment: 'staging' })).jobs).toEqual([]);
    const stranger = when(NOON, turned(0.1, { flag: 'nobodys' }));
    expect(stranger.unmatched).toMatchObject({ what: 'flag nobodys' });
    expect(when(NOON, turned(0.2, { flag: 'nobodys', at: NOON + MINUTE })).unmatched).toBeUndefined();
    expect(rollouts().every(({ steps }) => steps.every(({ watch }) => watch === undefined))).toBe(true);
  });

  it('is not told when it was turned more than a day ago', () => {
    const { when } = story(SERVICES);
    expect(when(NOON, turned(0.1, { at: NOON - 25 * 60 * MINUTE })).jobs).toEqual([]);
  });
});

describe('a rollout', () => {
  it('of which only old changes were known is told and looked at from its first live step on', () => {
    const { when, rollouts } = story(SERVICES);
    when(NOON, turned(0.01, { at: NOON - 2 * DAY }));
    const live = when(at('12:01'), turned(0.1, { at: at('12:01') }));
    expect(tasks(live)).toEqual(['announceRollout', 'reportRollout 2', 'lookRollout 2']);
    expect(rollouts()).toMatchObject([{ channel: '#payments', steps: [{}, { share: 0.1 }] }]);
  });

  it('without any channel is looked at for whoever asks', () => {
    const { channel: _, ...quiet } = service('checkout', { flags: [FLAG] });
    const { when } = story({ ...SERVICES, services: [quiet], channels: {} });
    expect(tasks(when(NOON, turned(0.1)))).toEqual(['lookRollout 1']);
  });

  it('is told of once by two senders, also where clocks or the writing of numbers differ', () => {
    const { when, rollouts } = story(SERVICES);
    when(NOON, turned(0.333));
    when(at('12:00:02'), turned(33.3 / 100, { at: at('11:59:58'), source: 'launchdarkly' }));
    when(at('12:00:05'), turned(0.1 + 0.2 + 0.033, { at: at('12:00:03') }));
    expect(rollouts().map(({ steps }) => steps.length)).toEqual([1]);
  });

  it('of a service that nobody knows, or of another project, is another one', () => {
    const { when, rollouts } = story(SERVICES);
    when(NOON, turned(0.1, { hints: { service: 'nobody' } }));
    const other = when(at('12:01'), turned(0.1, { at: at('12:01'), hints: { service: 'noone' } }));
    expect(other.unmatched?.hints).toEqual({ service: 'noone' });
    when(at('12:02'), turned(0.1, { at: at('12:02'), project: 'web' }));
    when(at('12:03'), turned(0, { at: at('12:03'), project: 'mobile' }));
    expect(rollouts().map(shares)).toEqual([[0.1], [0.1], [0.1], [0]]);
  });

  it('that a script turns all day stays small, and makes no message for each turn', () => {
    const { when, rollouts, decisions } = story(SERVICES);
    for (let i = 0; i < 500; i += 1)
      when(NOON + i * 5 * SECOND, turned(i % 2 === 0 ? 0.1 : 0, { at: NOON + i * 5 * SECOND }));
    const [rollout] = rollouts();
    expect(rollout?.steps).toHaveLength(100);
    expect(rollout?.steps.at(-1)?.number).toBe(500);
    // Each waits until its step has lasted a while, and is taken back by the next.
    const reports = decisions().flatMap(({ jobs, cancel }, i) => [
      ...cancel.filter((key) => key.startsWith('report:')).map(() => 'taken back'),
      ...jobs
        .filter(({ task, due: at_ }) => task.kind === 'reportRollout' && at_ > NOON + i * 5 * SECOND)
        .map(() => 'put'),
    ]);
    expect(reports.filter((one) => one === 'put')).toHaveLength(500);
    const steps = decisions()
      .slice(1)
      .flatMap(({ cancel }) => cancel.filter((key) => key.startsWith('report:')));
    expect(steps).toHaveLength(499);
  });

  it('keeps what was asked of its latest two steps only', () => {
    const { when, rollouts } = story(SERVICES);
    const queries = [{ source: 'default', promql: 'up', line: 'errorRatio' }];
    [0.1, 0.2, 0.3].forEach((share, i) => {
      when(NOON + i * 10 * MINUTE, turned(share, { at: NOON + i * 10 * MINUTE }));
      when(NOON + i * 10 * MINUTE + 5 * MINUTE, { ...looked('f1', i + 1, 1, 'hold'), queries } as Event);
    });
    expect(rollouts()[0]?.steps.map(({ watch }) => watch?.queries?.length)).toEqual([undefined, 1, 1]);
  });
});

describe('a step for everybody, or for nobody', () => {
  it('is compared with the time before it', () => {
    const { when, rollouts } = story(SERVICES);
    when(NOON, turned(1));
    expect(latestStep(rollouts()[0] ?? { steps: [] })?.watch).toMatchObject({
      baseline: { from: at('11:30'), to: NOON },
      window: { from: at('12:01'), to: at('12:16') },
    });
  });

  it('is not watched when few had the flag that is turned off', () => {
    const { when, rollouts } = story(SERVICES);
    when(NOON, turned(0.1));
    when(at('12:20'), turned(0, { at: at('12:20') }));
    expect(rollouts()[0]?.steps.map(({ watch }) => watch?.state)).toEqual(['ended', undefined]);
    const many = story(SERVICES);
    many.when(NOON, turned(0.9));
    many.when(at('12:20'), turned(0, { at: at('12:20') }));
    expect(many.rollouts()[0]?.steps.at(-1)?.watch?.state).toBe('watching');
  });
});

describe('what a look finds', () => {
  /** A rollout at ten per cent, and looks with words at the times at which they are due. */
  const watchedWith = (words: readonly Word[]) => {
    const { when, rollouts } = story(SERVICES);
    let next = when(NOON, turned(0.1));
    const said: string[] = [];
    words.forEach((word, i) => {
      const now = due(next) ?? Number.NaN;
      next = when(now, looked('f1', 1, i + 1, word));
      if (next.jobs.some(({ task }) => task.kind === 'reportRollout')) said.push(`${i + 1}: ${word}`);
    });
    return { said, next, rollout: rollouts()[0], when, rollouts };
  };

  it('is told at once when it is stop, and ends the watch', () => {
    const { said, next, rollout } = watchedWith(['hold', 'hold', 'stop']);
    expect(said).toEqual(['3: stop']);
    expect(due(next)).toBeUndefined();
    expect(rollout === undefined ? false : standingStop(rollout) !== undefined).toBe(true);
  });

  it('is told when the watch is over, and again only when the word changes', () => {
    const words: Word[] = [...Array.from({ length: 17 }, () => 'hold' as const), 'go', 'go'];
    const { said, next } = watchedWith(words);
    expect(said).toEqual(['15: hold', '18: go']);
    expect(due(next)).toBeGreaterThan(0);
  });

  it('comes every minute at first, and more rarely after', () => {
    const { when, rollouts } = story(SERVICES);
    let next = when(NOON, turned(0.1));
    const times: Instant[] = [];
    for (let look = 1; look <= 60; look += 1) {
      const now = due(next) ?? Number.NaN;
      times.push(now);
      next = when(now, looked('f1', 1, look, 'hold'));
    }
    expect(times[0]).toBe(at('12:02:15'));
    expect((times[14] ?? 0) - (times[13] ?? 0)).toBe(MINUTE);
    const last = (times[59] ?? 0) - (times[58] ?? 0);
    expect(last).toBeGreaterThan(20 * MINUTE);
    expect(latestStep(rollouts()[0] ?? { steps: [] })?.watch?.looks).toBe(60);
  });

  it('is looked for no longer than a day once it is go, and a week while it is not', () => {
    const endOf = (word: Word) => {
      const { when, rollouts } = story(SERVICES);
      let next = when(NOON, turned(0.1));
      let now = NOON;
      for (let look = 1; due(next) !== undefined; look += 1) {
        now = due(next) ?? Number.NaN;
        next = when(now, looked('f1', 1, look, word));
      }
      expect(latestStep(rollouts()[0] ?? { steps: [] })?.watch?.state).toBe('ended');
      return (now - NOON) / DAY;
    };
    expect(endOf('go')).toBeCloseTo(1.1, 0);
    expect(endOf('hold')).toBeGreaterThan(7);
    expect(endOf('hold')).toBeLessThan(8);
  });

  it('counts for nothing when it comes twice', () => {
    const { when, rollouts } = story(SERVICES);
    when(NOON, turned(0.01));
    when(at('12:02'), looked('f1', 1, 1, 'hold'));
    expect(when(at('12:02'), looked('f1', 1, 1, 'stop')).rollouts ?? []).toEqual([]);
    expect(standingStop(rollouts()[0] ?? { steps: [] })).toBeUndefined();
  });

  it('is not lost when the flag goes on while it is found: a stop of the step before calls somebody all the same', () => {
    const { when, rollouts } = story(SERVICES);
    when(NOON, turned(0.1));
    when(at('12:05'), turned(0.5, { at: at('12:05') }));
    const found = when(at('12:05:20'), looked('f1', 1, 4, 'stop'));
    expect(tasks(found)).toEqual(['announceRollout', 'reportRollout 1']);
    expect(rollouts()[0]?.steps.map(({ watch }) => [watch?.told, watch?.state])).toEqual([
      ['stop', 'ended'],
      [undefined, 'watching'],
    ]);
    // More people have it now, so that it stands; with a smaller share it does not.
    expect(standingStop(rollouts()[0] ?? { steps: [] })?.number).toBe(1);
    when(at('12:07'), turned(undefined, { at: at('12:07') }));
    expect(standingStop(rollouts()[0] ?? { steps: [] })?.number).toBe(1);
    when(at('12:08'), turned(0.01, { at: at('12:08') }));
    expect(standingStop(rollouts()[0] ?? { steps: [] })).toBeUndefined();
  });

  it('ends the watch when no further look can be taken', () => {
    const { when, rollouts } = story(SERVICES);
    when(NOON, turned(0.1));
    const gaveUp = when(at('12:30'), { ...looked('f1', 1, 1, 'hold'), isLast: true } as Event);
    expect(due(gaveUp)).toBeUndefined();
    expect(latestStep(rollouts()[0] ?? { steps: [] })?.watch?.state).toBe('ended');
  });

  it('leaves out looks whose time is past after a pause', () => {
    const { when } = story(SERVICES);
    when(NOON, turned(0.1));
    const next = when(at('12:09:30'), looked('f1', 1, 1, 'hold'));
    const job = next.jobs.find(({ task }) => task.kind === 'lookRollout');
    expect(job?.task).toMatchObject({ look: 8 });
    expect(job?.due).toBeLessThanOrEqual(at('12:09:30'));
  });

  it('never says anything but stop before the watch is over', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom<Word>('go', 'hold', 'stop'), { maxLength: 40 }),
        fc.integer({ min: 5 * SECOND, max: 60 * MINUTE }),
        (words, after) => {
          const services = [
            service('checkout', { flags: [FLAG], watch: { before: MINUTE, after, warmUp: 0, lag: SECOND } }),
          ];
          const { when, rollouts } = story({ ...SERVICES, services });
          let next = when(NOON, turned(0.1));
          words.forEach((word, i) => {
            const now = due(next);
            if (now === undefined) return;
            next = when(now, looked('f1', 1, i + 1, word));
            const { watch } = latestStep(rollouts()[0] ?? { steps: [] }) ?? {};
            const isEarly = watch !== undefined && watch.looks < looksPlanned(watch);
            if (isEarly && watch.told !== undefined) expect(watch.told).toBe('stop');
          });
        },
      ),
    );
  });
});
