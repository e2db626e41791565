import { WebClient } from '@slack/web-api';
import { seenChannels } from './channels.ts';
import { SCOPES } from './manifest.ts';

/** One thing that was tried, and how it went. `remedy` says what to do where it did not work. */
export type Finding = {
  readonly what: string;
  readonly ok: boolean;
  readonly found: string;
  readonly remedy?: string;
};

/** Tries a bot token: whose it is, whether it has the scopes, and whether the bot is in the channels (`#name`) it is to post to. */
export async function probeSlack(
  { botToken, apiUrl }: { botToken: string; apiUrl?: string },
  channels: readonly string[],
): Promise<readonly Finding[]> {
  const client = new WebClient(botToken, {
    retryConfig: { retries: 1 },
    timeout: 10_000,
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
  });
  try {
    const who = await client.auth.test();
    const granted = who.response_metadata?.scopes ?? [];
    const missing =
      granted.length === 0 ? [] : Object.keys(SCOPES).filter((scope) => !granted.includes(scope));
    return [
      { what: 'Slack token', ok: true, found: `${who.user ?? 'bot'} in ${who.team ?? 'the workspace'}` },
      {
        what: 'Slack scopes',
        ok: missing.length === 0,
        found:
          missing.length === 0
            ? granted.length === 0
              ? 'not told'
              : 'all there'
            : `missing: ${missing.join(', ')}`,
        ...(missing.length === 0
          ? {}
          : { remedy: 'Install the app again with the manifest of `bellbuoy manifest`.' }),
      },
      ...(await membership(client, channels)),
    ];
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return [
      {
        what: 'Slack token',
        ok: false,
        found: words,
        remedy: 'Check slack.botToken and that Slack can be reached.',
      },
    ];
  }
}

async function membership(client: WebClient, channels: readonly string[]): Promise<readonly Finding[]> {
  const seen = await seenChannels((asked) => client.conversations.list(asked));
  const member = new Map(
    seen.flatMap(({ id, name, isMember }) => [[`#${name}`, isMember] as const, [id, isMember] as const]),
  );
  return channels.map((channel) => {
    const isMember = member.get(channel);
    if (isMember === true) return { what: `channel ${channel}`, ok: true, found: 'Bellbuoy is in it' };
    return {
      what: `channel ${channel}`,
      ok: false,
      found: isMember === undefined ? 'not found' : 'Bellbuoy is not in it',
      remedy:
        isMember === undefined
          ? 'Check its name; a private one shows only after an invitation.'
          : `Type /invite @bellbuoy in ${channel}.`,
    };
  });
}
