import type { Instant } from '#domain/time.ts';
import type { Calls } from './calls.ts';
import type { Refusal } from './refusal.ts';

/** The event type of the metadata that every message of ours carries. */
export const METADATA_TYPE = 'bellbuoy_message';

/** Slack's clock and ours may differ by so much, in milliseconds. */
const CLOCKS_DIFFER = 10 * 60_000;

/** Pages of a channel's history that are read at most: a channel takes about 60 messages a minute. */
const MOST_PAGES = 10;

/** Where a message was found, or that it is not there, or why nobody can say. */
export type Found =
  | { readonly is: 'there'; readonly ts: string; readonly revision: number }
  | { readonly is: 'absent' }
  | { readonly is: 'unknown'; readonly refusal: Refusal };

/**
 * Looks whether a message was posted by its metadata: in a channel since a time, or among the replies of a thread. Direct conversations
 * are not read (that would need a scope over people's private words); there nobody can say.
 */
export async function findPosted(
  key: string,
  { channel, thread, since }: { channel: string; thread?: string; since: Instant },
  calls: Calls,
): Promise<Found> {
  if (channel.startsWith('D'))
    return { is: 'unknown', refusal: { code: 'direct', certain: true, detail: '' } };
  const oldest = ((since - CLOCKS_DIFFER) / 1000).toFixed(6);
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const asked = {
      channel,
      oldest,
      limit: 200,
      include_all_metadata: true,
      ...(cursor === undefined ? {} : { cursor }),
    };
    const called =
      thread === undefined
        ? await calls.patiently('conversations.history', (client) => client.conversations.history(asked))
        : await calls.patiently('conversations.replies', (client) =>
            client.conversations.replies({ ...asked, ts: thread }),
          );
    if (!called.ok) return { is: 'unknown', refusal: called.refusal };
    const { messages = [], response_metadata: next } = called.value;
    for (const { ts, metadata } of messages) {
      const payload: Readonly<Record<string, unknown>> = metadata?.event_payload ?? {};
      if (metadata?.event_type === METADATA_TYPE && payload.key === key && ts !== undefined)
        return { is: 'there', ts, revision: Number(payload.revision) };
    }
    cursor = next?.next_cursor;
    if (cursor === undefined || cursor === '') break;
  }
  return { is: 'absent' };
}
