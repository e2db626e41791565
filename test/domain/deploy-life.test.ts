import { describe, expect, it } from 'vitest';
import { lookDue, stepsOf } from '#domain/deploy.ts';
import { resolveService } from '#domain/service.ts';
import { at, CATALOG, HOUR, kinds, MINUTE, NOON, report, story } from './given.ts';

const reading = (errorRatio: number) => ({ values: { errorRatio }, problems: [] });
const looked = (deploy: string, look: number) => ({
  type: 'looked' as const,
  deploy,
  look,
  baseline: reading(0),
  current: reading(0.1),
});

/** How long a step is over before it can be read, of the services here. */
const LAG = 15_000;

describe('a deploy', () => {
  it('that is told of when it is done is watched from then: baseline before, first look at once', () => {
    const decision = story().when(NOON, report('succeeded'));
    const [deploy] = decision.deploys;
    expect(deploy?.watch).toMatchObject({
      state: 'watching',
      baseline: { from: NOON - 30 * MINUTE, to: NOON },
      window: { from: NOON + MINUTE, to: NOON + 16 * MINUTE },
      looksPlanned: 15,
    });
    expect(kinds(decision)).toEqual(['announceDeploy', 'look']);
    expect(decision.jobs.at(-1)?.due).toBe(NOON);
  });

  it('that begins is announced, and watched once it succeeds; its baseline ends where it began', () => {
    const { when, deploys } = story();
    expect(kinds(when(NOON, report('started', { id: '7' })))).toEqual(['announceDeploy']);
    const done = when(at('12:04'), report('succeeded', { id: '7', at: at('12:04') }));
    expect(kinds(done)).toEqual(['announceDeploy', 'look']);
    expect(deploys()).toHaveLength(1);
    expect(done.deploys[0]).toMatchObject({
      startedAt: NOON,
      finishedAt: at('12:04'),
      watch: { baseline: { to: NOON } },
    });
  });

  it('whose sender told when it got under way began then, however long before it had been asked for', () => {
    const { when, deploys } = story();
    const guess = { startedAt: at('11:04'), isStartGuessed: true as const };
    when(NOON, report('started', { id: '7' }));
    when(at('12:04'), report('succeeded', { id: '7', at: at('12:04'), ...guess }));
    expect(deploys()[0]).toMatchObject({ startedAt: NOON, watch: { baseline: { to: NOON } } });
    when(at('12:30'), report('succeeded', { version: 'v2', at: at('12:30'), ...guess }));
    expect(deploys()[1]).toMatchObject({ startedAt: at('11:04') });
  });

  it('whose states come in the wrong order ends as it ended', () => {
    const { when, deploys } = story();
    when(at('12:05'), report('succeeded', { id: '7', at: at('12:04') }));
    when(at('12:06'), report('started', { id: '7', at: NOON }));
    expect(deploys()).toMatchObject([{ status: 'succeeded', startedAt: NOON }]);
  });

  it('in regions within ten minutes is one deploy with parts, done when all are', () => {
    const { when, deploys } = story();
    when(NOON, report('succeeded', { part: 'eu', id: 'e' }));
    when(at('12:02'), report('started', { part: 'us', id: 'u', at: at('12:02') }));
    expect(deploys()).toMatchObject([{ status: 'started', parts: [{ name: 'eu' }, { name: 'us' }] }]);
    when(at('12:08'), report('succeeded', { part: 'us', id: 'u', at: at('12:08') }));
    expect(deploys()).toMatchObject([{ status: 'succeeded', finishedAt: at('12:08') }]);
  });

  it('of the same version hours later is another one', () => {
    const { when, deploys } = story();
    when(NOON, report('succeeded'));
    when(NOON + 3 * HOUR, report('succeeded', { at: NOON + 3 * HOUR }));
    expect(deploys()).toHaveLength(2);
  });

  it('whose version is known only at its end is called by that, and a late word of its beginning changes nothing', () => {
    const { when, deploys } = story();
    const artifact = 'git.example/shop@9f2d41c07b3e';
    when(NOON, report('started', { id: '7', version: '9f2d41c07b3e', artifact }));
    when(at('12:04'), report('succeeded', { id: '7', version: 'v1.4.2', artifact, at: at('12:04') }));
    when(
      at('12:05'),
      report('started', { id: '8', part: 'us', version: '9f2d41c07b3e', artifact, at: at('12:05') }),
    );
    expect(deploys()).toMatchObject([
      { version: 'v1.4.2', artifact, status: 'started', parts: [{ name: 'all' }, { name: 'us' }] },
    ]);
  });

  it('that came up has not failed when its sender says so long after', () => {
    const { when, deploys } = story();
    when(NOON, report('succeeded', { id: '7' }));
    when(NOON + 3 * HOUR, report('failed', { id: '7', at: NOON + 3 * HOUR }));
    expect(deploys()).toMatchObject([{ status: 'succeeded', finishedAt: NOON }]);
  });

  it('of two services that nobody knows stays two deploys, though both have the same version', () => {
    const { when, deploys } = story();
    when(NOON, report('succeeded', { hints: { application: 'cart' } }));
    when(NOON, report('succeeded', { hints: { application: 'search' } }));
    when(NOON, report('succeeded', { hints: { application: 'search' }, part: 'us' }));
    expect(deploys().map(({ hints, parts }) => [hints.application, parts.length])).toEqual([
      ['cart', 1],
      ['search', 2],
    ]);
  });

  it('is watched where the sender says that the environment is a production one, whatever its name', () => {
    const { when } = story();
    const [live] = when(
      NOON,
      report('succeeded', { environment: 'eu', environmentTier: 'production' }),
    ).deploys;
    const [trial] = when(
      NOON,
      report('succeeded', { environment: 'eu-2', environmentTier: 'testing' }),
    ).deploys;
    expect(live?.watch?.state).toBe('watching');
    expect(trial?.watch).toBeUndefined();
  });

  it('that failed is not watched', () => {
    const { when } = story();
    when(NOON, report('started', { id: '7' }));
    const failed = when(at('12:03'), report('failed', { id: '7', at: at('12:03') }));
    expect(failed.deploys[0]).toMatchObject({ status: 'failed', watch: { state: 'cancelled' } });
    expect(kinds(failed)).toEqual(['announceDeploy']);
  });

  it('ends the watch of an older one of the same service, and cancels what was to be done for it', () => {
    const { when, deploys } = story();
    const [old] = when(NOON, report('succeeded')).deploys;
    const newer = when(at('12:05'), report('succeeded', { version: 'v2', at: at('12:05') }));
    expect(deploys().find(({ id }) => id === old?.id)?.watch).toMatchObject({
      state: 'superseded',
      supersededBy: 'v2',
    });
    expect(newer.cancel).toEqual([`look:${old?.id}:`]);
  });

  it('elsewhere than in production is recorded only', () => {
    const decision = story().when(NOON, report('succeeded', { environment: 'staging' }));
    expect(decision.jobs).toEqual([]);
    expect(decision.deploys[0]).not.toHaveProperty('channel');
  });

  it('that is heard of a day late is recorded only', () => {
    const decision = story().when(NOON + 25 * HOUR, report('succeeded'));
    expect(decision.jobs).toEqual([]);
    expect(decision.deploys[0]).not.toHaveProperty('watch');
  });

  it('is looked at until its watch is over, then reported, once', () => {
    const { when, deploys } = story();
    const [deploy] = when(NOON, report('succeeded')).deploys;
    const id = deploy?.id ?? '';
    for (let look = 0; look < 15; look += 1) {
      const decision = when(NOON + (look + 1) * MINUTE, looked(id, look));
      expect(decision.jobs.at(-1)?.task).toMatchObject({ kind: 'look', look: look + 1 });
    }
    const last = when(NOON + 16 * MINUTE, looked(id, 15));
    expect(kinds(last)).toEqual(['announceDeploy', 'reportDeploy']);
    expect(deploys()[0]?.watch?.state).toBe('done');
    expect(when(NOON + 17 * MINUTE, looked(id, 15)).jobs).toEqual([]);
  });

  it.each([
    ['a quarter of an hour, scraped every 15 s', 900, 15, 60, 15],
    ['a quarter of an hour, scraped every 45 s', 900, 45, 90, 10],
    ['75 s, scraped every 5 s', 75, 5, 15, 5],
    ['80 s, scraped every 15 s', 80, 15, 15, 5],
    ['six minutes, scraped every 50 s', 360, 50, 50, 7],
  ])('of %s is looked at in whole scrapes, and five times at least', (_, after, scrape, step, planned) => {
    expect(stepsOf(after * 1000, scrape * 1000)).toEqual({ step: step * 1000, planned });
  });

  it('skips the looks that a pause of the program missed', () => {
    const { when } = story();
    const [deploy] = when(NOON, report('succeeded')).deploys;
    const decision = when(NOON + 10 * MINUTE, looked(deploy?.id ?? '', 1));
    const next = decision.jobs.at(-1);
    expect(next?.task).toMatchObject({ kind: 'look', look: 8 });
    expect(deploy?.watch === undefined ? 0 : lookDue(deploy.watch, 8)).toBe(NOON + 9 * MINUTE + LAG);
  });
});

describe('a watch that judges', () => {
  const verdict = (word: 'degraded' | 'steady' | 'inconclusive') => ({
    verdict: word,
    signals: [],
    reasons: [],
  });
  const begun = () => {
    const told = story();
    const id = told.when(NOON, report('succeeded')).deploys[0]?.id ?? '';
    return { ...told, id };
  };

  it('reports what is certain at once, goes on, and reports once more at its end', () => {
    const { when, deploys, id } = begun();
    when(at('12:02'), { ...looked(id, 1), verdict: verdict('inconclusive') });
    const turned = when(at('12:03'), { ...looked(id, 2), verdict: verdict('degraded') });
    expect(kinds(turned)).toEqual(['announceDeploy', 'reportDeploy', 'look']);
    expect(turned.jobs[0]?.priority).toBeLessThan(kinds(turned).length);
    expect(kinds(when(at('12:04'), { ...looked(id, 3), verdict: verdict('degraded') }))).toEqual([
      'announceDeploy',
      'look',
    ]);
    const end = when(at('12:17'), { ...looked(id, 15), verdict: verdict('degraded') });
    expect(kinds(end)).toEqual(['announceDeploy', 'reportDeploy']);
    expect(deploys()[0]?.watch).toMatchObject({ state: 'done', verdict: { verdict: 'degraded' } });
  });

  it('waits at its end for data that are late, and not for ever', () => {
    const { when, deploys, id } = begun();
    const unsettled = { ...looked(id, 15), verdict: verdict('inconclusive'), unsettled: 'away' as const };
    const waits = when(at('12:17'), unsettled);
    expect(waits.jobs.at(-1)?.task).toMatchObject({ kind: 'look', look: 15 });
    expect(waits.jobs.at(-1)?.due).toBe(at('12:17:30'));
    expect(deploys()[0]?.watch?.state).toBe('watching');
    expect(kinds(when(at('12:47'), unsettled))).toEqual(['announceDeploy', 'reportDeploy']);
    expect(deploys()[0]?.watch?.state).toBe('done');
  });

  it('keeps what went wrong in asking with what it judged, until a look goes well', () => {
    const { when, deploys, id } = begun();
    const problems = [{ code: 'query-too-large' as const, what: 'Too many series.' }];
    when(at('12:03'), { ...looked(id, 2), problems });
    expect(deploys()[0]?.watch?.problems).toEqual(problems);
    when(at('12:04'), looked(id, 3));
    expect(deploys()[0]?.watch).not.toHaveProperty('problems');
  });

  it('waits less for data that may never come than for a source that is away', () => {
    const { when, deploys, id } = begun();
    const late = { ...looked(id, 15), verdict: verdict('inconclusive'), unsettled: 'late' as const };
    expect(when(at('12:17'), late).jobs.at(-1)?.task).toMatchObject({ kind: 'look' });
    expect(kinds(when(at('12:21'), late))).toEqual(['announceDeploy', 'reportDeploy']);
    expect(deploys()[0]?.watch?.state).toBe('done');
  });

  it('that degraded is reported though a newer deploy ends it in the same second, and says that it is over', () => {
    const { when, id } = begun();
    when(at('12:04'), { ...looked(id, 3), verdict: verdict('degraded') });
    const newer = when(at('12:04:01'), report('succeeded', { version: 'v2', at: at('12:04') }));
    expect(newer.cancel).toEqual([`look:${id}:`]);
    expect(newer.jobs.map(({ key }) => key)).toContain(`report:${id}:end`);
  });

  it('whose early report no longer holds when a newer deploy ends it corrects that report', () => {
    const { when, id } = begun();
    when(at('12:04'), { ...looked(id, 3), verdict: verdict('degraded') });
    when(at('12:05'), { ...looked(id, 4), verdict: verdict('inconclusive') });
    const newer = when(at('12:06'), report('succeeded', { version: 'v2', at: at('12:06') }));
    expect(newer.jobs.map(({ key }) => key)).toContain(`report:${id}:end`);
  });

  const inRegion = (part: string, status: 'started' | 'succeeded' | 'failed', clock: string) =>
    [at(clock), report(status, { part, id: part, at: at(clock) })] as const;

  it('whose rollout fails in a second region ends without a word of steady, and is looked at no more', () => {
    const { when, deploys } = story();
    when(...inRegion('eu', 'succeeded', '12:00'));
    const id = deploys()[0]?.id ?? '';
    when(at('12:03'), { ...looked(id, 2), verdict: verdict('inconclusive') });
    const failed = when(...inRegion('us', 'failed', '12:05'));
    expect(failed.cancel).toEqual([`look:${id}:`]);
    expect(deploys()[0]).toMatchObject({ status: 'failed', watch: { state: 'cancelled' } });
    expect(deploys()[0]?.watch).not.toHaveProperty('verdict');
    expect(when(at('12:17'), { ...looked(id, 15), verdict: verdict('steady') }).jobs).toEqual([]);
  });

  it('takes steady back when a further region fails right after it was said', () => {
    const { when, deploys, id } = begun();
    when(at('12:09'), report('started', { part: 'us', id: 'us', at: at('12:09') }));
    when(at('12:17'), { ...looked(id, 15), verdict: verdict('steady') });
    const failed = when(at('12:18'), report('failed', { part: 'us', id: 'us', at: at('12:18') }));
    expect(failed.jobs.map(({ key }) => key)).toContain(`report:${id}:end`);
    expect(deploys()[0]?.watch).not.toHaveProperty('verdict');
  });

  it('that degraded stays degraded when the rollout fails in a further region', () => {
    const { when, deploys } = story();
    when(...inRegion('eu', 'succeeded', '12:00'));
    const id = deploys()[0]?.id ?? '';
    when(at('12:03'), { ...looked(id, 2), verdict: verdict('degraded') });
    const failed = when(...inRegion('us', 'failed', '12:05'));
    expect(failed.jobs.map(({ key }) => key)).toContain(`report:${id}:end`);
    expect(deploys()[0]?.watch).toMatchObject({ state: 'cancelled', verdict: { verdict: 'degraded' } });
  });

  it('of a rollout in three regions gives the last one its whole watch', () => {
    const { when, deploys } = story();
    const window = () => deploys()[0]?.watch?.window;
    when(...inRegion('eu', 'succeeded', '12:00'));
    const id = deploys()[0]?.id ?? '';
    when(at('12:01'), looked(id, 0));
    when(at('12:08'), { ...looked(id, 7), verdict: verdict('inconclusive') });
    const second = when(...inRegion('us', 'succeeded', '12:09'));
    expect(window()).toEqual({ from: at('12:10'), to: at('12:25') });
    expect(second.cancel).toEqual([`look:${id}:`]);
    expect(second.jobs.at(-1)?.task).toMatchObject({ kind: 'look', look: 1 });
    expect(second.jobs.at(-1)?.due).toBe(at('12:11') + LAG);
    const third = when(...inRegion('ap', 'succeeded', '12:18'));
    expect(deploys()).toHaveLength(1);
    expect(window()).toEqual({ from: at('12:19'), to: at('12:34') });
    expect(third.jobs.at(-1)?.task).toMatchObject({ kind: 'look', look: 1 });
  });

  it('that is done is taken up again for a region that follows, and not by a look that was under way', () => {
    const { when, deploys, id } = begun();
    when(at('12:09'), report('started', { part: 'ap', id: 'ap', at: at('12:09') }));
    when(at('12:17'), { ...looked(id, 15), verdict: verdict('steady') });
    const before = deploys()[0]?.watch?.window.from ?? 0;
    const again = when(at('12:18'), report('succeeded', { part: 'ap', id: 'ap', at: at('12:18') }));
    expect(deploys()[0]?.watch).toMatchObject({ state: 'watching', looks: 0 });
    expect(again.jobs.map(({ key }) => key)).toContain(`report:${id}:end`);
    expect(when(at('12:18'), { ...looked(id, 15), windowFrom: before }).deploys).toEqual([]);
  });

  it('that degraded in the first region stays so until the second was looked at as long', () => {
    const { when, deploys } = story();
    when(...inRegion('eu', 'succeeded', '12:00'));
    const id = deploys()[0]?.id ?? '';
    when(at('12:03'), { ...looked(id, 2), verdict: verdict('degraded') });
    when(...inRegion('us', 'succeeded', '12:09'));
    const next = when(at('12:12'), { ...looked(id, 1), verdict: verdict('inconclusive') });
    expect(deploys()[0]?.watch?.verdict?.verdict).toBe('degraded');
    expect(kinds(next)).not.toContain('reportDeploy');
    when(at('12:26'), { ...looked(id, 15), verdict: verdict('inconclusive') });
    expect(deploys()[0]?.watch?.verdict?.verdict).toBe('inconclusive');
  });

  it('is not taken up again by a late region once a newer version runs', () => {
    const { when, deploys, id } = begun();
    when(at('12:09'), report('started', { part: 'ap', id: 'ap', at: at('12:09') }));
    when(at('12:17'), { ...looked(id, 15), verdict: verdict('steady') });
    when(at('12:18'), report('succeeded', { version: 'v2', at: at('12:18') }));
    when(at('12:19'), report('succeeded', { part: 'ap', id: 'ap', at: at('12:19') }));
    const first = deploys().find((deploy) => deploy.id === id);
    expect(first?.watch).toMatchObject({ state: 'done', verdict: { verdict: 'steady' } });
  });

  it('of a rollout that failed and was tried again begins anew', () => {
    const { when, deploys } = story();
    when(NOON, report('failed', { id: '7' }));
    const again = when(at('12:05'), report('succeeded', { id: '7', at: at('12:05') }));
    const window = { from: at('12:06'), to: at('12:21') };
    expect(deploys()[0]).toMatchObject({ status: 'succeeded', watch: { state: 'watching', window } });
    expect(again.jobs.at(-1)?.task).toMatchObject({ kind: 'look', look: 0 });
  });

  it('that had told nothing yet when a newer deploy ends it reports nothing', () => {
    const { when, id } = begun();
    when(at('12:04'), { ...looked(id, 3), verdict: verdict('inconclusive') });
    const newer = when(at('12:06'), report('succeeded', { version: 'v2', at: at('12:06') }));
    expect(kinds(newer)).not.toContain('reportDeploy');
  });

  it('that a newer deploy supersedes keeps what it had found', () => {
    const { when, deploys, id } = begun();
    when(at('12:03'), { ...looked(id, 2), verdict: verdict('degraded') });
    when(at('12:05'), report('succeeded', { version: 'v2', at: at('12:05') }));
    const old = deploys().find((deploy) => deploy.id === id);
    expect(old?.watch).toMatchObject({ state: 'superseded', verdict: { verdict: 'degraded' } });
    expect(when(at('12:06'), { ...looked(id, 5), verdict: verdict('steady') }).jobs).toEqual([]);
  });
});

describe('the service that an event is about', () => {
  it.each([
    ['its name', { service: 'ledger' }, 'ledger'],
    ['a match rule with a pattern', { repository: 'acme/shop', environment: 'prod-eu' }, 'checkout'],
    ['the name of its application', { application: 'ledger' }, 'ledger'],
    ['the labels that select it', { labels: { service_name: 'checkout', pod: 'x' } }, 'checkout'],
    ['a label that names it', { labels: { app: 'ledger' } }, 'ledger'],
  ])('is found by %s', (_, hints, expected) => {
    expect(resolveService(CATALOG, hints)?.name).toBe(expected);
  });

  it.each([
    ['another environment than the rule’s', { repository: 'acme/shop', environment: 'staging' }],
    ['a name that nobody has', { service: 'nobody' }],
    ['nothing', {}],
    ['a pattern’s letters as they are', { repository: 'acmeXshop', environment: 'prod-eu' }],
  ])('is not found by %s', (_, hints) => {
    expect(resolveService(CATALOG, hints)).toBeUndefined();
  });
});
