import { elementsOf, stateOf, withIds } from './block-kit/answers.ts';
import { judgeView } from './block-kit/judge.ts';
import { asList, asObject } from './json.ts';
import { Refusal } from './refusal.ts';
import { usableFiles } from './rules.ts';
import type { View } from './view-stacks.ts';
import type { Workspace } from './workspace.ts';

type Json = Readonly<Record<string, unknown>>;

/** Judges a view that the app gives, and makes of it one that can be kept. `old` is the version that it takes the place of. */
export function viewOf(
  given: unknown,
  workspace: Workspace,
  type: 'modal' | 'home',
  { old, below }: { old?: View | undefined; below?: View | undefined } = {},
): View {
  const view = asObject(given);
  if (view.type !== type) throw new Refusal('invalid_arguments', [`expected a view of type ${type}`]);
  judgeView(view, type, usableFiles(workspace));
  const id = old?.id ?? workspace.nextId('V');
  const isTwin = (other: View) => other.external_id === view.external_id && other.id !== id;
  if (
    typeof view.external_id === 'string' &&
    view.external_id !== '' &&
    findView(workspace, isTwin) !== undefined
  )
    throw new Refusal('duplicate_external_id');
  return {
    ...view,
    blocks: withIds(asList(view.blocks)),
    id,
    hash: `${workspace.nextTs()}.${id.slice(-8).toLowerCase()}`,
    root_view_id: old?.root_view_id ?? below?.root_view_id ?? id,
    previous_view_id: old === undefined ? (below?.id ?? null) : old.previous_view_id,
  };
}

/** The view, in a modal or a Home tab, and whose it is. */
export function findView(
  { modals, homes }: Workspace,
  is: (view: View) => boolean,
): { user: string; view: View } | undefined {
  const modal = modals.find(is);
  if (modal !== undefined) return modal;
  for (const [user, view] of homes) if (is(view)) return { user, view };
  return undefined;
}

/** A view as Slack hands it out, in payloads and answers. */
export function sentView(view: View, { modals, team }: Workspace): Json {
  const { errors, ...own } = view;
  return {
    ...{ team_id: team.id, title: null, submit: null, close: null },
    ...{ private_metadata: '', callback_id: '', external_id: '' },
    ...{ clear_on_close: false, notify_on_close: false, submit_disabled: false },
    ...own,
    state: { values: stateOf(asList(view.blocks), modals.typed(view)) },
    app_id: 'A0SANDBOX1',
    app_installed_team_id: team.id,
    bot_id: 'B0BELLBUOY',
  };
}

/**
 * Does to a person’s modal what the acknowledgement of its submission says; without a word that one closes. Gives what is wrong with it:
 * then the person sees that there was trouble, and the view stays.
 */
export function afterSubmit(
  workspace: Workspace,
  user: string,
  submitted: View,
  body: unknown,
): string | undefined {
  const { modals } = workspace;
  const said = typeof body === 'object' && body !== null && 'response_action' in body ? asObject(body) : {};
  const old = modals.stackOf(user).find(({ id }) => id === submitted.id) ?? submitted;
  try {
    switch (said.response_action) {
      case undefined:
        if (modals.get(user)?.id === submitted.id) modals.pop(user);
        break;
      case 'clear':
        modals.delete(user);
        break;
      case 'update':
        modals.set(user, viewOf(said.view, workspace, 'modal', { old }));
        break;
      case 'push':
        if (!modals.push(user, viewOf(said.view, workspace, 'modal', { below: old })))
          throw new Refusal('push_limit_reached');
        break;
      case 'errors':
        modals.set(user, { ...old, errors: errorsOf(said.errors, old) });
        break;
      default:
        throw new Refusal('invalid_arguments', [
          `there is no response_action ${String(said.response_action)}`,
        ]);
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [error.message, ...error.detail].join(': ');
  } finally {
    workspace.tell('modal', { user });
  }
  return undefined;
}

/** Errors stand at inputs alone, each with its words. */
function errorsOf(errors: unknown, { blocks }: View): Readonly<Record<string, string>> {
  const inputs = elementsOf(asList(blocks)).filter(({ input }) => input !== undefined);
  const known = new Set(inputs.map(({ blockId }) => blockId));
  const entries = Object.entries(asObject(errors)).map(([block, words]): [string, string] => {
    if (!known.has(block))
      throw new Refusal('invalid_arguments', [`errors: there is no input block ${block}`]);
    if (typeof words !== 'string' || words === '')
      throw new Refusal('invalid_arguments', [`errors: ${block} has no words`]);
    return [block, words];
  });
  if (entries.length === 0) throw new Refusal('invalid_arguments', ['errors: there are none']);
  return Object.fromEntries(entries);
}
