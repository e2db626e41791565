import { parsed } from '../json.ts';
import { Refusal } from '../refusal.ts';
import { findView, sentView, viewOf } from '../views.ts';
import type { View, Workspace } from '../workspace.ts';
import { type Args, type Method, text } from './shared.ts';

/** Modals and Home tabs. */
export const VIEW_METHODS: Readonly<Record<string, Method>> = {
  'views.open': (args, { workspace }) => {
    const { user } = triggerOf(args, workspace);
    const view = viewOf(parsed(args.view), workspace, 'modal');
    workspace.modals.set(user, view);
    workspace.tell('modal', { user });
    return { view: sentView(view, workspace) };
  },
  'views.push': (args, { workspace }) => {
    const trigger = triggerOf(args, workspace);
    const { modals } = workspace;
    // Only what was done in an open modal can lay another one on it.
    const below = modals.stackOf(trigger.user).find(({ id }) => id === trigger.view);
    if (below === undefined) throw new Refusal('not_found');
    const view = viewOf(parsed(args.view), workspace, 'modal', { below });
    if (!modals.push(trigger.user, view)) throw new Refusal('push_limit_reached');
    workspace.tell('modal', { user: trigger.user });
    return { view: sentView(view, workspace) };
  },
  'views.update': (args, { workspace }) => {
    if (args.view_id === undefined && args.external_id === undefined)
      throw new Refusal('invalid_arguments', ['one of view_id and external_id is required']);
    const isMeant = (view: View) =>
      args.view_id === undefined ? view.external_id === args.external_id : view.id === args.view_id;
    const found = findView(workspace, isMeant);
    if (found === undefined) throw new Refusal('not_found');
    const { user, view: old } = found;
    refuseConflict(args, old);
    const type = old.type === 'home' ? 'home' : 'modal';
    const view = viewOf(parsed(args.view), workspace, type, { old });
    if (type === 'home') workspace.homes.set(user, view);
    else workspace.modals.set(user, view);
    workspace.tell(type, { user });
    return { view: sentView(view, workspace) };
  },
  'views.publish': (args, { workspace }) => {
    const user = text(args, 'user_id');
    if (!workspace.people.some(({ id }) => id === user))
      throw new Refusal('invalid_arguments', ['user_id: there is nobody of this id']);
    const old = workspace.homes.get(user);
    refuseConflict(args, old);
    const view = viewOf(parsed(args.view), workspace, 'home', { old });
    workspace.homes.set(user, view);
    workspace.tell('home', { user });
    return { view: sentView(view, workspace) };
  },
};

function triggerOf(args: Args, workspace: Workspace): { user: string; view?: string | undefined } {
  const trigger = workspace.exchangeTrigger(args.trigger_id);
  if ('error' in trigger) throw new Refusal(trigger.error);
  return trigger;
}

/** A hash that is given has to be that of the version there is: else somebody changed the view meanwhile. */
function refuseConflict({ hash }: Args, old: View | undefined): void {
  if (hash !== undefined && hash !== old?.hash) throw new Refusal('hash_conflict');
}
