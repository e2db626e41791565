import type { BlockAction, RespondFn } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import type { Asks } from '../app.ts';
import type { Calls } from '../delivery/calls.ts';

/** Said when Slack opened no form: it takes a trigger for three seconds, and once. Nothing was typed yet. */
export const FORM_TOO_LATE = 'Slack did not open the form in time; please try again.';

/** Opens a form; tells whether Slack did. */
export async function opened(
  trigger: string,
  view: ModalView,
  { calls, asks }: { readonly calls: Calls; readonly asks: Asks },
): Promise<boolean> {
  const called = await calls.patiently('views.open', (client) =>
    client.views.open({ trigger_id: trigger, view }),
  );
  if (!called.ok) asks.log.warn({ refusal: called.refusal }, 'a form was not opened');
  return called.ok;
}

/** Opens a form; or tells whoever pressed that Slack did not, where that can be said. */
export async function openedOrTold(
  view: ModalView,
  { body, respond }: { readonly body: BlockAction; readonly respond: RespondFn },
  parts: { readonly calls: Calls; readonly asks: Asks },
): Promise<void> {
  if (await opened(body.trigger_id, view, parts)) return;
  // On the Home tab it would take another form to say so, which Slack would not open either.
  if (body.view === undefined)
    await respond({ response_type: 'ephemeral', replace_original: false, text: FORM_TOO_LATE });
}

/** Commits what a form holds; where it cannot be stored the form stays open with what was typed, and says so. Tells whether it is kept. */
export async function keptOr(
  refuse: (why: string) => Promise<void>,
  { log, meter }: Asks,
  commit: () => Promise<void>,
): Promise<boolean> {
  try {
    await commit();
    return true;
  } catch (error) {
    meter.count('bellbuoy_slack_errors_total');
    log.error({ error }, 'what was typed into a form could not be kept');
    await refuse(NOT_KEPT);
    return false;
  }
}

const NOT_KEPT =
  'This could not be kept just now. Nothing you typed is lost: please send it again in a moment.';

/** Puts a form on top of the one that is open. */
export async function pushed(
  trigger: string,
  view: ModalView,
  { calls, asks }: { readonly calls: Calls; readonly asks: Asks },
): Promise<boolean> {
  const called = await calls.patiently('views.push', (client) =>
    client.views.push({ trigger_id: trigger, view }),
  );
  if (!called.ok) asks.log.warn({ refusal: called.refusal }, 'a form was not opened');
  return called.ok;
}

/** Shows an open form anew. With `hash` only if nothing else has changed it meanwhile. What Slack refuses leaves the form as it is. */
export async function redrawn(
  place: { readonly view: string; readonly hash?: string },
  view: ModalView,
  { calls, asks }: { readonly calls: Calls; readonly asks: Asks },
): Promise<boolean> {
  const called = await calls.patiently('views.update', (client) =>
    client.views.update({
      view_id: place.view,
      view,
      ...(place.hash === undefined ? {} : { hash: place.hash }),
    }),
  );
  if (!called.ok) asks.log.warn({ refusal: called.refusal }, 'a form was not drawn anew');
  return called.ok;
}
