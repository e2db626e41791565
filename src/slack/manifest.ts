import { SLACK_PATH } from './app.ts';

/** Every scope that Bellbuoy asks for, and the calls and events that need it. */
export const SCOPES: Readonly<Record<string, string>> = {
  'app_mentions:read': 'be told when somebody mentions Bellbuoy, to answer in the thread',
  'channels:read': 'find a channel’s id by its name, and whether Bellbuoy is in it (conversations.list)',
  'chat:write': 'post and update messages (chat.postMessage, chat.update, chat.postEphemeral)',
  commands: 'the command /obs',
  'files:read': 'see when an uploaded picture is ready (files.info)',
  'files:write': 'upload pictures (files.getUploadURLExternal, files.completeUploadExternal)',
  'groups:read': 'the same as channels:read for private channels',
  'im:write': 'answer by direct message (conversations.open)',
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
