import { createHash } from 'node:crypto';
import type { App, BlockAction, ButtonAction, MessageShortcut } from '@slack/bolt';
import type { Actor } from '#domain/event.ts';
import type { Incident } from '#domain/incident/incident.ts';
import type { Asks } from '../app.ts';
import { authorOf, wordsIn } from '../fetched-message.ts';
import { ENTRY_FORM, entryChangeIn, entryForm } from '../messages/entry-form.ts';
import { NOTE_FORM, notedIncident, noteForm, noteState } from '../messages/note-form.ts';
import { ENTRIES_SHOWN, ENTRY_ACTION, entryState, timelineForm } from '../messages/timeline-form.ts';
import { mentionedIn, plainWords } from '../plain-text.ts';
import { MARKING, SHORTCUT } from '../shortcut-ids.ts';
import { FORM_TOO_LATE, keptOr, opened, pushed, redrawn } from './forms.ts';
import type { Parts } from './incidents.ts';
import { MAY_NOT, mayChange } from './may-change.ts';
import { settled } from './settled.ts';

const NONE_OPEN =
  'No incident is open, so there is no timeline to add this to. `/obs incident declare` begins one.';

/** How people put messages into a timeline, and set its entries right. */
export function registerTimeline(app: App, parts: Parts): void {
  const { asks, names, guard } = parts;
  app.shortcut<MessageShortcut>(SHORTCUT.add, async ({ ack, body, respond }) => {
    const { channel, message, user } = body;
    const source = { channel: channel.id, ts: message.ts };
    const thread: unknown = message.thread_ts;
    const here = await asks.incidentAt({
      channel: channel.id,
      thread: typeof thread === 'string' ? thread : message.ts,
    });
    const markup = wordsIn(message);
    const text = plainWords(markup, await names.of(mentionedIn(markup)));
    if (here !== undefined) {
      const author = authorOf(message);
      const said = { text, source, by: user.id, pressed: body.action_ts };
      await note(here, { ...said, ...(author === undefined ? {} : { author }) }, asks);
      asks.failpoint('pressed-not-acknowledged');
      await ack();
      return void (await respond({
        response_type: 'ephemeral',
        text: `Added to the timeline of ${here.id}.`,
      }));
    }
    await ack();
    const open = await asks.openIncidents();
    if (open.length === 0) return void (await respond({ response_type: 'ephemeral', text: NONE_OPEN }));
    if (!(await opened(body.trigger_id, noteForm(text, open, source), parts)))
      await respond({ response_type: 'ephemeral', text: FORM_TOO_LATE });
  });
  app.view({ type: 'view_submission', callback_id: NOTE_FORM }, async ({ ack, view, body }) => {
    const source = noteState(view.private_metadata);
    const incident = await asks.incident(notedIncident(view.state.values));
    if (source === undefined || incident === undefined) {
      const [block = 'incident'] = Object.keys(view.state.values);
      return ack({ response_action: 'errors', errors: { [block]: 'This incident is not known any more.' } });
    }
    // Its words are fetched: a form cannot carry a long message.
    const by = { kind: 'person' as const, user: body.user.id };
    await asks.submit(
      { type: 'noteMarked', source, incident: incident.id, by },
      `note:${view.id}:${incident.id}`,
    );
    asks.failpoint('pressed-not-acknowledged');
    await ack();
  });
  app.event('reaction_added', async ({ event, body }) => {
    if (event.reaction !== MARKING || event.item.type !== 'message') return;
    // What machines put under messages is no word of a person.
    if (await guard.isBot(event.user)) return;
    const { channel, ts } = event.item;
    const by = { kind: 'person' as const, user: event.user };
    await asks.submit({ type: 'noteMarked', source: { channel, ts }, by }, `reaction:${body.event_id}`);
  });
  app.action<BlockAction<ButtonAction>>(
    { type: 'block_actions', action_id: new RegExp(`^${ENTRY_ACTION}`) },
    async ({ ack, action, body }) => {
      await ack();
      const state = entryState(body.view?.private_metadata ?? '');
      const key = action.value ?? '';
      if (state === undefined) return;
      const entries = await asks.timeline(state.incident, ENTRIES_SHOWN);
      // Keys are cut to what a button can carry.
      const entry = entries.find((one) => one.key === key || one.key.slice(0, 2000) === key);
      if (entry !== undefined) await pushed(body.trigger_id, entryForm(entry, state), parts);
    },
  );
  app.view({ type: 'view_submission', callback_id: ENTRY_FORM }, async ({ ack, view, body }) => {
    const state = entryState(view.private_metadata);
    const incident = state === undefined ? undefined : await asks.incident(state.incident);
    const key = state?.key;
    if (state === undefined || incident === undefined || key === undefined) return ack();
    const entries = await asks.timeline(incident.id, ENTRIES_SHOWN);
    const before = entries.find((one) => one.key === key);
    const isOwn = [before?.by, before?.addedBy].some(
      (one) => one?.kind === 'person' && one.user === body.user.id,
    );
    if (!isOwn && !(await mayChange(incident, body.user.id, ENTRY_FORM, parts))) {
      const [block = 'text'] = Object.keys(view.state.values);
      return ack({ response_action: 'errors', errors: { [block]: MAY_NOT } });
    }
    const change = entryChangeIn(view.state.values, state);
    const by = { kind: 'person' as const, user: body.user.id };
    const print = createHash('sha256').update(JSON.stringify(change)).digest('hex');
    const [block = 'text'] = Object.keys(view.state.values);
    const refuse = (why: string) => ack({ response_action: 'errors', errors: { [block]: why } });
    const revised = { type: 'timelineRevised' as const, incident: incident.id, key, change, by };
    if (Object.keys(change).length === 0) return ack();
    if (!(await keptOr(refuse, asks, () => asks.submit(revised, `revised:${view.id}:${print}`)))) return;
    asks.failpoint('pressed-not-acknowledged');
    await ack();
    if (view.previous_view_id === null || view.previous_view_id === undefined) return;
    const now = await settled(
      () => asks.timeline(incident.id, ENTRIES_SHOWN),
      (all) => JSON.stringify(all) !== JSON.stringify(entries),
      asks,
    );
    await redrawn({ view: view.previous_view_id }, timelineForm(now, state), parts);
  });
}

async function note(
  { id }: Incident,
  {
    text,
    source,
    author,
    by,
    pressed,
  }: {
    readonly text: string;
    readonly source: { readonly channel: string; readonly ts: string };
    readonly author?: Actor;
    readonly by: string;
    /** Tells this press from the next one. */
    readonly pressed: string;
  },
  asks: Asks,
): Promise<void> {
  await asks.submit(
    {
      ...{ type: 'timelineNoted', incident: id, text, source, at: Math.round(Number(source.ts) * 1000) },
      ...(author === undefined ? {} : { author }),
      by: { kind: 'person', user: by },
    },
    `noted:${id}:${source.channel}:${source.ts}:${by}:${pressed}`,
  );
}
