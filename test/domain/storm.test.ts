import { describe, expect, it } from 'vitest';
import { SECOND } from '#domain/time.ts';
import { sortedByUrgency } from '#domain/umbrella.ts';
import { alert, at, CATALOG, kinds, MINUTE, NOON, notification, story } from './given.ts';

/** A notification of the n-th group of a storm. */
function group(n: number, status: 'firing' | 'resolved' = 'firing', severity = 'critical') {
  return notification(status, {
    groupKey: `g${n}`,
    commonLabels: { alertname: `Errors${n}`, service_name: 'checkout', severity },
    alerts: [alert(`f${n}`, status)],
  });
}

describe('a storm of alerts in one channel', () => {
  it('leaves the first ten groups of a minute their own threads', () => {
    const { when, episodes } = story();
    for (let n = 0; n < 10; n += 1) when(NOON + n * SECOND, group(n));
    expect(episodes().filter(({ umbrella }) => umbrella !== undefined)).toEqual([]);
  });

  it('puts the eleventh and what follows under one umbrella, which is announced instead of them', () => {
    const { when, episodes } = story();
    for (let n = 0; n < 10; n += 1) when(NOON + n * SECOND, group(n));
    const eleventh = when(NOON + 11 * SECOND, group(11));
    expect(eleventh.umbrella).toMatchObject({ id: 'u11', channel: '#payments' });
    expect(eleventh.umbrella?.before).toHaveLength(10);
    expect(kinds(eleventh)).toEqual(['announceUmbrella', 'remindUmbrella']);
    const twelfth = when(NOON + 12 * SECOND, group(12));
    expect(twelfth.episodes[0]?.umbrella).toBe('u11');
    expect(new Set(episodes().map(({ umbrella }) => umbrella))).toEqual(new Set([undefined, 'u11']));
  });

  it('goes on while new groups keep coming, and is over a minute after the last', () => {
    const { when } = story();
    for (let n = 0; n < 11; n += 1) when(NOON + n * SECOND, group(n));
    expect(when(NOON + 65 * SECOND, group(20)).episodes[0]?.umbrella).toBe('u11');
    expect(when(NOON + 120 * SECOND, group(21)).episodes[0]?.umbrella).toBe('u11');
    expect(when(NOON + 181 * SECOND, group(22)).episodes[0]?.umbrella).toBeUndefined();
  });

  it('tells the end of a group where its beginning was told', () => {
    const { when } = story();
    for (let n = 0; n < 11; n += 1) when(NOON + n * SECOND, group(n));
    const own = when(NOON + MINUTE, group(3, 'resolved'));
    expect(kinds(own)).toEqual(['announceAlert']);
    const under = when(NOON + MINUTE, group(10, 'resolved'));
    expect(kinds(under)).toEqual(['announceUmbrella']);
    expect(under.episodes[0]).toMatchObject({ status: 'resolved', umbrella: 'u11' });
  });

  it('is acknowledged as a whole: every group under it that fires', () => {
    const { when, episodes } = story();
    for (let n = 0; n < 13; n += 1) when(NOON + n * SECOND, group(n));
    when(NOON + MINUTE, group(12, 'resolved'));
    const decision = when(at('12:02'), {
      type: 'umbrellaAcknowledged',
      umbrella: 'u11',
      by: { kind: 'person', user: 'U1' },
    });
    expect(decision.episodes.map(({ groupKey }) => groupKey).toSorted()).toEqual(['g10', 'g11']);
    expect(decision.cancel).toEqual(['remind:u11:']);
    expect(episodes().filter(({ acknowledged }) => acknowledged !== undefined)).toHaveLength(2);
  });

  it('lists firing pages first, then what fires, what is acknowledged, what is over', () => {
    const { when, episodes } = story();
    when(NOON, group(1, 'firing', 'warning'));
    when(NOON, group(2));
    when(NOON, group(3));
    when(NOON, group(4));
    const [, , third] = episodes();
    when(NOON, {
      type: 'alertAcknowledged',
      episode: third?.id ?? '',
      by: { kind: 'person', user: 'U1' },
    });
    when(NOON + MINUTE, group(4, 'resolved'));
    expect(sortedByUrgency(episodes()).map(({ groupKey }) => groupKey)).toEqual(['g2', 'g1', 'g3', 'g4']);
  });
});

describe('a page that nobody acknowledges', () => {
  it('is to be reminded of once, after the configured time', () => {
    const { jobs } = story().when(NOON, notification('firing'));
    expect(jobs.find(({ task }) => task.kind === 'remindAlert')?.due).toBe(NOON + CATALOG.remindAfter);
  });

  it('is not reminded of when somebody acknowledges or it resolves; a ticket never is', () => {
    const { when, episodes } = story();
    when(NOON, notification('firing'));
    const [episode] = episodes();
    const by = { kind: 'person' as const, user: 'U1' };
    const pressed = when(at('12:01'), { type: 'alertAcknowledged', episode: episode?.id ?? '', by });
    expect(pressed.cancel).toEqual(['remind:a1:']);
    expect(when(at('12:11'), notification('resolved')).cancel).toEqual(['remind:a1:']);
    expect(kinds(story().when(NOON, group(1, 'firing', 'warning')))).not.toContain('remindAlert');
  });
});

describe('a group that flaps', () => {
  it('is counted each time in its thread, and drawn again only when its panels are old', () => {
    const { when } = story();
    when(NOON, notification('firing'));
    for (const minute of [1, 2, 3]) {
      when(NOON + minute * MINUTE, notification('resolved'));
      const again = when(NOON + minute * MINUTE + 30 * SECOND, notification('firing'));
      expect(again.episodes[0]?.flaps).toBe(minute);
      expect(kinds(again)).not.toContain('snapshotAlert');
    }
    when(NOON + 10 * MINUTE, notification('resolved'));
    expect(kinds(when(NOON + 11 * MINUTE, notification('firing')))).toContain('snapshotAlert');
  });
});

describe('a resolution that never came', () => {
  it('is taken from Alertmanager, which has none of the alerts any more, and says so', () => {
    const { when, episodes } = story();
    when(NOON, notification('firing'));
    const [episode] = episodes();
    const decision = when(at('12:20'), {
      type: 'resolveLost',
      episode: episode?.id ?? '',
      heardAt: episode?.heardAt ?? 0,
    });
    expect(decision.episodes[0]).toMatchObject({
      status: 'resolved',
      resolvedAt: at('12:20'),
      reconciled: true,
    });
    expect(decision.episodes[0]?.alerts.map(({ status }) => status)).toEqual(['resolved']);
    const again = when(at('12:30'), notification('firing'));
    expect(again.episodes[0]).toMatchObject({ status: 'firing', flaps: 1 });
    expect(again.episodes[0]).not.toHaveProperty('reconciled');
  });

  it('does not close a group of which something was heard meanwhile', () => {
    const { when, episodes } = story();
    when(NOON, notification('firing'));
    const [episode] = episodes();
    when(at('12:19'), notification('firing'));
    const decision = when(at('12:20'), {
      type: 'resolveLost',
      episode: episode?.id ?? '',
      heardAt: episode?.heardAt ?? 0,
    });
    expect(decision.episodes).toEqual([]);
    expect(episodes()[0]?.status).toBe('firing');
  });
});
