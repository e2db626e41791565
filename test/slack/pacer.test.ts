import { describe, expect, it } from 'vitest';
import { Pacer } from '#slack/delivery/pacer.ts';

/** Takes turns from `from` on as fast as allowed; gives the times at which each went. */
function run(pacer: Pacer, call: 'post' | 'update', channel: string, count: number, from = 0): number[] {
  const went: number[] = [];
  for (let now = from; went.length < count; ) {
    const turn = pacer.take(call, channel, now);
    if (turn.ok) went.push(now);
    else now = turn.at;
  }
  return went;
}

describe('the pace of messages', () => {
  it('is about one a second in a channel, after a short burst', () => {
    const went = run(new Pacer(), 'post', '#a', 63);
    expect(went.slice(0, 3)).toEqual([0, 0, 0]);
    expect(went.at(-1)).toBeGreaterThan(60_000);
  });

  it('is at most fifty updates a minute for the whole workspace', () => {
    const pacer = new Pacer();
    const went: number[] = [];
    for (let i = 0; i < 70; i += 1) went.push(...run(pacer, 'update', `#${i}`, 1, went.at(-1) ?? 0));
    for (const at of went)
      expect(went.filter((other) => other >= at && other < at + 60_000).length).toBeLessThanOrEqual(58);
    const afterTheBurst = went.slice(10);
    for (const at of afterTheBurst)
      expect(afterTheBurst.filter((other) => other >= at && other < at + 60_000).length).toBeLessThanOrEqual(
        50,
      );
  });

  it('lets no channel’s storm delay another’s post, not even when Slack says to wait', () => {
    const pacer = new Pacer();
    run(pacer, 'post', '#storm', 3);
    pacer.pause('post', '#storm', 30_000);
    expect(pacer.take('post', '#storm', 10)).toEqual({ ok: false, at: 30_000 });
    expect(pacer.take('post', '#calm', 10)).toEqual({ ok: true });
    expect(pacer.take('update', '#storm', 10)).toEqual({ ok: true });
  });
});
