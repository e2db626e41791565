import { type Duration, type Instant, MINUTE } from '#domain/time.ts';

/** How often something may be done: so many a minute in the long run, and `burst` at once. */
export type Allowance = { readonly perMinute: number; readonly burst: number };

/** What is left after somebody came. */
export type Left = {
  readonly isAllowed: boolean;
  /** Whole times that it may be done again at once. */
  readonly times: number;
  /** How long until it may be done once more; 0 while it may be. */
  readonly nextIn: Duration;
  /** How long until all of `burst` may be done again. */
  readonly allIn: Duration;
};

type Bucket = { readonly times: number; readonly at: Instant };

/**
 * A token bucket for each who comes. One that is full is as good as none, so at most `most` are kept: where there are more, the one
 * that has been quiet longest is forgotten, and nobody can fill the memory by coming under many names.
 */
export class TokenBuckets {
  readonly #buckets = new Map<string, Bucket>();
  readonly #allowance: Allowance;
  readonly #most: number;

  constructor(allowance: Allowance, most: number) {
    this.#allowance = allowance;
    this.#most = most;
  }

  /** How many are kept. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Whether it may be done now, without counting it. */
  look(who: string, now: Instant): Left {
    const { times } = this.#bucketOf(who, now);
    return this.#left(times >= 1, times);
  }

  /** Counts it where it may be done; what was refused costs nothing. */
  take(who: string, now: Instant): Left {
    const { times } = this.#bucketOf(who, now);
    const isAllowed = times >= 1;
    const left = isAllowed ? times - 1 : times;
    this.#buckets.delete(who);
    this.#buckets.set(who, { times: left, at: now });
    const [quietest] = this.#buckets.keys();
    if (this.#buckets.size > this.#most && quietest !== undefined) this.#buckets.delete(quietest);
    return this.#left(isAllowed, left);
  }

  #bucketOf(who: string, now: Instant): Bucket {
    const { burst } = this.#allowance;
    const { times, at } = this.#buckets.get(who) ?? { times: burst, at: now };
    return { times: Math.min(burst, times + Math.max(0, now - at) / this.#pause), at: now };
  }

  #left(isAllowed: boolean, times: number): Left {
    return {
      ...{ isAllowed, times: Math.floor(times) },
      nextIn: Math.ceil(Math.max(0, 1 - times) * this.#pause),
      allIn: Math.ceil((this.#allowance.burst - times) * this.#pause),
    };
  }

  /** How long until one more may be done. */
  get #pause(): Duration {
    return MINUTE / this.#allowance.perMinute;
  }
}
