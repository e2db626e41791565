import { answerTo, elementsOf, type Placed, stateOf, type Values } from '../block-kit/answers.ts';
import { faultsOf } from '../block-kit/client-checks.ts';
import { asList } from '../json.ts';
import type { Acknowledged } from '../transport.ts';
import { afterSubmit, sentView } from '../views.ts';
import type { Person, View } from '../workspace.ts';
import { chosenIn, type Shortcut } from './messages.ts';
import { choosable, NOTHING_SENT, personOf, type Wire } from './wire.ts';

/** What people do in modals, the Home tab and the shortcuts menu. Values by block and action, plain or in Slack’s shape. */
export type WithViews = {
  /** Opens the bot's Home tab. */
  openHome(person: string): Promise<Acknowledged>;
  /** Uses a global shortcut of the app. */
  globalShortcut(person: string, callbackId: string): Promise<Acknowledged>;
  /**
   * Submits the modal that a person has open, with what they type into it. Rejects with a `NotSent` where Slack's client would not send it:
   * something required is missing, too long, or cannot be picked.
   */
  submit(person: string, values: Values): Promise<Acknowledged>;
  /**
   * Presses a button of the view that a person sees (their modal, else their Home tab), or picks `value` in a select there. `values` is
   * what they typed by then.
   */
  pressInView(
    person: string,
    actionId: string,
    more?: { readonly blockId?: string; readonly values?: Values; readonly value?: unknown },
  ): Promise<Acknowledged>;
  /** Closes the modal that a person sees, or with `all` those below it too; the bot hears of each that asked for it. */
  dismiss(person: string, all?: boolean): Promise<Acknowledged>;
};

/** What Slack's client does not send; `errors` by block. */
export class NotSent extends Error {
  readonly errors: Readonly<Record<string, string>>;
  constructor(errors: Readonly<Record<string, string>>) {
    const words = Object.entries(errors).map(([block, fault]) => `${block}: ${fault}`);
    super(`the form cannot be sent: ${words.join(' ')}`);
    this.errors = errors;
  }
}

export function withViews(wire: Wire, shortcuts: readonly Shortcut[]): WithViews {
  const { workspace } = wire;
  const { modals, homes } = workspace;
  /** Types values into a view, over what was typed before. Those of fields that a new version has no more are dropped. */
  const type = (view: View, values: Values): void => {
    const all = elementsOf(asList(view.blocks));
    const typed: Record<string, Record<string, unknown>> = {};
    const put = ({ blockId, actionId }: Placed, answer: unknown) => {
      typed[blockId] = { ...typed[blockId], [actionId]: answer };
    };
    for (const placed of all) {
      const old = modals.typed(view)[placed.blockId]?.[placed.actionId];
      if (old !== undefined) put(placed, old);
    }
    for (const [blockId, actions] of Object.entries(values))
      for (const [actionId, given] of Object.entries(actions)) {
        const placed = all.find((one) => one.blockId === blockId && one.actionId === actionId);
        if (placed === undefined) throw new Error(`the view has no field ${blockId}/${actionId}`);
        put(placed, answerTo(placed, given, choosable(workspace)));
      }
    modals.keep(view, typed);
  };
  const closed = (who: Person, view: View, isCleared: boolean): Promise<Acknowledged> =>
    view.notify_on_close === true
      ? wire.interact(who, { type: 'view_closed', view: sentView(view, workspace), is_cleared: isCleared })
      : Promise.resolve(NOTHING_SENT);
  return {
    async openHome(by) {
      const { id } = personOf(workspace, by);
      const view = homes.get(id);
      return wire.event({
        ...{ type: 'app_home_opened', user: id, channel: `D0${id.slice(2)}`, tab: 'home' },
        event_ts: workspace.nextTs(),
        ...(view === undefined ? {} : { view: sentView(view, workspace) }),
      });
    },
    async globalShortcut(by, callbackId) {
      const who = personOf(workspace, by);
      if (!shortcuts.some((one) => one.callbackId === callbackId))
        throw new Error(`the app declares no global shortcut ${callbackId}`);
      return wire.interact(who, {
        ...{ type: 'shortcut', callback_id: callbackId, action_ts: workspace.nextTs() },
        trigger_id: workspace.newTrigger(who.id),
      });
    },
    async submit(by, values) {
      const who = personOf(workspace, by);
      const view = modals.get(who.id);
      if (view === undefined) throw new Error(`${who.name} has no modal open`);
      if (view.submit === undefined) throw new Error(`the modal of ${who.name} has no button to submit it`);
      type(view, values);
      const blocks = asList(view.blocks);
      const faults = faultsOf(blocks, stateOf(blocks, modals.typed(view)));
      if (Object.keys(faults).length > 0) throw new NotSent(faults);
      const acknowledged = await wire.interact(who, {
        type: 'view_submission',
        trigger_id: workspace.newTrigger(who.id, view.id),
        view: sentView(view, workspace),
        response_urls: [],
      });
      if (acknowledged.failed !== undefined) return acknowledged;
      const trouble = afterSubmit(workspace, who.id, view, acknowledged.body);
      return trouble === undefined ? acknowledged : { ...acknowledged, failed: trouble };
    },
    async pressInView(by, actionId, { blockId, values = {}, value } = {}) {
      const who = personOf(workspace, by);
      const view = modals.get(who.id) ?? homes.get(who.id);
      const placed = elementsOf(asList(view?.blocks ?? [])).find(
        (one) => one.actionId === actionId && (blockId ?? one.blockId) === one.blockId,
      );
      if (view === undefined || placed === undefined)
        throw new Error(`there is no button or menu ${actionId} in what ${who.name} sees`);
      const { element, input } = placed;
      if (input !== undefined && input.dispatch_action !== true)
        throw new Error(
          `${actionId} is an input without dispatch_action: nothing is sent before the form is`,
        );
      type(view, values);
      const isButton = element.type === 'button';
      const asked = value ?? values[placed.blockId]?.[actionId];
      const more = isButton ? {} : chosenIn(placed, asked, choosable(workspace));
      if (!isButton && element.type !== 'overflow') type(view, { [placed.blockId]: { [actionId]: more } });
      const { confirm: _, options: __, option_groups: ___, ...shown } = element;
      const action = { ...shown, block_id: placed.blockId, action_id: actionId, ...more };
      return wire.interact(who, {
        type: 'block_actions',
        container: { type: 'view', view_id: view.id },
        trigger_id: workspace.newTrigger(who.id, view.type === 'modal' ? view.id : undefined),
        view: sentView(view, workspace),
        actions: [{ ...action, action_ts: workspace.nextTs() }],
      });
    },
    async dismiss(by, all = false) {
      const who = personOf(workspace, by);
      const stack = modals.stackOf(who.id);
      const isCleared = all || stack.at(-1)?.clear_on_close === true;
      const gone = isCleared ? stack.toReversed() : stack.slice(-1);
      if (isCleared) modals.delete(who.id);
      else modals.pop(who.id);
      workspace.tell('modal', { user: who.id });
      let last = NOTHING_SENT;
      for (const view of gone) last = await closed(who, view, isCleared);
      return last;
    },
  };
}
