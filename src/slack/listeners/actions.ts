import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import type { Event } from '#domain/event.ts';
import { HOUR } from '#domain/time.ts';
import type { Asks } from '../app.ts';

type Press = (subject: string, user: string) => Event;

/** What each button of an alert or a storm commits. */
const PRESSES: Readonly<Record<string, Press>> = {
  acknowledge: (episode, user) => ({ type: 'alertAcknowledged', episode, by: { kind: 'person', user } }),
  'acknowledge-all': (umbrella, user) => ({
    type: 'umbrellaAcknowledged',
    umbrella,
    by: { kind: 'person', user },
  }),
  silence: (episode, user) => ({
    type: 'silenceRequested',
    episode,
    by: { kind: 'person', user },
    length: HOUR,
  }),
  refresh: (episode, user) => ({ type: 'panelsRequested', episode, by: { kind: 'person', user } }),
};

export function registerActions(app: App, asks: Asks): void {
  for (const [name, event] of Object.entries(PRESSES)) {
    app.action<BlockAction<ButtonAction>>(
      { type: 'block_actions', action_id: name },
      async ({ ack, action, body }) => {
        // Acknowledged means committed: a press that could not be stored fails before the presser's eyes.
        await asks.submit(
          event(action.value ?? '', body.user.id),
          `${name}:${action.value}:${body.user.id}:${action.action_ts}`,
        );
        asks.failpoint('pressed-not-acknowledged');
        await ack();
      },
    );
  }
  // Buttons that are links only have to be acknowledged.
  app.action(/^open:/, async ({ ack }) => {
    await ack();
  });
}
