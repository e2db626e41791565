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
function windows(request: Partial<Compare>, deploys = DEPLOYS) {
  const whole: Compare = {
    ...{ ask: 'compare', service: 'checkout', measures: ['errorRatio'], length: 30 * MINUTE },
    against: { kind: 'beforeDeploy' },
    ...request,
  };
  const outcome = comparedWindows(whole, deploys, NOW, 'Europe/Berlin');
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
      '13:30–14:00 last 30m | 08:29–08:59 before v1.4.1',
    ],
    [
      'against a version that was replaced are the last that it ran',
      { against: { kind: 'version', version: 'v1.4.1' } },
      '13:30–14:00 last 30m | 13:17–13:47 v1.4.1',
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
      '13:17–13:47 v1.4.1, its last 30m | 08:29–08:59 before v1.4.1',
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
      'I know no deploy of v9 of checkout.',
    );
    expect(windows({ since: 60, against: { kind: 'ago', by: 60 * MINUTE, words: '1h ago' } })).toMatch(
      /Windows of 14h .* overlap/,
    );
    expect(windows({}, [])).toBe('I know no deploy of checkout.');
    expect(windows({}, [deployed('v2', '14:00'), ...DEPLOYS])).toMatch(/less than 15 s.*before v2/);
  });

  it('pass over rollouts that failed and deploys elsewhere', () => {
    const failed = deployed('v1.4.3', '13:58', { status: 'failed' });
    const { watch: _, ...elsewhere } = deployed('v1.5.0', '13:55', { environment: 'staging' });
    expect(windows({}, [failed, elsewhere, ...DEPLOYS])).toContain('before v1.4.2');
  });
});
