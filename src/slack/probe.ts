import { WebClient } from '@slack/web-api';
import { type SeenChannel, seenChannels } from './channels.ts';
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
    return [
      { what: 'Slack token', ok: true, found: `${who.user ?? 'bot'} in ${who.team ?? 'the workspace'}` },
      ...scopeFindings(granted),
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

/** One line when all scopes are there; else one for each that is missing, with what does not work without it. */
function scopeFindings(granted: readonly string[]): readonly Finding[] {
  if (granted.length === 0)
    return [{ what: 'Slack scopes', ok: false, found: 'Slack did not tell them', remedy: 'Try it again.' }];
  const missing = Object.entries(SCOPES).filter(([scope]) => !granted.includes(scope));
  if (missing.length === 0)
    return [{ what: 'Slack scopes', ok: true, found: `all ${Object.keys(SCOPES).length} there` }];
  return missing.map(([scope, { why, methods, events = [] }]) => ({
    what: `Slack scope ${scope}`,
    ok: false,
    found: `missing; needed by ${[...methods, ...events.map((event) => `the event ${event}`)].join(', ') || scope} to ${why}`,
    remedy: 'Install the app again with the manifest of `bellbuoy manifest`.',
  }));
}

async function membership(client: WebClient, channels: readonly string[]): Promise<readonly Finding[]> {
  const seen = await listed(client);
  if ('what' in seen) return [seen];
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

/** The channels, or what stood in the way of seeing them. */
async function listed(client: WebClient): Promise<readonly SeenChannel[] | Finding> {
  try {
    return await seenChannels((asked) => client.conversations.list(asked));
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return {
      what: 'Slack channels',
      ok: false,
      found: `conversations.list was refused: ${words}`,
      remedy: 'Without it channels cannot be found by name; write their ids, or mend the scopes above.',
    };
  }
}
