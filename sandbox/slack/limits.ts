import type { SlackClock } from './clock.ts';
import { METHOD_FACTS, TIERS } from './methods.ts';

const MINUTE = 60_000;

/**
 * Posts are limited in their own way (chat.postMessage: “1 per second per channel, short bursts tolerated, several hundred per minute per
 * workspace”). Slack gives no figures for burst and workspace; these are the cautious reading.
 */
const POSTS = { perSecond: 1, burst: 5, perMinute: 300 };

/** Counts calls as Slack does, and says how long to wait when there were too many: each tier in any minute, posts by channel too. */
export class RateLimits {
  private readonly calls = new Map<string, number[]>();
  private readonly channels = new Map<string, { tokens: number; at: number }>();
  private readonly clock: SlackClock;
  /** Calls that were refused for coming too often. */
  refused = 0;
  /** The most calls of each method that were taken in any one minute. */
  readonly most = new Map<string, number>();

  constructor(clock: SlackClock) {
    this.clock = clock;
  }

  /** Takes a call, or gives the seconds to wait. */
  take(method: string, channel: string): number | undefined {
    const now = this.clock.now();
    const tier = METHOD_FACTS[method]?.tier ?? 't2';
    const isPost = method === 'chat.postMessage';
    if (tier === 't5' && !isPost) return undefined;
    const most = isPost ? POSTS.perMinute : TIERS[tier === 't5' ? 't4' : tier];
    const recent = (this.calls.get(method) ?? []).filter((at) => at > now - MINUTE);
    const oldest = recent[0] ?? now;
    if (recent.length >= most) return this.refuse((oldest + MINUTE - now) / 1000);
    if (isPost) {
      const wait = this.takeOfChannel(channel, now);
      if (wait !== undefined) return this.refuse(wait);
    }
    recent.push(now);
    this.calls.set(method, recent);
    this.most.set(method, Math.max(this.most.get(method) ?? 0, recent.length));
    return undefined;
  }

  private takeOfChannel(channel: string, now: number): number | undefined {
    const known = this.channels.get(channel) ?? { tokens: POSTS.burst, at: now };
    const passed = Math.max(0, now - known.at) / 1000;
    const tokens = Math.min(POSTS.burst, known.tokens + passed * POSTS.perSecond);
    this.channels.set(channel, { tokens: tokens < 1 ? tokens : tokens - 1, at: now });
    return tokens < 1 ? (1 - tokens) / POSTS.perSecond : undefined;
  }

  private refuse(seconds: number): number {
    this.refused += 1;
    return Math.max(1, Math.ceil(seconds));
  }
}
