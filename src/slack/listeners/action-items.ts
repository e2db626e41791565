import { createHash } from 'node:crypto';
import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import { dayAfter } from '#domain/incident/days.ts';
import type { ActionState } from '#domain/incident/postmortem.ts';
import { ACTION_FORM, actionForm, actionIn, actionState } from '../messages/action-form.ts';
import { INCIDENT_ACTION } from '../messages/incident-buttons.ts';
import { postmortemForm, postmortemState } from '../messages/postmortem-form.ts';
import { ACTION_ADD, ACTION_EDIT } from '../messages/postmortem-steps.ts';
import { pressKey, tellPresser } from './alone.ts';
import { keptOr, pushed, redrawn } from './forms.ts';
import { publishHome } from './home.ts';
import type { Parts } from './incidents.ts';
import { settled } from './settled.ts';

const NO_SUCH = 'I do not know this action item (any more).';

/** A week, in days: how far an item is put off by its button. */
const LATER = 7;

/** Action items: written in the post-mortem’s form, closed and put off wherever they are shown. */
export function registerActionItems(app: App, parts: Parts): void {
  const { asks } = parts;
  const onPress = (name: string, change: { readonly state?: ActionState; readonly later?: true }) =>
    app.action<BlockAction<ButtonAction>>(
      { type: 'block_actions', action_id: name },
      async ({ ack, action, body, respond }) => {
        const [incident = '', id = ''] = (action.value ?? '').split(':');
        const item = (await asks.postmortem(incident))?.actions.find((one) => one.id === id);
        if (item === undefined) return tellPresser(NO_SUCH, { body, ack, respond }, parts);
        const { zone } = asks.catalog.current();
        const due =
          change.later === undefined ? {} : { due: dayAfter(item.due, LATER, asks.clock.now(), zone) };
        const state = change.state === undefined ? {} : { state: change.state };
        const by = { kind: 'person' as const, user: body.user.id };
        await asks.submit(
          { type: 'actionMoved', incident, action: id, ...state, ...due, by },
          pressKey(name, body.user.id, action),
        );
        asks.failpoint('pressed-not-acknowledged');
        await ack();
        if (body.view?.type !== 'home') return;
        await settled(
          async () => (await asks.postmortem(incident))?.actions.find((one) => one.id === id),
          (now) => JSON.stringify(now) !== JSON.stringify(item),
          asks,
        );
        await publishHome(body.user.id, parts);
      },
    );
  onPress(INCIDENT_ACTION.actionDone, { state: 'done' });
  onPress(INCIDENT_ACTION.actionDrop, { state: 'dropped' });
  onPress(INCIDENT_ACTION.actionLater, { later: true });
  app.action<BlockAction<ButtonAction>>(
    { type: 'block_actions', action_id: new RegExp(`^(${ACTION_ADD}$|${ACTION_EDIT}:)`) },
    async ({ ack, action, body }) => {
      await ack();
      const state = postmortemState(body.view?.private_metadata ?? '');
      if (state === undefined) return;
      const { incident, channel } = state;
      const item = (await asks.postmortem(incident))?.actions.find(({ id }) => id === action.value);
      const carried = {
        incident,
        ...(item === undefined ? {} : { action: item.id }),
        ...(channel === undefined ? {} : { channel }),
      };
      await pushed(body.trigger_id, actionForm(carried, item), parts);
    },
  );
  app.view({ type: 'view_submission', callback_id: ACTION_FORM }, async ({ ack, view, body }) => {
    const state = actionState(view.private_metadata);
    const before = state === undefined ? undefined : await asks.postmortem(state.incident);
    if (state === undefined || before === undefined) return ack();
    const read = actionIn(view.state.values, state);
    if (!read.ok) return ack({ response_action: 'errors', errors: read.errors });
    const { incident } = state;
    const print = createHash('sha256').update(JSON.stringify(read.action)).digest('hex');
    const by = { kind: 'person' as const, user: body.user.id };
    const [block = 'title'] = Object.keys(view.state.values);
    const refuse = (why: string) => ack({ response_action: 'errors', errors: { [block]: why } });
    const written = { type: 'actionWritten' as const, incident, action: read.action, by };
    if (!(await keptOr(refuse, asks, () => asks.submit(written, `action:${view.id}:${print}`)))) return;
    asks.failpoint('pressed-not-acknowledged');
    await ack();
    const below = view.previous_view_id;
    if (below === null || below === undefined) return;
    const now = await settled(
      async () => (await asks.postmortem(incident)) ?? before,
      ({ revision }) => revision > before.revision,
      asks,
    );
    const channel = state.channel === undefined ? {} : { channel: state.channel };
    await redrawn({ view: below }, postmortemForm(now, 'actions', { turn: now.revision, ...channel }), parts);
  });
}
