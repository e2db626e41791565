import type { App, BlockAction, ButtonAction, GlobalShortcut } from '@slack/bolt';
import type { Asks } from '../app.ts';
import type { Calls } from '../delivery/calls.ts';
import { answerBlocks } from '../messages/answer.ts';
import { DECLARE_FORM, declaredIn, declareForm, declareState } from '../messages/declare-form.ts';
import { INCIDENT_ACTION } from '../messages/incident-buttons.ts';
import { SHORTCUT } from '../shortcut-ids.ts';
import { tellAlone } from './alone.ts';
import { draftOf, subjectIn } from './declare-draft.ts';
import { keptOr, opened, openedOrTold } from './forms.ts';

/** The ways in which people declare an incident: from an alert, a deploy or a rollout, from the menu of shortcuts, from the Home tab. */
export function registerDeclare(app: App, asks: Asks, calls: Calls): void {
  app.action<BlockAction<ButtonAction>>(
    { type: 'block_actions', action_id: INCIDENT_ACTION.declare },
    async ({ ack, action, body, respond }) => {
      const subject = subjectIn(action.value ?? '');
      const known = subject === undefined ? undefined : await draftOf(subject, asks);
      if (subject === undefined || known === undefined)
        return tellAlone(
          'I do not know this (any more), so no incident can be made of it here: `/obs incident declare` makes one.',
          { ack, respond },
        );
      if (known.incident !== undefined) return tellAlone(await shown(known.incident, asks), { ack, respond });
      await ack();
      const channel = body.channel?.id;
      const state = { subject, ...(channel === undefined ? {} : { channel }) };
      await openedOrTold(declareForm(known.draft, names(asks), state), { body, respond }, { calls, asks });
    },
  );
  app.shortcut<GlobalShortcut>(SHORTCUT.declare, async ({ ack, body }) => {
    await ack();
    await opened(body.trigger_id, declareForm({ services: [] }, names(asks), {}), { calls, asks });
  });
  app.action<BlockAction<ButtonAction>>(
    { type: 'block_actions', action_id: INCIDENT_ACTION.homeDeclare },
    async ({ ack, body }) => {
      await ack();
      await opened(body.trigger_id, declareForm({ services: [] }, names(asks), {}), { calls, asks });
    },
  );
  app.view({ type: 'view_submission', callback_id: DECLARE_FORM }, async ({ ack, view, body }) => {
    const read = declaredIn(view.state.values, names(asks));
    if (!read.ok) return ack({ response_action: 'errors', errors: read.errors });
    const { ok: _, ...declared } = read;
    const { subject, channel } = declareState(view.private_metadata);
    const [block = 'title'] = Object.keys(view.state.values);
    const refuse = (why: string) => ack({ response_action: 'errors', errors: { [block]: why } });
    const there = subject === undefined ? undefined : (await draftOf(subject, asks))?.incident;
    if (there !== undefined)
      return refuse(
        `${there} was declared from this meanwhile. Close this form and press Declare incident to see it.`,
      );
    const isKept = await keptOr(refuse, asks, () =>
      asks.submit(
        {
          type: 'incidentDeclared',
          ...declared,
          by: { kind: 'person', user: body.user.id },
          ...(subject === undefined ? {} : { subject }),
          ...(channel === undefined ? {} : { place: channel }),
        },
        // One form declares one incident, however often it is sent; two forms of one alert are found to be so when they are decided.
        `declared:${view.id}`,
      ),
    );
    if (!isKept) return;
    asks.failpoint('pressed-not-acknowledged');
    await ack();
  });
}

/** The incident that there is already, as it now stands. */
async function shown(incident: string, asks: Asks) {
  return answerBlocks(await asks.answerNow({ ask: 'incident', incident }));
}

function names({ catalog }: Asks): readonly string[] {
  return catalog.current().services.map(({ name }) => name);
}
