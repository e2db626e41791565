import { SLACK_PATH } from './app.ts';

/** A scope that Bellbuoy asks for: why, and what of Slack's needs it. */
export type Scope = {
  readonly why: string;
  readonly methods: readonly string[];
  readonly events?: readonly string[];
};

/** Every scope that Bellbuoy asks for, and the calls and events that need it. */
export const SCOPES: Readonly<Record<string, Scope>> = {
  'app_mentions:read': {
    why: 'be told when somebody mentions Bellbuoy, to answer in the thread',
    methods: [],
    events: ['app_mention'],
  },
  'channels:history': {
    why: 'find one’s own message after a crash instead of posting it twice',
    methods: ['conversations.history', 'conversations.replies'],
  },
  'channels:read': {
    why: 'find a channel’s id by its name, and whether Bellbuoy is in it',
    methods: ['conversations.list'],
  },
  'chat:write': {
    why: 'post and update messages',
    methods: ['chat.postMessage', 'chat.update', 'chat.postEphemeral'],
  },
  commands: { why: 'the command /obs', methods: [] },
  'files:read': { why: 'see when an uploaded picture is ready', methods: ['files.info'] },
  'files:write': {
    why: 'upload pictures',
    methods: ['files.getUploadURLExternal', 'files.completeUploadExternal'],
  },
  'groups:history': {
    why: 'the same as channels:history for private channels',
    methods: ['conversations.history', 'conversations.replies'],
  },
  'groups:read': { why: 'the same as channels:read for private channels', methods: ['conversations.list'] },
  'im:write': { why: 'answer by direct message', methods: ['conversations.open'] },
  'usergroups:read': {
    why: 'see who is in the groups that may ask, where `slack.allow.groups` names some',
    methods: ['usergroups.users.list'],
  },
  'users:read': {
    why: 'see whether somebody who asks is a guest or from elsewhere',
    methods: ['users.info'],
  },
};

/**
 * Slack's app manifest (version 2) for a mode. `url` is where Slack reaches Bellbuoy in HTTP mode, without a path; it is not used in
 * Socket Mode.
 */
export function manifestOf(mode: 'http' | 'socket', url: string): object {
  const requestUrl = `${url.replace(/\/$/, '')}${SLACK_PATH}`;
  const at = (key: string) => (mode === 'http' ? { [key]: requestUrl } : {});
  return {
    _metadata: { major_version: 2 },
    display_information: {
      name: 'Bellbuoy',
      description: "Brings production's state to where people respond to it.",
      background_color: '#1f4e6b',
    },
    features: {
      bot_user: { display_name: 'bellbuoy', always_online: true },
      slash_commands: [
        {
          command: '/obs',
          ...at('url'),
          description: 'Ask how production is doing',
          usage_hint: 'status [service] | ready service | compare service … | help',
          should_escape: false,
        },
      ],
    },
    oauth_config: { scopes: { bot: Object.keys(SCOPES) } },
    settings: {
      event_subscriptions: { ...at('request_url'), bot_events: ['app_mention'] },
      interactivity: { is_enabled: true, ...at('request_url') },
      org_deploy_enabled: false,
      socket_mode_enabled: mode === 'socket',
      token_rotation_enabled: false,
    },
  };
}
