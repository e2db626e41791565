import { describe, expect, it } from 'vitest';
import type { DeploysAnswer } from '#app/answer.ts';
import type { Deploy } from '#domain/deploy.ts';
import { DAY } from '#domain/time.ts';
import { judgeBlocks } from '#sandbox/slack/block-kit/judge.ts';
import { deploysBlocks } from '#slack/messages/deploys.ts';
import { judged } from '../stories/judged.ts';

const NOBODY = { right: 0, answered: 0, degraded: { right: 0, answered: 0 } };

/** The list as it is read, a line a row. */
function shown(deploys: readonly Deploy[], told: Partial<DeploysAnswer['judged']> = {}): readonly string[] {
  const answer: DeploysAnswer = {
    kind: 'deploys',
    deploys,
    judged: { over: 90 * DAY, verdicts: 60, precision: NOBODY, ...told },
  };
  const { blocks } = deploysBlocks(answer);
  judgeBlocks(blocks, { isUsable: () => false });
  return blocks
    .flatMap((block) => {
      if (block.type === 'section') return block.text?.text ?? '';
      return block.type === 'context' && block.elements[0]?.type === 'mrkdwn' ? block.elements[0].text : '';
    })
    .join('\n')
    .split('\n');
}

const RAE = { kind: 'person' as const, user: 'U1' };

describe('/obs deploys', () => {
  it('says of each deploy what it did, with the figure that tells it, and what people said of that', () => {
    const [, degraded, steady, expected] = shown([
      judged('d1', 'v1', 'degraded', {
        answered: { right: true, of: 'degraded', by: RAE, at: 0 },
        rollback: true,
      }),
      judged('d2', 'v2', 'steady', { unannounced: true }),
      judged('d3', 'v3', 'degraded', {
        answered: { right: false, of: 'degraded', by: RAE, at: 0 },
        expected: { reason: 'a load test', of: 'degraded', by: RAE, at: 0 },
      }),
    ]);
    expect(degraded).toMatch(
      /^:rotating_light: \*degraded\*, errors 0\.1 → 2\.5 % · checkout v1 · <!date.*> · by noor · production · rollback · said right$/,
    );
    expect(steady).toMatch(
      /^:white_check_mark: \*steady\*, errors 0\.1 → 2\.5 % · checkout v2 · .* · production · unannounced$/,
    );
    expect(expected).toMatch(/ · expected · said wrong$/);
  });

  it('says how far a deploy is that has no verdict', () => {
    const { watch, ...unwatched } = judged('d1', 'v1', 'steady');
    if (watch === undefined) throw new Error('it has no watch');
    const { verdict, ...going } = watch;
    const rows = shown([
      { ...unwatched, watch: { ...watch, state: 'watching' } },
      { ...unwatched, watch: { ...going, state: 'watching' } },
      { ...unwatched, watch: going },
      { ...unwatched, status: 'failed' },
      unwatched,
    ]);
    expect(rows.slice(1, 6).map((row) => row.split(' · ')[0])).toEqual([
      ':hourglass_flowing_sand: watching',
      ':hourglass_flowing_sand: watching',
      ':grey_question: watched, and nothing could be judged',
      ':x: the rollout failed',
      ':package: succeeded',
    ]);
  });

  it('says how often verdicts were right, and of how many it knows', () => {
    const precision = { right: 40, answered: 41, degraded: { right: 3, answered: 4 } };
    expect(shown([], { precision }).at(-1)).toBe(
      'Verdicts said right: *40 of 41* (degraded: 3 of 4) · 41 of 60 verdicts of the last 90 d answered',
    );
  });

  it('does not make much of few answers, or of none', () => {
    const precision = { ...NOBODY, right: 2, answered: 2 };
    expect(shown([], { precision }).at(-1)).toBe(
      'Verdicts said right: *2 of 2* (no degraded one answered) · 2 of 60 verdicts of the last 90 d answered, too few to tell how good they are',
    );
    expect(shown([]).at(-1)).toMatch(/^Nobody has said whether one of the 60 verdicts/);
    expect(shown([], { verdicts: 0 }).at(-1)).toBe('No deploy of the last 90 d has a verdict.');
  });

  it('shows 25 deploys with long addresses whole, and counts what does not fit', () => {
    const long = (i: number) =>
      judged(`d${i}`, `v1.4.${i}`, 'degraded', { url: `https://ci.example/${'x'.repeat(40 * i)}` });
    const rows = shown(Array.from({ length: 25 }, (_, i) => long(i)));
    expect(rows.filter((row) => row.startsWith(':rotating_light:'))).toHaveLength(25);
    const many = shown(Array.from({ length: 200 }, (_, i) => long(i)));
    const whole = many.filter((row) => /^:rotating_light:.* · production$/.test(row)).length;
    expect(many.at(-2)).toBe(`and ${200 - whole} older ones that did not fit`);
    expect(many.join('\n')).not.toContain('…');
  });
});
