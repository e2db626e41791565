import type { App, BlockAction, ButtonAction, RespondFn } from '@slack/bolt';
import type { Deploy } from '#domain/deploy.ts';
import type { Event } from '#domain/event.ts';
import type { RollbackRefusal } from '#domain/rollback-way.ts';
import type { Verdict } from '#domain/verdict/verdict.ts';
import type { Asks } from '../app.ts';
import type { Calls } from '../delivery/calls.ts';
import { expectedForm } from '../messages/expected-form.ts';
import { shownIn, VERDICT_ACTION } from '../messages/verdict-buttons.ts';

/** A deploy, and its verdict, which is the one that somebody saw. */
type Judged = { readonly deploy: Deploy; readonly of: Verdict };

/** What the buttons under a report commit. */
const PRESSES: Readonly<Record<string, (judged: Judged, user: string) => Event>> = {
  [VERDICT_ACTION.right]: (judged, user) => said(judged, user, true),
  [VERDICT_ACTION.wrong]: (judged, user) => said(judged, user, false),
};

const NO_SUCH_DEPLOY =
  'I do not know this deploy (any more), so I cannot keep an answer to it. `/obs deploys` lists those that I know.';
const NO_VERDICT = 'There is no verdict on this deploy yet that could be right or wrong.';
const NO_ROLLBACK: Readonly<Record<RollbackRefusal, string>> = {
  'no-way': 'The configuration names nobody to ask for a rollback of this service (any more).',
  'not-degraded': 'This deploy is not degraded, so I ask nobody to roll it back.',
  replaced: 'A newer deploy took the place of this one, so there is nothing to roll back here.',
  asked: 'A rollback of this deploy was asked for already; its thread says what came of it.',
};
const FORM_TOO_LATE = 'Slack did not open the form in time; please press again.';

/** The buttons under a deploy's report. What cannot be answered is said to whoever pressed, and to nobody else. */
export function registerVerdicts(app: App, asks: Asks, calls: Calls): void {
  for (const [name, event] of Object.entries(PRESSES))
    app.action<BlockAction<ButtonAction>>(
      { type: 'block_actions', action_id: name },
      async ({ ack, action, body, respond }) => {
        const judged = await judgedBehind(shownIn(action.value), asks);
        if (typeof judged === 'string') return tellAlone(judged, { ack, respond });
        // Acknowledged means committed: a press that could not be stored fails before the presser's eyes.
        await asks.submit(event(judged, body.user.id), pressKey(name, body.user.id, action));
        asks.failpoint('pressed-not-acknowledged');
        await ack();
      },
    );
  app.action<BlockAction<ButtonAction>>(
    { type: 'block_actions', action_id: VERDICT_ACTION.expected },
    async ({ ack, action, body, respond }) => {
      const judged = await judgedBehind(shownIn(action.value), asks);
      if (typeof judged === 'string') return tellAlone(judged, { ack, respond });
      const { deploy } = judged;
      await ack();
      const channel = body.channel?.id ?? body.user.id;
      const view = expectedForm(deploy, { deploy: deploy.id, seen: judged.of, channel });
      // Slack takes the trigger for three seconds and once; a form that it did not open has lost nothing.
      const opened = await calls.patiently('views.open', (client) =>
        client.views.open({ trigger_id: body.trigger_id, view }),
      );
      if (opened.ok) return;
      asks.log.warn({ refusal: opened.refusal }, 'a form was not opened');
      await tellAlone(FORM_TOO_LATE, { respond });
    },
  );
  app.action<BlockAction<ButtonAction>>(
    { type: 'block_actions', action_id: VERDICT_ACTION.rollback },
    async ({ ack, action, body, respond }) => {
      const judged = await judgedBehind(shownIn(action.value), asks);
      if (typeof judged === 'string') return tellAlone(judged, { ack, respond });
      const { deploy } = judged;
      const by = { kind: 'person' as const, user: body.user.id };
      const refusal = await asks.askRollback(
        deploy,
        by,
        pressKey(VERDICT_ACTION.rollback, body.user.id, action),
      );
      if (refusal !== undefined) return tellAlone(NO_ROLLBACK[refusal], { ack, respond });
      asks.failpoint('pressed-not-acknowledged');
      await ack();
    },
  );
  // A link, which Slack opens by itself: kept on record only.
  app.action<BlockAction<ButtonAction>>(
    { type: 'block_actions', action_id: VERDICT_ACTION.rollbackLink },
    async ({ ack, action, body }) => {
      const by = { kind: 'person' as const, user: body.user.id };
      const key = pressKey(VERDICT_ACTION.rollbackLink, body.user.id, action);
      await asks.submit({ type: 'rollbackOpened', deploy: shownIn(action.value).deploy, by }, key);
      await ack();
    },
  );
}

function said({ deploy, of }: Judged, user: string, right: boolean): Event {
  return { type: 'verdictAnswered', deploy: deploy.id, right, of, by: { kind: 'person', user } };
}

function pressKey(name: string, user: string, { value, action_ts: at }: ButtonAction): string {
  return `${name}:${value}:${user}:${at}`;
}

/** The deploy, when its verdict is the one that was seen and can be answered; else why not, in words for whoever pressed. */
export async function judgedBehind(
  { deploy: id, seen }: { readonly deploy: string; readonly seen?: Verdict | undefined },
  asks: Asks,
): Promise<Judged | string> {
  const deploy = await asks.deploy(id);
  if (deploy === undefined) return NO_SUCH_DEPLOY;
  const of = deploy.watch?.verdict?.verdict;
  if (of === undefined) return NO_VERDICT;
  return seen === undefined || seen === of
    ? { deploy, of }
    : `This deploy is ${of} by now, no longer ${seen} as you saw it, so I kept no answer and did nothing.`;
}

async function tellAlone(
  text: string,
  { ack, respond }: { ack?: () => Promise<void>; respond: RespondFn },
): Promise<void> {
  await ack?.();
  await respond({ response_type: 'ephemeral', replace_original: false, text });
}
