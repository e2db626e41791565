import { Refusal } from '../refusal.ts';
import type { Channel, Workspace } from '../workspace.ts';

export type Args = Readonly<Record<string, unknown>>;
export type Method = (args: Args, context: Context) => object;
export type Context = {
  readonly workspace: Workspace;
  readonly url: string;
  /** How long a file takes to become ready, in milliseconds; none when it never does. */
  readonly fileDelay: () => number | undefined;
  /** Whether no message may show any file. */
  readonly areFilesRefused: () => boolean;
  /** Tells the bot of a reaction, its own too. */
  readonly tellReaction: (type: 'reaction_added' | 'reaction_removed', message: Reacted) => void;
};
export type Reacted = {
  readonly user: string;
  readonly reaction: string;
  readonly channel: string;
  readonly ts: string;
};

/** Items on one page, unless asked for otherwise, and at most. */
export const PAGE = { usual: 100, most: 1000 };

export function text(args: Args, name: string): string {
  const value = args[name];
  if (typeof value !== 'string' || value === '')
    throw new Refusal('invalid_arguments', [`missing required field: ${name}`]);
  return value;
}

export function channelOf(args: Args, { channels }: Workspace): Channel {
  const channel = channels.find(({ id }) => id === args.channel);
  // A private channel that the bot is not in does not exist for it.
  if (channel === undefined || (channel.isPrivate === true && !channel.hasBot))
    throw new Refusal('channel_not_found');
  return channel;
}

/** The channel, when the bot is in it. */
export function joined(args: Args, workspace: Workspace): Channel {
  const channel = channelOf(args, workspace);
  if (!channel.hasBot) throw new Refusal('not_in_channel');
  return channel;
}

/** The channel, when the bot is in it and it is not archived. */
export function writable(args: Args, workspace: Workspace): Channel {
  const channel = joined(args, workspace);
  if (channel.isArchived === true) throw new Refusal('is_archived');
  return channel;
}
