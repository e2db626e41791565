import { describe, expect, it } from 'vitest';
import { comparedWindows } from '#domain/compare-windows.ts';
import type { Deploy } from '#domain/deploy.ts';
import type { Request } from '#domain/request.ts';

const MINUTE = 60_000;
const at = (clock: string) => Date.parse(`2026-11-25T${clock}:00Z`);
const NOW = at('14:00');

const deployed = (version: string, clock: string, more: Partial<Deploy> = {}): Deploy => ({
  ...{ id: version, service: 'checkout', hints: {}, version, environment: 'production', status: 'succeeded' },
  ...{ startedAt: at(clock) - MINUTE, finishedAt: at(clock), changes: [], parts: [] },
  watch: {
    ...{ state: 'done', baseline: { from: 0, to: 0 }, window: { from: 0, to: 0 }, looks: 0, looksPlanned: 5 },
  },
  ...more,
});
const DEPLOYS = [deployed('v1.4.2', '13:48'), deployed('v1.4.1', '09:00'), deployed('v1.4.0', '08:55')];

type Compare = Extract<Request, { ask: 'compare' }>;
function windows(request: Partial<Compare>, deploys = DEPLOYS, now = NOW) {
  const whole: Compare = {
    ...{ ask: 'compare', service: 'checkout', measures: ['errorRatio'], length: 30 * MINUTE },
    against: { kind: 'beforeDeploy' },
    ...request,
  };
  const outcome = comparedWindows(whole, deploys, now, 'Europe/Berlin');
  if (!outcome.ok) return outcome.problem.what;
  const { before, after, of, against } = outcome.value;
  const clock = (moment: number) => new Date(moment).toISOString().slice(11, 16);
  return `${clock(after.from)}–${clock(after.to)} ${of} | ${clock(before.from)}–${clock(before.to)} ${against}`;
}

describe('the windows of a comparison', () => {
  it.each<[string, Partial<Compare>, string]>([
    [
      'against an hour ago are as long as asked',
      { against: { kind: 'ago', by: 60 * MINUTE, words: '1h ago' } },
      '13:30–14:00 last 30m | 12:30–13:00 1h ago',
    ],
    [
      'against before a deploy hold nothing from before it in the later one, and both are as long as it has run',
      {},
      '13:48–14:00 the 12m since v1.4.2 came | 13:35–13:47 before v1.4.2',
    ],
    [
      'against before an earlier version',
      { against: { kind: 'beforeDeploy', version: 'v1.4.1' } },
      '13:56–14:00 last 4m | 08:55–08:59 before v1.4.1',
    ],
    [
      'against a version that was replaced are the last that it ran',
      { against: { kind: 'version', version: 'v1.4.1' } },
      '13:48–14:00 the 12m since v1.4.2 came | 13:35–13:47 v1.4.1',
    ],
    [
      'against a version that ran for less are as short as its run',
      { against: { kind: 'version', version: '1.4.0' } },
      '13:56–14:00 last 4m | 08:55–08:59 v1.4.0',
    ],
    [
      'against the version that runs now are what came after it and what was before',
      { against: { kind: 'version', version: 'v1.4.2' } },
      '13:48–14:00 the 12m since v1.4.2 came | 13:35–13:47 before v1.4.2',
    ],
    [
      'of two versions are the last of each',
      { version: 'v1.4.2', against: { kind: 'version', version: 'v1.4.1' } },
      '13:48–14:00 last 12m of v1.4.2 | 13:35–13:47 v1.4.1',
    ],
    [
      'of a version that is gone end when it went',
      { version: 'v1.4.1', against: { kind: 'beforeDeploy', version: 'v1.4.1' } },
      '13:43–13:47 v1.4.1, its last 4m | 08:55–08:59 before v1.4.1',
    ],
    [
      'since a time of the day begin at it in the configured zone',
      { since: 14 * 60 + 30, against: { kind: 'ago', by: 24 * 60 * MINUTE, words: 'yesterday' } },
      '13:30–14:00 last 30m | 13:30–14:00 yesterday',
    ],
  ])('%s', (_, request, expected) => {
    expect(windows(request)).toBe(expected);
  });

  it('say what is not known, and what is too short to tell anything', () => {
    expect(windows({ against: { kind: 'version', version: 'v9' } })).toBe(
      'I know no deploy of v9 of checkout. Nearest that I know: v1.4.2, v1.4.1, v1.4.0.',
    );
    expect(windows({ version: '1.4.5' })).toContain('Nearest that I know: v1.4.2, v1.4.1, v1.4.0.');
    expect(windows({ since: 60, against: { kind: 'ago', by: 60 * MINUTE, words: '1h ago' } })).toMatch(
      /Windows of 1[34]h .* overlap/,
    );
    expect(windows({}, [])).toBe('I know no deploy of checkout.');
    expect(windows({}, [deployed('v2', '14:00'), ...DEPLOYS])).toMatch(/less than 15 s.*before v2/);
  });

  it('pass over rollouts that failed and deploys elsewhere', () => {
    const failed = deployed('v1.4.3', '13:58', { status: 'failed' });
    const { watch: _, ...elsewhere } = deployed('v1.5.0', '13:55', { environment: 'staging' });
    expect(windows({}, [failed, elsewhere, ...DEPLOYS])).toContain('before v1.4.2');
  });

  it('“vs v1” ten minutes into a rollout of v2 never compares v1 with itself', () => {
    const v1 = deployed('v1', '09:00');
    const vs = { against: { kind: 'version', version: 'v1' } } as const;
    const { finishedAt: _, ...underWay } = deployed('v2', '13:51');
    expect(windows(vs, [underWay, v1])).toBe('13:50–14:00 the 10m since v2 began to come | 13:40–13:50 v1');
    expect(windows(vs, [deployed('v2', '13:58'), v1])).toBe(
      '13:58–14:00 the 2m since v2 came | 13:55–13:57 v1',
    );
  });

  it.each<[string, Partial<Compare>]>([
    ['a time too short ago', { against: { kind: 'ago', by: 10 * MINUTE, words: '10m ago' } }],
    ['what ran before it came', { version: 'v1.4.1', against: { kind: 'beforeDeploy', version: 'v1.4.2' } }],
  ])('that share minutes are refused with what helps: %s', (_, request) => {
    expect(windows(request)).toMatch(
      /overlap.*Ask for a shorter length, or for a time or version longer ago/,
    );
  });

  it('“vs before deploy” after a rollback holds only the version that was rolled back, not what ran before it', () => {
    const rolledBack = [
      deployed('v1.4.1', '13:26'),
      deployed('v1.4.2', '13:20'),
      deployed('v1.4.1', '09:00'),
    ];
    expect(windows({}, rolledBack)).toBe('13:55–14:00 last 5m | 13:20–13:25 before v1.4.1');
  });

  it('“v1.4.1 vs v1.4.2” has the earlier version before and the later one after, whichever was named first', () => {
    expect(windows({ version: 'v1.4.1', against: { kind: 'version', version: 'v1.4.2' } })).toBe(
      '13:48–14:00 last 12m of v1.4.2 | 13:35–13:47 v1.4.1',
    );
    expect(windows({ version: 'v1.4.0', against: { kind: 'version', version: 'v1.4.1' } })).toBe(
      '13:43–13:47 v1.4.1, its last 4m | 08:55–08:59 v1.4.0',
    );
  });

  it('know a version by the first letters of its commit', () => {
    const sha = [deployed('8f31c2d', '13:48'), deployed('0a1b2c3d4e5f60718293a4b5c6d7e8f901234567', '09:00')];
    expect(windows({ against: { kind: 'version', version: '0a1b2c3' } }, sha)).toContain(
      '13:35–13:47 0a1b2c3d',
    );
    expect(windows({ against: { kind: 'version', version: '8f31c2d9aa' } }, sha)).toContain('before 8f31c2d');
  });

  it('follow the clocks of the zone on the days that have 25 and 23 hours', () => {
    const yesterday = { kind: 'ago', by: 24 * 60 * MINUTE, words: 'yesterday' } as const;
    const second = Date.parse('2026-10-25T01:10:00Z');
    expect(windows({ since: 150, against: yesterday }, [], second)).toMatch(/^00:30–01:10 last 40m/);
    const noon = Date.parse('2026-10-25T11:00:00Z');
    expect(windows({ against: yesterday }, [], noon)).toContain('| 09:30–10:00 yesterday');
    expect(windows({ against: { ...yesterday, words: '24h ago' } }, [], noon)).toContain(
      '| 10:30–11:00 24h ago',
    );
    const spring = Date.parse('2026-03-29T02:00:00Z');
    expect(windows({ since: 150, against: yesterday }, [], spring)).toMatch(/^01:30–02:00 last 30m/);
    const after = Date.parse('2026-03-29T22:00:00Z');
    expect(windows({ length: 24 * 60 * MINUTE, against: yesterday }, [], after)).not.toMatch(/overlap/);
  });
});
