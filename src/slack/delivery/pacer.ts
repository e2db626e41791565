import type { Duration, Instant } from '#domain/time.ts';

type Bucket = { tokens: number; at: Instant };

/** How many calls are allowed: `burst` at once, then one every `every` milliseconds. */
type Pace = { readonly every: Duration; readonly burst: number };

/** Posts: about one a second in a channel, short bursts allowed. Updates: 50 a minute for the whole workspace. */
const PACES: Readonly<Record<'post' | 'update', Pace>> = {
  post: { every: 1050, burst: 3 },
  update: { every: 1250, burst: 10 },
};

/** Remembers what was sent and says when the next call may go. One channel's storm leaves other channels' posts alone. */
export class Pacer {
  private readonly buckets = new Map<string, Bucket>();
  private pausedUntil = 0;

  /** Takes a turn if one is free now; else the moment at which one will be. */
  take(call: 'post' | 'update', channel: string, now: Instant): { ok: true } | { ok: false; at: Instant } {
    if (now < this.pausedUntil) return { ok: false, at: this.pausedUntil };
    const pace = PACES[call];
    const key = call === 'post' ? `post ${channel}` : 'update';
    const bucket = this.buckets.get(key) ?? { tokens: pace.burst, at: now };
    const tokens = Math.min(pace.burst, bucket.tokens + (now - bucket.at) / pace.every);
    if (tokens < 1) {
      this.buckets.set(key, { tokens, at: now });
      return { ok: false, at: now + Math.ceil((1 - tokens) * pace.every) };
    }
    this.buckets.set(key, { tokens: tokens - 1, at: now });
    return { ok: true };
  }

  /** Slack said to wait: nothing goes before `until`. */
  pause(until: Instant): void {
    this.pausedUntil = Math.max(this.pausedUntil, until);
  }
}
