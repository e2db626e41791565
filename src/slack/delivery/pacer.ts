import type { Duration, Instant } from '#domain/time.ts';

/** A new message, or a change of one. */
export type Call = 'post' | 'update';

type Bucket = { tokens: number; at: Instant };

/** How many calls are allowed: `burst` at once, then one every `every` milliseconds. */
type Pace = { readonly every: Duration; readonly burst: number };

/** Posts: about one a second in a channel, short bursts allowed. Updates: 50 a minute for the whole workspace. */
const PACES: Readonly<Record<Call, Pace>> = {
  post: { every: 1050, burst: 3 },
  update: { every: 1250, burst: 10 },
};

/** Remembers what was sent and says when the next call may go. One channel's storm leaves other channels' posts alone. */
export class Pacer {
  private readonly buckets = new Map<string, Bucket>();
  private readonly paused = new Map<string, Instant>();

  /** Takes a turn if one is free now; else the moment at which one will be. */
  take(call: Call, channel: string, now: Instant): { ok: true } | { ok: false; at: Instant } {
    const pace = PACES[call];
    const key = keyOf(call, channel);
    const until = this.paused.get(key) ?? 0;
    if (now < until) return { ok: false, at: until };
    const bucket = this.buckets.get(key) ?? { tokens: pace.burst, at: now };
    const tokens = Math.min(pace.burst, bucket.tokens + (now - bucket.at) / pace.every);
    if (tokens < 1) {
      this.buckets.set(key, { tokens, at: now });
      return { ok: false, at: now + Math.ceil((1 - tokens) * pace.every) };
    }
    this.buckets.set(key, { tokens: tokens - 1, at: now });
    return { ok: true };
  }

  /** Slack said to wait: nothing of this kind goes there before `until`. Other channels' posts go on. */
  pause(call: Call, channel: string, until: Instant): void {
    const key = keyOf(call, channel);
    this.paused.set(key, Math.max(this.paused.get(key) ?? 0, until));
  }
}

function keyOf(call: Call, channel: string): string {
  return call === 'post' ? `post ${channel}` : 'update';
}
