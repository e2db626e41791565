import type { Clock } from '#app/ports.ts';
import { seenChannels } from '../channels.ts';
import type { Called, Calls } from './calls.ts';
import type { Refusal } from './refusal.ts';

/** A name that is not there is not asked for more often, in milliseconds. */
const LIST_EVERY = 15_000;

const NOT_FOUND: Refusal = { code: 'channel_not_found', certain: true, detail: 'no channel of that name' };

/** A refusal on its way out of a walk through pages. */
class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

/** Slack's ids of addresses: channel names are looked up, people's direct conversations are opened; each once. */
export class ChannelBook {
  private readonly known = new Map<string, string>();
  private listing: Promise<Called<void>> | undefined;
  private listedAt = Number.NEGATIVE_INFINITY;
  private readonly calls: Calls;
  private readonly clock: Clock;

  constructor(calls: Calls, clock: Clock) {
    this.calls = calls;
    this.clock = clock;
  }

  /** The id of a channel (`#name` or its id) or of a person's direct conversation (user id); `channel_not_found` where the bot sees none. */
  async idOf(address: string): Promise<Called<string>> {
    if (/^[CGD][A-Z0-9]{8,}$/.test(address)) return { ok: true, value: address };
    const known = this.known.get(address);
    if (known !== undefined) return { ok: true, value: known };
    if (/^[UW][A-Z0-9]{8,}$/.test(address)) return this.open(address);
    const listed = await this.list();
    if (!listed.ok) return listed;
    const id = this.known.get(address);
    return id === undefined ? { ok: false, refusal: NOT_FOUND } : { ok: true, value: id };
  }

  private async open(person: string): Promise<Called<string>> {
    const opened = await this.calls.patiently('conversations.open', (client) =>
      client.conversations.open({ users: person }),
    );
    if (!opened.ok) return opened;
    const direct = opened.value.channel?.id ?? person;
    this.known.set(person, direct);
    return { ok: true, value: direct };
  }

  /** Everybody who waits for the list waits for the same one. */
  private async list(): Promise<Called<void>> {
    const age = this.clock.now() - this.listedAt;
    if (this.listing === undefined && age >= 0 && age < LIST_EVERY) return { ok: true, value: undefined };
    this.listing ??= this.read().finally(() => {
      this.listing = undefined;
    });
    return this.listing;
  }

  private async read(): Promise<Called<void>> {
    try {
      const channels = await seenChannels(async (asked) => {
        const page = await this.calls.patiently('conversations.list', (client) =>
          client.conversations.list(asked),
        );
        if (!page.ok) throw new Refused(page.refusal);
        return page.value;
      });
      for (const { id, name } of channels) this.known.set(`#${name}`, id);
      this.listedAt = this.clock.now();
      return { ok: true, value: undefined };
    } catch (error) {
      if (error instanceof Refused) return { ok: false, refusal: error.refusal };
      throw error;
    }
  }
}
