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

/** How long what was just committed is waited for, and how often it is looked for, in milliseconds. */
const DECIDED_WITHIN = 1500;
const LOOKED_EVERY = 50;

/** Waits until what was committed shows, so that a form is drawn with it; not for long, for somebody waits before it. */
export async function settled<T>(
  read: () => Promise<T>,
  isDone: (value: T) => boolean,
  { clock }: Asks,
): Promise<T> {
  const until = clock.now() + DECIDED_WITHIN;
  for (;;) {
    const value = await read();
    if (isDone(value) || clock.now() >= until) return value;
    await clock.sleep(LOOKED_EVERY);
  }
}
