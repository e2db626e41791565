import { createHash } from 'node:crypto';
import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import { findService } from '#domain/service.ts';
import type { Asks } from '../app.ts';
import type { Calls } from '../delivery/calls.ts';
import { PLAN_ACTION } from '../messages/digest-budgets.ts';
import { PLAN, PLAN_FORM, type PlanPlace, planForm, planIn, planPlace } from '../messages/plan-form.ts';

const TOO_LATE = 'Slack did not open the form in time; please press again.';
const GONE = 'This budget is not configured any more, so there is nothing to plan for.';

/** The button under a budget in a digest, and the form that it opens. */
export function registerPlans(app: App, asks: Asks, calls: Calls): void {
  app.action<BlockAction<ButtonAction>>(
    { type: 'block_actions', action_id: PLAN_ACTION },
    async ({ ack, action, body, respond }) => {
      await ack();
      const tell = (text: string) => respond({ response_type: 'ephemeral', replace_original: false, text });
      const { channel, message } = body;
      const place = planPlace(action.value ?? '', {
        channel: channel?.id ?? body.user.id,
        ...(message === undefined ? {} : { ts: message.ts }),
      });
      if (place === undefined || !isConfigured(place, asks)) return void (await tell(GONE));
      // Slack takes the trigger for three seconds and once; a form that it did not open has lost nothing.
      const opened = await calls.patiently('views.open', (client) =>
        client.views.open({ trigger_id: body.trigger_id, view: planForm(place) }),
      );
      if (opened.ok) return;
      asks.log.warn({ refusal: opened.refusal }, 'a form was not opened');
      await tell(TOO_LATE);
    },
  );
  app.view({ type: 'view_submission', callback_id: PLAN_FORM }, async ({ ack, view, body }) => {
    const text = planIn(view.state.values);
    const place = planPlace(view.private_metadata);
    // The form stays open with what was typed.
    const refuse = (why: string) => ack({ response_action: 'errors', errors: { [PLAN]: why } });
    if (place === undefined || !isConfigured(place, asks)) return refuse(GONE);
    if (text === '') return refuse('Please write what the plan is.');
    const { service, slo, channel, ts } = place;
    // Sent again after a lost acknowledgement it is the same plan; with other words it is another one, which stands.
    const key = `plan:${view.id}:${createHash('sha256').update(text).digest('hex')}`;
    const by = { kind: 'person' as const, user: body.user.id };
    const where = ts === undefined ? {} : { place: { channel, ts } };
    await asks.submit({ type: 'planWritten', service, slo, text, by, ...where }, key);
    asks.failpoint('pressed-not-acknowledged');
    await ack();
  });
}

function isConfigured({ service, slo }: PlanPlace, { catalog }: Asks): boolean {
  return findService(catalog.current(), service)?.slos.some(({ name }) => name === slo) === true;
}
