import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import type { Event } from '#domain/event.ts';
import type { Asks } from '../app.ts';
import { HYPOTHESIS_ACTION, type Shown, shownIn } from '../messages/task-answers.ts';
import { pressKey, tellAlone } from './alone.ts';

const NO_SUCH = 'I do not know this report (any more), so I cannot keep an answer to it.';
const CORRECTED =
  'This report was corrected since, so I kept no answer to what you saw. Please answer what stands there now.';

/** The buttons with which people say whether a hypothesis of an agent is right. What cannot be answered is said to whoever pressed, and to nobody else. */
export function registerHypotheses(app: App, asks: Asks): void {
  for (const [name, right] of [
    [HYPOTHESIS_ACTION.right, true],
    [HYPOTHESIS_ACTION.wrong, false],
  ] as const)
    app.action<BlockAction<ButtonAction>>(
      { type: 'block_actions', action_id: name },
      async ({ ack, action, body, respond }) => {
        const shown = shownIn(action.value);
        const why = shown === undefined ? NO_SUCH : await whyNot(shown, asks);
        if (shown === undefined || why !== undefined) return tellAlone(why ?? NO_SUCH, { ack, respond });
        const by = { kind: 'person' as const, user: body.user.id };
        const event: Event = { type: 'hypothesisAnswered', ...shown, right, by };
        // Acknowledged means committed: a press that could not be stored fails before the presser's eyes.
        await asks.submit(event, pressKey(name, body.user.id, action));
        asks.failpoint('pressed-not-acknowledged');
        await ack();
      },
    );
}

async function whyNot({ task, report, hypothesis }: Shown, asks: Asks): Promise<string | undefined> {
  const last = (await asks.task(task))?.reports.at(-1);
  if (last === undefined) return NO_SUCH;
  if (last.number !== report) return CORRECTED;
  return last.hypotheses[hypothesis] === undefined ? NO_SUCH : undefined;
}
