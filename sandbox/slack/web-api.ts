import { CONVERSATION_METHODS } from './web/conversations.ts';
import { FILE_METHODS } from './web/files.ts';
import { MESSAGE_METHODS } from './web/messages.ts';
import type { Method } from './web/shared.ts';
import { VIEW_METHODS } from './web/views.ts';

export type { Context } from './web/shared.ts';

/** The Web API methods that Bellbuoy calls. Anything else is `unknown_method`, as in Slack. */
export const METHODS: Readonly<Record<string, Method>> = {
  'auth.test': (_, { workspace, url }) => ({
    url,
    team: workspace.team.name,
    team_id: workspace.team.id,
    user: workspace.bot.name,
    user_id: workspace.bot.id,
    bot_id: 'B0BELLBUOY',
  }),
  ...CONVERSATION_METHODS,
  ...FILE_METHODS,
  ...MESSAGE_METHODS,
  ...VIEW_METHODS,
  'apps.connections.open': (_, { url }) => ({ url: `${url.replace('http', 'ws')}socket` }),
};
