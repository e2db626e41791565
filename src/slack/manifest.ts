import { SLACK_PATH } from './app.ts';
import { SHORTCUT } from './shortcut-ids.ts';

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
    why: 'find one’s own message after a crash instead of posting it twice, and read the one message that somebody adds to a timeline',
    methods: ['conversations.history', 'conversations.replies'],
  },
  'channels:manage': {
    why: 'make a channel for an incident, set its topic and ask its people in, where `incidents.ownChannels` is on; needless otherwise',
    methods: ['conversations.create', 'conversations.invite', 'conversations.setTopic'],
  },
  'channels:read': {
    why: 'find a channel’s id by its name, whether Bellbuoy is in it, and whether a channel of an incident’s name is that incident’s own',
    methods: ['conversations.info', 'conversations.list'],
  },
  'chat:write': {
    why: 'post and update messages',
    methods: ['chat.postMessage', 'chat.update', 'chat.postEphemeral'],
  },
  commands: { why: 'the command /obs and the shortcuts', methods: [] },
  'files:read': { why: 'see when an uploaded picture is ready', methods: ['files.info'] },
  'files:write': {
    why: 'upload pictures, and post-mortems as files',
    methods: ['files.getUploadURLExternal', 'files.completeUploadExternal'],
  },
  'groups:history': {
    why: 'the same as channels:history for private channels',
    methods: ['conversations.history', 'conversations.replies'],
  },
  'groups:read': { why: 'the same as channels:read for private channels', methods: ['conversations.list'] },
  'im:write': { why: 'answer by direct message', methods: ['conversations.open'] },
  'links:read': {
    why: 'be told of shared links to Bellbuoy’s own pages, where `manifest --pages` names their address; others are not told of',
    methods: [],
    events: ['link_shared'],
  },
  'links:write': { why: 'show below such links what they lead to', methods: ['chat.unfurl'] },
  'reactions:read': {
    why: 'be told when somebody marks a message with :memo: for a timeline; other reactions are not looked at',
    methods: [],
    events: ['reaction_added'],
  },
  'usergroups:read': {
    why: 'see who is in the groups that may ask or change incidents, where `slack.allow.groups` or `incidents.responders` names some, and whose services are whose on the Home tab',
    methods: ['usergroups.users.list'],
  },
  'users:read': {
    why: 'see whether somebody who asks is a guest or from elsewhere, and what people are called whom a message for a timeline mentions',
    methods: ['users.info'],
  },
};

/** What Slack tells Bellbuoy of. `app_home_opened` needs no scope. */
const EVENTS = ['app_home_opened', 'app_mention', 'link_shared', 'reaction_added'];

/** What stands in Slack's menus: of a message, and for everywhere. Names have at most 24 characters. */
const SHORTCUTS = [
  {
    name: 'Add to incident timeline',
    type: 'message',
    callback_id: SHORTCUT.add,
    description: 'Keep what this message says in the timeline of an incident',
  },
  {
    name: 'Declare incident',
    type: 'global',
    callback_id: SHORTCUT.declare,
    description: 'Say that something is wrong, and gather people, facts and a timeline',
  },
];

/**
 * Slack's app manifest (version 2) for a mode. `url` is where Slack reaches Bellbuoy in HTTP mode, without a path; it is not used in
 * Socket Mode. `pages` is where people open pages: links there are shown in Slack.
 */
export function manifestOf(mode: 'http' | 'socket', url: string, pages?: string): object {
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
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: 'bellbuoy', always_online: true },
      slash_commands: [
        {
          command: '/obs',
          ...at('url'),
          description: 'Ask how production is doing',
          usage_hint: 'status [service] | ready service | compare service … | incident declare … | help',
          // Slack then names the people who are mentioned by their ids, and makes links of addresses, which `words.ts` undoes.
          should_escape: true,
        },
      ],
      shortcuts: SHORTCUTS,
      ...(pages === undefined ? {} : { unfurl_domains: [new URL(pages).hostname] }),
    },
    oauth_config: { scopes: { bot: Object.keys(SCOPES) } },
    settings: {
      event_subscriptions: { ...at('request_url'), bot_events: EVENTS },
      interactivity: { is_enabled: true, ...at('request_url') },
      org_deploy_enabled: false,
      socket_mode_enabled: mode === 'socket',
      token_rotation_enabled: false,
    },
  };
}
