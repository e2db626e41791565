import type { Choosable } from '../block-kit/answers.ts';
import type { Acknowledged, Transport } from '../transport.ts';
import type { Channel, Person, Workspace } from '../workspace.ts';

type Json = Readonly<Record<string, unknown>>;

/** What every payload of the workspace needs. */
export type Wire = {
  readonly workspace: Workspace;
  /** Sends an interaction: a person’s, with what Slack adds to each. */
  interact(who: Person, facts: Json): Promise<Acknowledged>;
  command(facts: Json): Promise<Acknowledged>;
  /** Sends an event of the Events API. */
  event(facts: Json): Promise<Acknowledged>;
  /** Whether the app’s token has a scope. */
  may(scope: string): boolean;
  newResponseUrl(channel: string, to: string): string;
};

/** What there is to say when nothing had to be sent. */
export const NOTHING_SENT: Acknowledged = { status: 200, ms: 0 };

export const APP = 'A0SANDBOX1';

export function createWire(
  workspace: Workspace,
  transport: Transport,
  scopes: readonly string[],
  newResponseUrl: Wire['newResponseUrl'],
): Wire {
  const team = { id: workspace.team.id, domain: 'sandbox' };
  const send = transport.send;
  return {
    workspace,
    newResponseUrl,
    may: (scope) => scopes.includes(scope),
    command: (facts) => send('slash_commands', facts),
    interact: (who, facts) =>
      send('interactive', {
        ...{ team, user: userOf(who, workspace), api_app_id: APP, token: 'sandbox' },
        ...{ enterprise: null, is_enterprise_install: false },
        ...facts,
      }),
    event: (facts) =>
      send('events_api', {
        type: 'event_callback',
        team_id: workspace.team.id,
        api_app_id: APP,
        event_id: workspace.nextId('Ev'),
        event_time: Math.floor(Date.now() / 1000),
        event: facts,
      }),
  };
}

/** Tells the bot of a reaction, where Slack would: with the scope, in a conversation that the bot is in. */
export async function tellReaction(
  { event, may, workspace }: Wire,
  type: 'reaction_added' | 'reaction_removed',
  { user, reaction, channel, ts }: { user: string; reaction: string; channel: string; ts: string },
): Promise<Acknowledged> {
  const place = workspace.channels.find(({ id }) => id === channel);
  if (!may('reactions:read') || place?.hasBot !== true) return NOTHING_SENT;
  return event({
    ...{ type, user, reaction },
    item: { type: 'message', channel, ts },
    item_user: workspace.find(channel, ts)?.user,
    event_ts: workspace.nextTs(),
  });
}

/** Addresses whose links the app asked to be told of (`unfurl_domains`): its pages are on this machine. */
const DOMAINS = new Set(['127.0.0.1', 'localhost']);

/** Tells the bot of links of its domains in what somebody said, where Slack would: with the scope, in a conversation that the bot is in. */
export async function tellLinks(
  { event, may, workspace }: Wire,
  place: Channel,
  { ts, text, user }: { ts: string; text: string; user: string },
): Promise<Acknowledged> {
  const links = [...text.matchAll(/https?:\/\/[^\s|<>]+/g)].flatMap(([url]) =>
    URL.canParse(url) && DOMAINS.has(new URL(url).hostname) ? [{ url, domain: new URL(url).hostname }] : [],
  );
  if (links.length === 0 || !may('links:read') || place.hasBot !== true) return NOTHING_SENT;
  return event({
    ...{ type: 'link_shared', channel: place.id, is_bot_user_member: true, user, message_ts: ts, links },
    ...{ unfurl_id: workspace.nextId('Uf'), source: 'conversations_history', event_ts: workspace.nextTs() },
  });
}

export function personOf({ people }: Workspace, name: string): Person {
  const found = people.find((one) => one.id === name || one.name === name);
  if (found === undefined) throw new Error(`nobody is called ${name}`);
  return found;
}

/** Who and what may be picked in a select: everybody, the bot too, and every conversation. */
export function choosable({ people, bot, channels }: Workspace): Choosable {
  return { people: [...people, bot], channels };
}

/** A channel by id or name, as far as this person sees it. */
export function channelOf(workspace: Workspace, name: string, who: Person): Channel {
  const found = workspace.channels.find(
    (one) => one.id === name || `#${one.name}` === name || one.name === name,
  );
  if (found === undefined || !workspace.sees(who, found))
    throw new Error(`there is no channel ${name} for ${who.name}`);
  return found;
}

function userOf({ id, name }: Person, { team }: Workspace): Json {
  return { id, username: name, name, team_id: team.id };
}
