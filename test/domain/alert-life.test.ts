import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expressionOf } from '#domain/alert.ts';
import { alert, at, CATALOG, HOUR, kinds, NOON, notification, report, story } from './given.ts';

describe('an alert group', () => {
  it('that fires begins an episode: it is announced, drawn, and stands in its service’s channel', () => {
    const { when } = story();
    const decision = when(NOON, notification('firing'));
    expect(decision.episodes[0]).toMatchObject({
      status: 'firing',
      service: 'checkout',
      severity: 'page',
      channel: '#payments',
      startedAt: at('11:58'),
    });
    expect(kinds(decision)).toEqual(['announceAlert', 'snapshotAlert', 'remindAlert']);
  });

  it('that is told of again is announced again, but not drawn again', () => {
    const { when, episodes } = story();
    when(NOON, notification('firing'));
    const again = when(
      at('12:05'),
      notification('firing', { alerts: [alert('f1', 'firing'), alert('f2', 'firing')] }),
    );
    expect(kinds(again)).toEqual(['announceAlert']);
    expect(episodes()).toHaveLength(1);
    expect(again.episodes[0]?.alerts).toHaveLength(2);
  });

  it('of which some alerts resolved goes on', () => {
    const { when } = story();
    when(NOON, notification('firing', { alerts: [alert('f1', 'firing'), alert('f2', 'firing')] }));
    const {
      episodes: [episode],
    } = when(
      at('12:03'),
      notification('firing', { alerts: [alert('f1', 'resolved'), alert('f2', 'firing')] }),
    );
    expect(episode?.status).toBe('firing');
    expect(episode?.alerts.map(({ status }) => status)).toEqual(['resolved', 'firing']);
  });

  it('that resolves says when it did', () => {
    const { when } = story();
    when(NOON, notification('firing'));
    const {
      episodes: [episode],
    } = when(at('12:11'), notification('resolved'));
    expect(episode).toMatchObject({ status: 'resolved', resolvedAt: at('12:10') });
  });

  it('that fires again within four hours goes on in its thread, counts, and is drawn anew', () => {
    const { when, episodes } = story();
    when(NOON, notification('firing'));
    when(at('12:11'), notification('resolved'));
    const again = when(at('15:00'), notification('firing'));
    expect(again.episodes[0]).toMatchObject({ status: 'firing', flaps: 1 });
    expect(again.episodes[0]).not.toHaveProperty('resolvedAt');
    expect(kinds(again)).toEqual(['announceAlert', 'snapshotAlert', 'remindAlert']);
    expect(episodes()).toHaveLength(1);
  });

  it('that fires again later is a new thread', () => {
    const { when, episodes } = story();
    when(NOON, notification('firing'));
    when(at('12:11'), notification('resolved'));
    when(
      at('12:11') + 4 * HOUR,
      notification('firing', { alerts: [alert('f1', 'firing', { startsAt: at('16:11') })] }),
    );
    expect(episodes()).toHaveLength(2);
  });

  it('whose resolution is all that is heard of is not told at all', () => {
    const decision = story().when(NOON, notification('resolved'));
    expect(decision).toEqual({ episodes: [], deploys: [], cancel: [], jobs: [] });
  });

  it('of no known service stands in the incidents channel and is kept as unmatched, once', () => {
    const { when } = story();
    const labels = { alertname: 'Errors', service_name: 'nobody' };
    const unknown = notification('firing', {
      commonLabels: labels,
      alerts: [alert('f1', 'firing', { labels })],
    });
    const first = when(NOON, unknown);
    expect(first.episodes[0]?.channel).toBe('#incidents');
    expect(first.unmatched?.hints.labels).toMatchObject({ service_name: 'nobody' });
    expect(when(at('12:01'), unknown).unmatched).toBeUndefined();
  });

  it('stays acknowledged by whoever did it first', () => {
    const { when, episodes } = story();
    const [episode] = when(NOON, notification('firing')).episodes;
    const by = (user: string) => ({
      type: 'alertAcknowledged' as const,
      episode: episode?.id ?? '',
      by: { kind: 'person' as const, user },
    });
    when(at('12:01'), by('U1'));
    expect(when(at('12:02'), by('U2')).jobs).toEqual([]);
    expect(episodes()[0]?.acknowledged).toEqual({
      by: { kind: 'person', user: 'U1' },
      at: at('12:01'),
    });
    expect(when(at('12:11'), notification('resolved')).episodes[0]?.acknowledged?.by).toEqual({
      kind: 'person',
      user: 'U1',
    });
  });

  it('of a thousand alerts is one episode', () => {
    const alerts = Array.from({ length: 1000 }, (_, i) => alert(`f${i}`, 'firing'));
    const {
      episodes: [episode],
    } = story().when(NOON, notification('firing', { alerts, truncated: 17 }));
    expect(episode?.alerts).toHaveLength(1000);
    expect(episode?.truncated).toBe(17);
  });

  it('in whatever order it is told ends as it was told last, in as many threads as it needs', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('firing' as const, 'resolved' as const), { minLength: 1, maxLength: 12 }),
        (states) => {
          const { when, episodes, decisions } = story();
          states.forEach((status, i) => {
            when(NOON + i * 60_000, notification(status));
          });
          const open = episodes().filter(({ status }) => status === 'firing');
          const known = states.includes('firing');
          expect(open).toHaveLength(known && states.at(-1) === 'firing' ? 1 : 0);
          for (const { jobs } of decisions())
            expect(new Set(jobs.map(({ key }) => key)).size).toBe(jobs.length);
        },
      ),
    );
  });
});

describe('the expression of an alert', () => {
  const of = (generatorUrl: string) => expressionOf(alert('f', 'firing', { generatorUrl }));

  it('is read from the link that Prometheus gave it', () => {
    expect(of('http://p/graph?g0.expr=sum%28rate%28a%5B5m%5D%29%29+%3E+0.01&g0.tab=1')).toBe(
      'sum(rate(a[5m])) > 0.01',
    );
  });

  it.each(['', 'http://p/', 'http://p/?x=1', 'http://p/?g0.expr=%', 'http://p/?g0.expr=%FF%FE'])(
    'is absent from %s',
    (url) => {
      expect(of(url)).toBeUndefined();
    },
  );

  it('is whatever was put in', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', minLength: 1 }).filter((text) => text.isWellFormed()),
        (text) => {
          expect(of(`http://p/graph?g0.expr=${encodeURIComponent(text)}&g0.tab=0`)).toBe(text);
        },
      ),
    );
  });
});

describe('deciding', () => {
  it('is pure: the same state, event and time give the same decision', () => {
    const events = [notification('firing'), report('succeeded'), notification('resolved')];
    const run = () => {
      const { when } = story(CATALOG);
      return events.map((event, i) => when(NOON + i, event));
    };
    expect(run()).toEqual(run());
  });
});
