import { Refusal } from './refusal.ts';
import type { Channel, Workspace } from './workspace.ts';

type Args = Readonly<Record<string, unknown>>;

/** The scope that a bot needs for a kind of conversation: for its history, to list it or look at it, or to change it. */
const KIND_SCOPES = {
  history: { public: 'channels:history', private: 'groups:history', direct: 'im:history' },
  read: { public: 'channels:read', private: 'groups:read', direct: 'im:read' },
  manage: { public: 'channels:manage', private: 'groups:write', direct: 'im:write' },
} as const;

/** Methods whose scope depends on the kind of the conversation that they are called for. */
const BY_KIND: Readonly<Record<string, keyof typeof KIND_SCOPES>> = {
  'conversations.archive': 'manage',
  'conversations.history': 'history',
  'conversations.info': 'read',
  'conversations.invite': 'manage',
  'conversations.replies': 'history',
  'conversations.setTopic': 'manage',
};

/** Narrower scopes that do as well, by method. */
const NARROWER: Readonly<Record<string, string>> = {
  'conversations.invite': 'write.invites',
  'conversations.setTopic': 'write.topic',
};

/** Scopes that a method needs whatever it is called with, from its page in Slack's reference. Methods that need none are left out. */
const FIXED: Readonly<Record<string, string>> = {
  'chat.postEphemeral': 'chat:write',
  'chat.postMessage': 'chat:write',
  'chat.unfurl': 'links:write',
  'chat.update': 'chat:write',
  'conversations.join': 'channels:join',
  'conversations.open': 'im:write',
  'files.completeUploadExternal': 'files:write',
  'files.getUploadURLExternal': 'files:write',
  'files.info': 'files:read',
  'reactions.add': 'reactions:write',
  'reactions.remove': 'reactions:write',
  'usergroups.users.list': 'usergroups:read',
  'users.info': 'users:read',
};

const TYPES: Readonly<Record<string, keyof typeof KIND_SCOPES.read>> = {
  public_channel: 'public',
  private_channel: 'private',
  im: 'direct',
};

/** Every scope that some method or event of the stand-in needs. */
export const ALL_SCOPES: readonly string[] = [
  ...new Set([
    'app_mentions:read',
    'commands',
    'links:read',
    'reactions:read',
    ...Object.values(FIXED),
    ...Object.values(KIND_SCOPES.history),
    ...Object.values(KIND_SCOPES.read),
    ...Object.values(KIND_SCOPES.manage),
  ]),
].toSorted();

/** The scopes that a call needs, all of them. */
export function scopesFor(method: string, args: Args, { channels }: Workspace): readonly string[] {
  const fixed = FIXED[method];
  if (fixed !== undefined) return [fixed];
  if (method === 'conversations.list')
    return String(args.types ?? 'public_channel')
      .split(',')
      .flatMap((type) => {
        const kind = TYPES[type.trim()];
        return kind === undefined ? [] : [KIND_SCOPES.read[kind]];
      });
  if (method === 'conversations.create')
    return [KIND_SCOPES.manage[String(args.is_private) === 'true' ? 'private' : 'public']];
  const purpose = BY_KIND[method];
  const channel = channels.find(({ id }) => id === args.channel);
  if (purpose !== undefined && channel !== undefined) return [KIND_SCOPES[purpose][kindOf(channel)]];
  return [];
}

/** Refuses a call for which a scope is missing, naming it as Slack does. */
export function checkScopes(
  method: string,
  args: Args,
  granted: readonly string[],
  workspace: Workspace,
): void {
  const missing = scopesFor(method, args, workspace).filter(
    (scope) => !granted.includes(scope) && !granted.includes(narrower(method, scope)),
  );
  if (missing.length > 0)
    throw new Refusal('missing_scope', [], { needed: missing.join(','), provided: granted.join(',') });
}

function narrower(method: string, scope: string): string {
  return `${scope.split(':')[0]}:${NARROWER[method] ?? ''}`;
}

function kindOf({ isDirect, isPrivate }: Channel): 'public' | 'private' | 'direct' {
  return isDirect ? 'direct' : isPrivate ? 'private' : 'public';
}
