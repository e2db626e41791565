import { z } from 'zod';
import type { Ports } from '#app/ports.ts';
import type { ActionDraft, ActionItem, Postmortem } from '#domain/incident/postmortem.ts';
import { present } from '#domain/optional.ts';
import { failure, type Outcome, success } from '#domain/problem.ts';
import { actionItemOf } from '../contract/postmortem-of.ts';
import { RequestId, SentAction } from '../contract/sent.ts';
import { timeOf } from '../contract/values.ts';
import { ActionItemWritten } from '../contract/written.ts';
import { type Caller, type Operation, operation } from '../operation.ts';
import { shown } from './names.ts';
import { knownPostmortem } from './postmortem-writes.ts';
import { IncidentId, Text } from './query.ts';
import { actorOf, write } from './write.ts';

type Needed = Pick<Ports, 'store' | 'clock'>;

const { title, kind, state, owner, due, url } = SentAction;

/** What machines do about action items. */
export function actionWrites(ports: Needed): readonly Operation[] {
  return [writeActionItem(ports), updateActionItem(ports)];
}

function writeActionItem(ports: Needed): Operation {
  return operation({
    name: 'write_action_item',
    method: 'POST',
    path: '/api/v1/postmortems/{incident}/action-items',
    summary: 'Adds an action item to a post-mortem.',
    scope: 'write',
    status: 201,
    input: z.strictObject({
      incident: IncidentId,
      title: title.describe('What is to be done.'),
      kind: kind.describe('What it is to do about the next incident.'),
      owner: owner.optional(),
      due: due.optional().describe('The day by which it is to be done, in the configured zone.'),
      url: url.optional().describe('Where the work on it is tracked.'),
      requestId: RequestId,
    }),
    answer: ActionItemWritten,
    tool: {
      description:
        'Adds an action item to the post-mortem of an incident: one thing to do, of a kind (prevent, detect, mitigate, process, document), with owner and day where they are known. Owners are reminded in Slack; do not guess them.',
      bound: 8000,
    },
    async ask({ incident: id, requestId, ...sent }, caller) {
      const known = await knownPostmortem(id, ports);
      if (!known.ok) return known;
      const action: ActionDraft = { ...present(sent), state: 'open' };
      const before = new Set(known.value.actions.map((one) => one.id));
      const isIt = (one: ActionItem) => one.title === sent.title && one.kind === sent.kind;
      return carried(id, action, requestId, caller, ports, (after) =>
        [...after.actions]
          .reverse()
          .find((one) => isIt(one) && (!before.has(one.id) || requestId !== undefined)),
      );
    },
  });
}

function updateActionItem(ports: Needed): Operation {
  return operation({
    name: 'update_action_item',
    method: 'PATCH',
    path: '/api/v1/action-items/{action}',
    summary: 'Changes an action item; what is not sent stays.',
    scope: 'write',
    input: z.strictObject({
      action: Text.describe('The id of an action item, such as `INC-12-1`.'),
      title: title.optional(),
      kind: kind.optional(),
      state: state.optional(),
      owner: owner.nullable().optional().describe('A Slack user id; null for nobody.'),
      due: due.nullable().optional().describe('A day; null for none.'),
      url: url.nullable().optional().describe('An address; null for none.'),
      requestId: RequestId,
    }),
    answer: ActionItemWritten,
    tool: {
      description:
        'Changes an action item by its id (list_action_items has them): state (open, done, dropped), title, kind, owner, due day, address. Say done only when you saw that it is.',
      bound: 8000,
      isIdempotent: true,
    },
    async ask({ action: id, requestId, ...sent }, caller) {
      const incident = id.replace(/-\d+$/, '');
      const known = (await ports.store.postmortems.get(incident))?.actions.find((one) => one.id === id);
      if (known === undefined)
        return failure('not-found', `There is no action item ${shown(id)}.`, { where: 'the path' });
      if (Object.values(sent).every((value) => value === undefined))
        return failure('request-invalid', 'Nothing is sent that would be changed.', { where: 'the body' });
      const { createdAt: _, closedAt: __, closedBy: ___, ...before } = known;
      const { owner: whose, due: when, url: where, ...words } = sent;
      const action: ActionDraft = {
        ...without(before, { owner: whose, due: when, url: where }),
        ...present(words),
      };
      return carried(incident, action, requestId, caller, ports, (after) =>
        after.actions.find((one) => one.id === id),
      );
    },
  });
}

/** An action item with those members set that are sent, and without those that are sent as null. */
function without(
  before: ActionDraft,
  sent: { readonly [Name in 'owner' | 'due' | 'url']: string | null | undefined },
): ActionDraft {
  const { owner: whose, due: when, url: where, ...rest } = before;
  const pick = (name: 'owner' | 'due' | 'url', kept: string | undefined) =>
    sent[name] === null ? undefined : (sent[name] ?? kept);
  return {
    ...rest,
    ...present({ owner: pick('owner', whose), due: pick('due', when), url: pick('url', where) }),
  };
}

async function carried(
  incident: string,
  action: ActionDraft,
  requestId: string | undefined,
  caller: Caller,
  ports: Needed,
  find: (after: Postmortem) => ActionItem | undefined,
): Promise<Outcome<ActionItemWritten>> {
  const event = { type: 'actionWritten', incident, action, by: actorOf(caller) } as const;
  const subject = action.id ?? incident;
  const done = await write({ event, subject, requestId }, caller, ports);
  if (!done.ok) return done;
  const after = await ports.store.postmortems.get(incident);
  const item = after === undefined ? undefined : find(after);
  if (item === undefined) return failure('internal', 'The action item is not to be found.');
  return success({ at: timeOf(ports.clock.now()), incident, actionItem: actionItemOf(item) });
}
