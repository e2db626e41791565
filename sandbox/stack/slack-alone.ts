import type { SlackStandIn } from '../slack/server.ts';
import { startSlack } from '../slack/server.ts';
import { scopesOfManifest } from './bellbuoy.ts';
import { CHANNELS, PEOPLE } from './stack.ts';

const BOT = 'xoxb-sandbox-bot';
const APP = 'xapp-sandbox-app';

/** The stand-in by itself, for a Bellbuoy that somebody starts with their own configuration; and what to tell it, in lines. */
export async function startSlackAlone(
  port: number,
  seed: number,
): Promise<{ readonly slack: SlackStandIn; readonly told: readonly string[] }> {
  const slack = await startSlack({
    ...{ port, botToken: BOT, appToken: APP, signingSecret: 'sandbox-signing-secret', seed },
    ...{ scopes: await scopesOfManifest(), channels: CHANNELS, people: PEOPLE },
    fileReadyDelay: { min: 500, max: 2000 },
  });
  return {
    slack,
    told: [
      `page         ${slack.url}`,
      '',
      'Put this line below `slack:` in bellbuoy.yaml:',
      `  apiUrl: "${slack.url}api/"`,
      'and this into the shell in which Bellbuoy is started:',
      `  export SLACK_BOT_TOKEN=${BOT} SLACK_APP_TOKEN=${APP}`,
      '',
      `Channels: ${CHANNELS.map((name) => `#${name}`).join(', ')}. End it with Ctrl+C.`,
    ],
  };
}
