import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pacer } from '#slack/delivery/pacer.ts';

const POST = 'chat.postMessage';
const UPDATE = 'chat.update';

/** Takes turns from `from` on as fast as allowed; gives the times at which each went. */
function run(pacer: Pacer, method: string, channel: string, count: number, from = 0): number[] {
  const went: number[] = [];
  for (let now = from; went.length < count; ) {
    const turn = pacer.take(method, channel, now);
    if (turn.ok) went.push(now);
    else now = turn.at;
  }
  return went;
}

/** Most of these moments in any one minute. */
function mostInAMinute(went: readonly number[]): number {
  return Math.max(...went.map((at) => went.filter((other) => other >= at && other < at + 60_000).length));
}

describe('the pace of calls', () => {
  it('is about one post a second in a channel, after a short burst', () => {
    const went = run(new Pacer(), POST, '#a', 63);
    expect(went.slice(0, 3)).toEqual([0, 0, 0]);
    expect(went.at(-1)).toBeGreaterThan(60_000);
  });

  it.each([
    ['conversations.list', 20],
    [UPDATE, 50],
    ['conversations.history', 50],
    ['files.info', 100],
  ])('of %s is at most %i in any minute, bursts included', (method, most) => {
    const went = run(new Pacer(), method, '', 3 * most);
    expect(mostInAMinute(went)).toBeLessThanOrEqual(most);
  });

  it('is at most three hundred posts a minute for the whole workspace, however many channels there are', () => {
    const pacer = new Pacer();
    const went: number[] = [];
    for (let i = 0; i < 900; i += 1) went.push(...run(pacer, POST, `#${i % 100}`, 1, went.at(-1) ?? 0));
    expect(mostInAMinute(went)).toBeLessThanOrEqual(300);
  });

  it('lets no channel’s storm delay another’s post, not even when Slack says to wait', () => {
    const pacer = new Pacer();
    run(pacer, POST, '#storm', 3);
    pacer.pause(POST, '#storm', 30_000);
    expect(pacer.take(POST, '#storm', 10)).toEqual({ ok: false, at: 30_000 });
    expect(pacer.take(POST, '#calm', 10)).toEqual({ ok: true });
    expect(pacer.take(UPDATE, '#storm', 10)).toEqual({ ok: true });
  });

  it('goes on at once when the clock is set back, by however much', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3_600_000, max: 1e12 }), (back) => {
        const pacer = new Pacer();
        const now = 1.8e12;
        run(pacer, POST, '#a', 3, now);
        pacer.pause(POST, '#a', now + 60_000);
        const turn = pacer.take(POST, '#a', now - back);
        expect(turn.ok || turn.at - (now - back) <= 1100).toBe(true);
      }),
    );
  });
});
