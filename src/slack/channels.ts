import type { ConversationsListArguments, ConversationsListResponse } from '@slack/web-api';

/** A channel that the bot can see, and whether it is in it. */
export type SeenChannel = { readonly id: string; readonly name: string; readonly isMember: boolean };

/** Every channel that the bot can see, public and private, archived ones left out. Rejects as `list` does. */
export async function seenChannels(
  list: (asked: ConversationsListArguments) => Promise<ConversationsListResponse>,
): Promise<readonly SeenChannel[]> {
  const seen: SeenChannel[] = [];
  let cursor: string | undefined;
  do {
    const page = await list({
      exclude_archived: true,
      limit: 1000,
      types: 'public_channel,private_channel',
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { id, name, is_member: isMember } of page.channels ?? [])
      if (id !== undefined && name !== undefined) seen.push({ id, name, isMember: isMember === true });
    const next = page.response_metadata?.next_cursor;
    cursor = next === '' ? undefined : next;
  } while (cursor !== undefined);
  return seen;
}
