import type { Clock } from '#app/ports.ts';
import { HOUR, type Instant } from '#domain/time.ts';
import type { Calls } from './delivery/calls.ts';
import type { Names as NamesById } from './plain-text.ts';

/** A name is believed for so long. */
const BELIEVED_FOR = 6 * HOUR;
/** Names that are kept; the oldest makes room. */
const KEPT = 2000;

/** People's names as others see them, each asked for once in a while. Whoever Slack does not name goes by the id. */
export class Names {
  private readonly kept = new Map<string, { readonly name: string; readonly at: Instant }>();
  private readonly calls: Calls;
  private readonly clock: Clock;

  constructor(calls: Calls, clock: Clock) {
    this.calls = calls;
    this.clock = clock;
  }

  async of(users: readonly string[]): Promise<NamesById> {
    const named = await Promise.all(users.map(async (user) => [user, await this.find(user)] as const));
    return new Map(named);
  }

  private async find(user: string): Promise<string> {
    const now = this.clock.now();
    const kept = this.kept.get(user);
    if (kept !== undefined && now - kept.at < BELIEVED_FOR) return kept.name;
    const info = await this.calls.patiently('users.info', (client) => client.users.info({ user }));
    // Not kept: Slack may answer next time.
    if (!info.ok) return kept?.name ?? user;
    const { profile, real_name: real, name: short } = info.value.user ?? {};
    const name = [profile?.display_name, profile?.real_name, real, short].find(
      (one) => one !== undefined && one !== '',
    );
    const oldest = this.kept.keys().next();
    if (this.kept.size >= KEPT && oldest.done !== true) this.kept.delete(oldest.value);
    this.kept.delete(user);
    this.kept.set(user, { name: name ?? user, at: now });
    return name ?? user;
  }
}
