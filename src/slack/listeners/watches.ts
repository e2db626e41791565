import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import type { Asks } from '../app.ts';
import { STOP_ACTION } from '../messages/lookout.ts';

/** The button that ends a watch: whoever sees it may press it. */
export function registerWatches(app: App, asks: Asks): void {
  app.action<BlockAction<ButtonAction>>(
    { type: 'block_actions', action_id: STOP_ACTION },
    async ({ ack, action, body }) => {
      const watch = action.value ?? '';
      const by = { kind: 'person' as const, user: body.user.id };
      // Acknowledged means committed: a press that could not be stored fails before the presser's eyes.
      await asks.submit({ type: 'watchStopped', watch, by }, `${STOP_ACTION}:${watch}`);
      asks.failpoint('pressed-not-acknowledged');
      await ack();
    },
  );
}
