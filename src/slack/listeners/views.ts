import { createHash } from 'node:crypto';
import type { App } from '@slack/bolt';
import type { Asks } from '../app.ts';
import { EXPECTED_FORM, formPlace, REASON, reasonIn } from '../messages/expected-form.ts';
import { judgedBehind } from './verdicts.ts';

/** The forms that people send. */
export function registerViews(app: App, asks: Asks): void {
  app.view({ type: 'view_submission', callback_id: EXPECTED_FORM }, async ({ ack, view, body }) => {
    const reason = reasonIn(view.state.values);
    const place = formPlace(view.private_metadata);
    const judged = await judgedBehind(place ?? { deploy: '' }, asks);
    if (typeof judged === 'string' || reason === '') {
      // The form stays open with what was typed.
      const why = typeof judged === 'string' ? judged.replaceAll('`', '') : 'Please say why.';
      await ack({ response_action: 'errors', errors: { [REASON]: why } });
      return;
    }
    // Sent again after a lost acknowledgement it is the same answer; with other words it is another one, which stands.
    const key = `expected:${view.id}:${createHash('sha256').update(reason).digest('hex')}`;
    const by = { kind: 'person' as const, user: body.user.id };
    await asks.submit({ type: 'verdictExpected', deploy: judged.deploy.id, reason, of: judged.of, by }, key);
    asks.failpoint('pressed-not-acknowledged');
    await ack();
  });
}
