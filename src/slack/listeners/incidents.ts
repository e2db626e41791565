import { createHash } from 'node:crypto';
import type { App, BlockAction, ButtonAction, RespondFn } from '@slack/bolt';
import type { IncidentChange } from '#domain/event.ts';
import { type Incident, type IncidentStatus, STATUSES } from '#domain/incident/incident.ts';
import type { Asks } from '../app.ts';
import type { Calls } from '../delivery/calls.ts';
import type { Guard } from '../guard.ts';
import { answerBlocks } from '../messages/answer.ts';
import { INCIDENT_ACTION } from '../messages/incident-buttons.ts';
import { timelineForm } from '../messages/timeline-form.ts';
import { UPDATE_FORM, updatedIn, updateForm, updateState } from '../messages/update-form.ts';
import type { Names } from '../names.ts';
import { pressKey, tellPresser } from './alone.ts';
import { keptOr, openedOrTold } from './forms.ts';
import { publishHome } from './home.ts';
import { MAY_NOT, mayChange } from './may-change.ts';

export type Parts = {
  readonly asks: Asks;
  readonly calls: Calls;
  readonly guard: Guard;
  readonly names: Names;
};

/** Entries of a timeline that are read to be shown in a form. */
const ENTRIES = 45;

const NO_SUCH = 'I do not know this incident (any more). `/obs incident list` lists those that I know.';

type Pressed = {
  readonly incident: Incident;
  readonly rest: string;
  readonly body: BlockAction<ButtonAction>;
  readonly action: ButtonAction;
  readonly ack: () => Promise<void>;
  readonly respond: RespondFn;
};

/** The buttons under an incident’s root message, and the form in which it is updated. */
export function registerIncidents(app: App, parts: Parts): void {
  const { asks } = parts;
  const onPress = (name: string, run: (pressed: Pressed) => Promise<void>, isChange = true) =>
    app.action<BlockAction<ButtonAction>>(
      { type: 'block_actions', action_id: name },
      async ({ ack, action, body, respond }) => {
        const [id = '', ...rest] = (action.value ?? '').split(':');
        const incident = await asks.incident(id);
        if (incident === undefined) return tellPresser(NO_SUCH, { body, ack, respond }, parts);
        if (isChange && !(await mayChange(incident, body.user.id, name, parts)))
          return tellPresser(MAY_NOT, { body, ack, respond }, parts);
        await run({ incident, rest: rest.join(':'), body, action, ack, respond });
      },
    );
  onPress(INCIDENT_ACTION.lead, (pressed) =>
    changed(pressed, { role: { role: 'commander', holder: personOf(pressed) } }, INCIDENT_ACTION.lead, asks),
  );
  onPress(INCIDENT_ACTION.next, async (pressed) => {
    const status = STATUSES.find((one) => one === pressed.rest);
    if (status === undefined) return pressed.ack();
    await changed(pressed, { status }, INCIDENT_ACTION.next, asks);
  });
  onPress(INCIDENT_ACTION.resolve, (pressed) => openUpdate(pressed, 'resolved', parts));
  onPress(INCIDENT_ACTION.update, (pressed) => openUpdate(pressed, undefined, parts));
  onPress(
    INCIDENT_ACTION.catchup,
    async ({ incident, body, ack, respond }) => {
      await ack();
      const told = answerBlocks(await asks.answerNow({ ask: 'catchup', incident: incident.id }));
      await tellPresser(told, { body, respond }, parts);
    },
    false,
  );
  onPress(
    INCIDENT_ACTION.timeline,
    async ({ incident, body, ack, respond }) => {
      await ack();
      const entries = await asks.timeline(incident.id, ENTRIES);
      const channel = body.channel?.id;
      const view = timelineForm(entries, {
        incident: incident.id,
        ...(channel === undefined ? {} : { channel }),
      });
      await openedOrTold(view, { body, respond }, parts);
    },
    false,
  );
  app.view({ type: 'view_submission', callback_id: UPDATE_FORM }, async ({ ack, view, body }) => {
    const state = updateState(view.private_metadata);
    const incident = state === undefined ? undefined : await asks.incident(state.incident);
    const [block = 'note'] = Object.keys(view.state.values);
    const refuse = (why: string) => ack({ response_action: 'errors', errors: { [block]: why } });
    if (state === undefined || incident === undefined) return refuse(NO_SUCH.replaceAll('`', ''));
    if (!(await mayChange(incident, body.user.id, UPDATE_FORM, parts))) return refuse(MAY_NOT);
    const known = asks.catalog.current().services.map(({ name }) => name);
    const read = updatedIn(view.state.values, state, { incident, known });
    if (!read.ok) return ack({ response_action: 'errors', errors: read.errors });
    const user = body.user.id;
    const isKept = await keptOr(refuse, asks, () =>
      submitChanges(incident.id, read, { user, key: `update:${view.id}`, asks }),
    );
    if (!isKept) return;
    asks.failpoint('pressed-not-acknowledged');
    await ack();
    // Opened on the Home tab, which shows what was changed.
    if (state.channel === undefined) await publishHome(user, parts);
  });
}

/** Commits what a form changed: an event each, the first with what was said. */
async function submitChanges(
  incident: string,
  { changes, note }: { readonly changes: readonly IncidentChange[]; readonly note?: string },
  { user, key, asks }: { readonly user: string; readonly key: string; readonly asks: Asks },
): Promise<void> {
  const by = { kind: 'person' as const, user };
  const print = createHash('sha256').update(JSON.stringify({ changes, note })).digest('hex');
  for (const [i, change] of changes.entries()) {
    const said = i === 0 && note !== undefined ? { note } : {};
    await asks.submit({ type: 'incidentChanged', incident, change, ...said, by }, `${key}:${i}:${print}`);
  }
}

async function openUpdate(
  { incident, body, ack, respond }: Pressed,
  status: IncidentStatus | undefined,
  parts: Parts,
): Promise<void> {
  await ack();
  const channel = body.channel?.id;
  const known = parts.asks.catalog.current().services.map(({ name }) => name);
  const view = updateForm(incident, known, {
    ...(channel === undefined ? {} : { channel }),
    ...(status === undefined ? {} : { status }),
  });
  await openedOrTold(view, { body, respond }, parts);
}

async function changed(
  { incident, body, action, ack }: Pressed,
  change: IncidentChange,
  name: string,
  asks: Asks,
): Promise<void> {
  const by = { kind: 'person' as const, user: body.user.id };
  // Acknowledged means committed: a press that could not be stored fails before the presser's eyes.
  await asks.submit(
    { type: 'incidentChanged', incident: incident.id, change, by },
    pressKey(name, body.user.id, action),
  );
  asks.failpoint('pressed-not-acknowledged');
  await ack();
}

function personOf({ body }: Pressed) {
  return { kind: 'person' as const, user: body.user.id };
}
