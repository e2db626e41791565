import { Refusal } from './refusal.ts';

/** What an argument may be. Forms carry everything as text: a boolean is `true` or `false`, a list or object its JSON. */
type Kind = 'text' | 'boolean' | 'integer' | 'json' | 'timestamp';

/** Calls a minute of each of Slack's rate tiers (docs.slack.dev, “Rate limits”). */
export const TIERS = { t1: 1, t2: 20, t3: 50, t4: 100 } as const;

/** One method as Slack's reference documents it (docs.slack.dev/reference/methods/NAME). `tier` t5: limited in its own way. */
export type MethodFacts = {
  readonly tier: keyof typeof TIERS | 't5';
  readonly required: readonly string[];
  readonly args: Readonly<Record<string, Kind>>;
  /** Required arguments that may be empty, or for which the method has an error of its own when they are. */
  readonly blank?: readonly string[];
};

const PAGED = { cursor: 'text', limit: 'integer' } as const;
const HISTORY = {
  ...PAGED,
  channel: 'text',
  include_all_metadata: 'boolean',
  inclusive: 'boolean',
  latest: 'timestamp',
  oldest: 'timestamp',
} as const;
const CONTENT = {
  attachments: 'json',
  blocks: 'json',
  link_names: 'boolean',
  markdown_text: 'text',
  metadata: 'json',
  parse: 'text',
  text: 'text',
} as const;
const VOICE = { as_user: 'boolean', icon_emoji: 'text', icon_url: 'text', username: 'text' } as const;

/** The methods that a bot like this one may call. Anything else is answered with `unknown_method`. */
export const METHOD_FACTS: Readonly<Record<string, MethodFacts>> = {
  'apps.connections.open': { tier: 't3', required: [], args: {} },
  'auth.test': { tier: 't5', required: [], args: {} },
  'chat.getPermalink': {
    tier: 't5',
    required: ['channel', 'message_ts'],
    args: { channel: 'text', message_ts: 'timestamp' },
  },
  'chat.postEphemeral': {
    tier: 't4',
    required: ['channel', 'user'],
    args: { ...CONTENT, ...VOICE, channel: 'text', thread_ts: 'timestamp', user: 'text' },
  },
  'chat.postMessage': {
    tier: 't5',
    required: ['channel'],
    args: {
      ...CONTENT,
      ...VOICE,
      channel: 'text',
      mrkdwn: 'boolean',
      reply_broadcast: 'boolean',
      thread_ts: 'timestamp',
      unfurl_links: 'boolean',
      unfurl_media: 'boolean',
    },
  },
  'chat.unfurl': {
    tier: 't3',
    required: [],
    args: {
      ...{ channel: 'text', ts: 'timestamp', source: 'text', unfurl_id: 'text', unfurls: 'json' },
      ...{
        user_auth_blocks: 'json',
        user_auth_message: 'text',
        user_auth_required: 'boolean',
        user_auth_url: 'text',
      },
    },
  },
  'chat.update': {
    tier: 't3',
    required: ['channel', 'ts'],
    args: {
      ...CONTENT,
      as_user: 'boolean',
      channel: 'text',
      file_ids: 'json',
      reply_broadcast: 'boolean',
      ts: 'timestamp',
    },
  },
  'conversations.archive': { tier: 't2', required: ['channel'], args: { channel: 'text' } },
  'conversations.create': {
    tier: 't2',
    required: ['name'],
    args: { is_private: 'boolean', name: 'text', team_id: 'text' },
    blank: ['name'],
  },
  'conversations.history': { tier: 't3', required: ['channel'], args: HISTORY },
  'conversations.info': {
    tier: 't3',
    required: ['channel'],
    args: { channel: 'text', include_locale: 'boolean', include_num_members: 'boolean' },
  },
  'conversations.invite': {
    tier: 't3',
    required: ['channel', 'users'],
    args: { channel: 'text', force: 'boolean', users: 'text' },
    blank: ['users'],
  },
  'conversations.join': { tier: 't3', required: ['channel'], args: { channel: 'text' } },
  'conversations.list': {
    tier: 't2',
    required: [],
    args: { ...PAGED, exclude_archived: 'boolean', team_id: 'text', types: 'text' },
  },
  'conversations.open': {
    tier: 't3',
    required: [],
    args: { channel: 'text', prevent_creation: 'boolean', return_im: 'boolean', users: 'text' },
  },
  'conversations.replies': {
    tier: 't3',
    required: ['channel', 'ts'],
    args: { ...HISTORY, ts: 'timestamp' },
  },
  'conversations.setTopic': {
    tier: 't2',
    required: ['channel', 'topic'],
    args: { channel: 'text', topic: 'text' },
    blank: ['topic'],
  },
  'files.completeUploadExternal': {
    tier: 't4',
    required: ['files'],
    args: {
      blocks: 'json',
      channel_id: 'text',
      channels: 'text',
      files: 'json',
      icon_emoji: 'text',
      icon_url: 'text',
      initial_comment: 'text',
      thread_ts: 'timestamp',
      username: 'text',
    },
  },
  'files.getUploadURLExternal': {
    tier: 't4',
    required: ['filename', 'length'],
    args: { alt_txt: 'text', filename: 'text', length: 'integer', snippet_type: 'text' },
  },
  'files.info': {
    tier: 't4',
    required: ['file'],
    args: { ...PAGED, count: 'integer', file: 'text', page: 'integer' },
  },
  'reactions.add': {
    tier: 't3',
    required: ['channel', 'name', 'timestamp'],
    args: { channel: 'text', name: 'text', timestamp: 'timestamp' },
  },
  'reactions.remove': {
    tier: 't2',
    required: ['name'],
    args: { channel: 'text', file: 'text', file_comment: 'text', name: 'text', timestamp: 'timestamp' },
  },
  'usergroups.users.list': {
    tier: 't2',
    required: ['usergroup'],
    args: { include_disabled: 'boolean', team_id: 'text', usergroup: 'text' },
  },
  'users.info': { tier: 't4', required: ['user'], args: { include_locale: 'boolean', user: 'text' } },
  'views.open': {
    tier: 't4',
    required: ['view'],
    args: { interactivity_pointer: 'text', trigger_id: 'text', view: 'json' },
  },
  'views.publish': {
    tier: 't4',
    required: ['user_id', 'view'],
    args: { hash: 'text', interactivity_pointer: 'text', user_id: 'text', view: 'json' },
  },
  'views.push': {
    tier: 't4',
    required: ['view'],
    args: { interactivity_pointer: 'text', trigger_id: 'text', view: 'json' },
  },
  'views.update': {
    tier: 't4',
    required: ['view'],
    args: { external_id: 'text', hash: 'text', view: 'json', view_id: 'text' },
  },
};

/** Checks a call's arguments; refuses with `invalid_arguments` and what is wrong with each. */
export function checkArguments(method: string, args: Readonly<Record<string, unknown>>): void {
  const facts = METHOD_FACTS[method];
  if (facts === undefined) throw new Refusal('unknown_method');
  const missing = facts.required.filter(
    (name) => args[name] === undefined || (args[name] === '' && facts.blank?.includes(name) !== true),
  );
  const faults = [
    ...missing.map((name) => `missing required field: ${name}`),
    ...Object.entries(args).flatMap(([name, value]) => {
      if (EVERYWHERE.has(name)) return [];
      const kind = facts.args[name];
      if (kind === undefined) return [`unknown argument: ${name}`];
      return fits(kind, value) ? [] : [`${name}: expected ${WORDS[kind]}`];
    }),
  ];
  if (faults.length > 0) throw new Refusal('invalid_arguments', faults);
}

/** Arguments that no method minds: the token beside the header, and the workspace that Bolt's own client adds to every call. */
const EVERYWHERE = new Set(['token', 'team_id']);

const WORDS: Readonly<Record<Kind, string>> = {
  text: 'a string',
  boolean: 'true or false',
  integer: 'a whole number',
  json: 'JSON of a list or an object',
  timestamp: 'a timestamp such as 1405894322.002768',
};

function fits(kind: Kind, value: unknown): boolean {
  const text = typeof value === 'string' ? value : undefined;
  switch (kind) {
    case 'text':
      return text !== undefined;
    case 'boolean':
      return typeof value === 'boolean' || ['true', 'false', '1', '0'].includes(text ?? '');
    case 'integer':
      return Number.isInteger(typeof value === 'number' ? value : text === '' ? Number.NaN : Number(text));
    case 'timestamp':
      return text !== undefined && /^\d{1,10}(\.\d{1,6})?$/.test(text);
    case 'json':
      return text === undefined ? typeof value === 'object' && value !== null : isJsonOfObject(text);
  }
}

function isJsonOfObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
