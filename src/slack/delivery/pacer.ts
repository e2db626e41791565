import type { Duration, Instant } from '#domain/time.ts';

type Bucket = { tokens: number; at: Instant };

/** How many calls are allowed: `burst` at once, then one every `every` milliseconds. */
type Pace = { readonly every: Duration; readonly burst: number };

/**
 * Slack's tiers by method, for the whole workspace (tier 2: 20 a minute, 3: 50, 4: 100; docs.slack.dev, “Rate limits”). A full burst and a
 * minute of the pace together stay a little below what the tier allows in any minute, for calls bunch up on their way.
 */
const TIER_2: Pace = { every: 4200, burst: 3 };
const TIER_3: Pace = { every: 1550, burst: 8 };
const TIER_4: Pace = { every: 800, burst: 18 };

const METHODS: Readonly<Record<string, Pace>> = {
  // Special: several hundred a minute for the workspace, beside one a second for each channel.
  'chat.postMessage': { every: 250, burst: 30 },
  'chat.update': TIER_3,
  'chat.postEphemeral': TIER_4,
  'conversations.history': TIER_3,
  'conversations.list': TIER_2,
  'conversations.open': TIER_3,
  'conversations.replies': TIER_3,
  'files.completeUploadExternal': TIER_4,
  'files.getUploadURLExternal': TIER_4,
  'files.info': TIER_4,
  'usergroups.users.list': TIER_2,
  'users.info': TIER_4,
  'views.open': TIER_4,
};

/** A channel takes about one message a second, short bursts allowed. */
const CHANNEL: Pace = { every: 1050, burst: 3 };

/** Longest pause that Slack is believed to ask for; one that lies further ahead stems from before the clock was set back. */
const LONGEST_PAUSE = 15 * 60_000;

export type Turn = { readonly ok: true } | { readonly ok: false; readonly at: Instant };

/** Remembers what was sent and says when the next call may go. One channel's storm leaves other channels' posts alone. */
export class Pacer {
  private readonly buckets = new Map<string, Bucket>();
  private readonly paused = new Map<string, Instant>();
  private readonly served = new Map<string, Instant>();

  /** Takes a turn of a method if one is free now; else the moment at which one will be. `channel` counts for posts only. */
  take(method: string, channel: string, now: Instant): Turn {
    const wanted: readonly [string, Pace][] = [
      [method, METHODS[method] ?? TIER_2],
      ...(method === 'chat.postMessage' ? [[channelKey(channel), CHANNEL] as [string, Pace]] : []),
    ];
    const free = wanted.map(([key, pace]) => this.freeAt(key, pace, now));
    const at = Math.max(...free);
    if (at > now) return { ok: false, at };
    for (const [key] of wanted) {
      const bucket = this.buckets.get(key);
      if (bucket !== undefined) bucket.tokens -= 1;
    }
    if (method === 'chat.postMessage') this.served.set(channel, now);
    return { ok: true };
  }

  /** The earliest moment at which a call of one of these methods may go to some channel. */
  nextFree(methods: readonly string[], now: Instant): Instant {
    return Math.min(...methods.map((method) => this.freeAt(method, METHODS[method] ?? TIER_2, now)));
  }

  /** When a channel was last served; the one that waited longest goes first. */
  servedAt(channel: string): Instant {
    return this.served.get(channel) ?? Number.NEGATIVE_INFINITY;
  }

  /**
   * Slack said to wait: nothing of this kind before `until`. A post's pause holds its channel alone, for that is what Slack counts first.
   */
  pause(method: string, channel: string, until: Instant): void {
    const key = method === 'chat.postMessage' ? channelKey(channel) : method;
    this.paused.set(key, Math.max(this.paused.get(key) ?? 0, until));
  }

  /** Refills a bucket and says when it has a token; a clock that was set back starts it anew. */
  private freeAt(key: string, pace: Pace, now: Instant): Instant {
    const until = this.paused.get(key) ?? 0;
    if (now < until && until - now <= LONGEST_PAUSE) return until;
    this.paused.delete(key);
    const known = this.buckets.get(key) ?? { tokens: pace.burst, at: now };
    const passed = Math.max(0, now - known.at);
    const tokens = Math.min(pace.burst, known.tokens + passed / pace.every);
    this.buckets.set(key, { tokens, at: now });
    return tokens >= 1 ? now : now + Math.ceil((1 - tokens) * pace.every);
  }
}

function channelKey(channel: string): string {
  return `chat.postMessage ${channel}`;
}
