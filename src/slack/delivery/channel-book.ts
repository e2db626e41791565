import type { WebClient } from '@slack/web-api';
import type { Clock } from '#app/ports.ts';
import { seenChannels } from '../channels.ts';

/** Slack lets the list be asked for 20 times a minute by everybody together; a name that is not there is not asked for more often. */
const LIST_EVERY = 15_000;

/** Slack's ids of addresses: channel names are looked up, people's direct conversations are opened; each once. */
export class ChannelBook {
  private readonly known = new Map<string, string>();
  private listing: Promise<void> | undefined;
  private listedAt = Number.NEGATIVE_INFINITY;
  private readonly client: WebClient;
  private readonly clock: Clock;

  constructor(client: WebClient, clock: Clock) {
    this.client = client;
    this.clock = clock;
  }

  /** The id of a channel (`#name` or its id) or of a person's direct conversation (user id). Rejects when there is none that the bot can see. */
  async idOf(address: string): Promise<string> {
    if (/^[CGD][A-Z0-9]{8,}$/.test(address)) return address;
    const known = this.known.get(address);
    if (known !== undefined) return known;
    if (/^[UW][A-Z0-9]{8,}$/.test(address)) {
      const opened = await this.client.conversations.open({ users: address });
      const direct = opened.channel?.id ?? address;
      this.known.set(address, direct);
      return direct;
    }
    await this.list();
    const id = this.known.get(address);
    if (id === undefined) throw new Error(`there is no channel ${address} that the bot can see`);
    return id;
  }

  /** Everybody who waits for the list waits for the same one. */
  private async list(): Promise<void> {
    if (this.listing === undefined && this.clock.now() - this.listedAt < LIST_EVERY) return;
    this.listing ??= seenChannels(this.client)
      .then((channels) => {
        for (const { id, name } of channels) this.known.set(`#${name}`, id);
        this.listedAt = this.clock.now();
      })
      .finally(() => {
        this.listing = undefined;
      });
    await this.listing;
  }
}
