import { createHash } from 'node:crypto';
import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import {
  type Postmortem,
  type PostmortemFields,
  REVIEW_STATES,
  type ReviewState,
} from '#domain/incident/postmortem.ts';
import { type ReviewRefusal, whyNotReviewed } from '#domain/incident/review.ts';
import type { FormValues } from '../messages/form-values.ts';
import { INCIDENT_ACTION } from '../messages/incident-buttons.ts';
import {
  changedMeanwhile,
  editedIn,
  POSTMORTEM_FORM,
  type PostmortemState,
  postmortemForm,
  postmortemState,
  STEP_ACTION,
} from '../messages/postmortem-form.ts';
import { STEPS, type Step } from '../messages/postmortem-steps.ts';
import { pressKey, tellAlone, tellPresser } from './alone.ts';
import { FORM_TOO_LATE, keptOr, opened, redrawn } from './forms.ts';
import type { Parts } from './incidents.ts';
import { MAY_NOT, mayChange } from './may-change.ts';
import { settled } from './settled.ts';

export const NO_POSTMORTEM =
  'There is no post-mortem of this incident yet: it is drafted from the record when the incident is resolved.';

const NOT_REVIEWED: Readonly<Record<ReviewRefusal, string>> = {
  same: 'It is in that state already.',
  'not-in-review': 'Ask for a review first; then somebody else can approve it.',
  machine: 'Machines approve nothing.',
  'own-work': 'Nobody approves what they alone have written: please ask somebody else.',
};

/** Opens the form of a post-mortem; or why it cannot be, in words. */
export async function openPostmortem(
  incident: string,
  { trigger, channel }: { readonly trigger: string; readonly channel?: string },
  parts: Parts,
): Promise<string | undefined> {
  const postmortem = await parts.asks.postmortem(incident);
  if (postmortem === undefined) return NO_POSTMORTEM;
  const view = postmortemForm(postmortem, 'what', channel === undefined ? {} : { channel });
  return (await opened(trigger, view, parts)) ? undefined : FORM_TOO_LATE;
}

/** The post-mortem’s form, whose every way out saves what was typed; its review and its export. */
export function registerPostmortems(app: App, parts: Parts): void {
  const { asks } = parts;
  app.action<BlockAction<ButtonAction>>(
    { type: 'block_actions', action_id: INCIDENT_ACTION.postmortem },
    async ({ ack, action, body, respond }) => {
      await ack();
      const channel = body.channel?.id;
      const place = { trigger: body.trigger_id, ...(channel === undefined ? {} : { channel }) };
      const why = await openPostmortem(action.value ?? '', place, parts);
      if (why !== undefined) await tellPresser(why, { body, respond }, parts);
    },
  );
  app.action<BlockAction<ButtonAction>>(
    { type: 'block_actions', action_id: new RegExp(`^${STEP_ACTION}`) },
    async ({ ack, action, body }) => {
      const { view, user } = body;
      const state = postmortemState(view?.private_metadata ?? '');
      const step = STEPS.find((one) => one === action.value);
      if (view === undefined || state === undefined || step === undefined) return ack();
      const saved = await save(view.state.values, state, { user: user.id, view: view.id }, parts);
      asks.failpoint('pressed-not-acknowledged');
      await ack();
      if (saved === undefined) return;
      // Without the hash that Slack has now, another press before it would be overwritten; what was typed is saved either way.
      await redrawn({ view: view.id, hash: view.hash }, nextForm(saved, state, step), parts);
    },
  );
  app.view({ type: 'view_submission', callback_id: POSTMORTEM_FORM }, async ({ ack, view, body }) => {
    const { values } = view.state;
    const state = postmortemState(view.private_metadata);
    const [block] = Object.keys(values);
    // The form stays open with what was typed.
    const refuse = (why: string) =>
      block === undefined ? ack() : ack({ response_action: 'errors', errors: { [block]: why } });
    let saved: Saved | undefined;
    const isKept = await keptOr(refuse, asks, async () => {
      if (state !== undefined)
        saved = await save(values, state, { user: body.user.id, view: view.id }, parts);
    });
    if (!isKept) return;
    if (state === undefined || saved === undefined) return refuse('This post-mortem is not known any more.');
    asks.failpoint('pressed-not-acknowledged');
    const next = STEPS[STEPS.indexOf(state.step) + 1];
    if (next === undefined) return ack();
    await ack({ response_action: 'update', view: nextForm(saved, state, next) });
  });
  app.action<BlockAction<ButtonAction>>(
    { type: 'block_actions', action_id: new RegExp(`^${INCIDENT_ACTION.review}:`) },
    async ({ ack, action, body, respond }) => {
      const [id = '', wanted] = (action.value ?? '').split(':');
      const state = REVIEW_STATES.find((one) => one === wanted);
      const postmortem = await asks.postmortem(id);
      if (postmortem === undefined || state === undefined) return tellAlone(NO_POSTMORTEM, { ack, respond });
      const refusal = await refusalOf(postmortem, state, body.user.id, parts);
      if (refusal !== undefined) return tellAlone(refusal, { ack, respond });
      const by = { kind: 'person' as const, user: body.user.id };
      await asks.submit(
        { type: 'postmortemReviewed', incident: id, state, by },
        pressKey(INCIDENT_ACTION.review, body.user.id, action),
      );
      asks.failpoint('pressed-not-acknowledged');
      await ack();
    },
  );
  app.action<BlockAction<ButtonAction>>(
    { type: 'block_actions', action_id: new RegExp(`^${INCIDENT_ACTION.export}:`) },
    async ({ ack, action, body }) => {
      const [incident = '', format] = (action.value ?? '').split(':');
      const place = body.channel?.id ?? body.user.id;
      const thread: unknown = body.container.thread_ts;
      await asks.submit(
        {
          ...{ type: 'exportAsked', incident, place, format: format === 'json' ? 'json' : 'markdown' },
          by: { kind: 'person', user: body.user.id },
          ...(typeof thread === 'string' ? { thread } : {}),
        },
        pressKey(INCIDENT_ACTION.export, body.user.id, action),
      );
      asks.failpoint('pressed-not-acknowledged');
      await ack();
    },
  );
}

async function refusalOf(
  postmortem: Postmortem,
  state: ReviewState,
  user: string,
  parts: Parts,
): Promise<string | undefined> {
  const refusal = whyNotReviewed(postmortem, state, { kind: 'person', user });
  if (refusal !== undefined) return NOT_REVIEWED[refusal];
  if (state !== 'approved') return undefined;
  const incident = await parts.asks.incident(postmortem.incident);
  return (await mayChange(incident, user, INCIDENT_ACTION.review, parts)) ? undefined : MAY_NOT;
}

/** A post-mortem after somebody’s words were committed, with what others have changed since the form was drawn. */
type Saved = { readonly postmortem: Postmortem; readonly others: readonly string[] };

/** Commits what somebody changed in a step; `undefined` where there is no such post-mortem. */
async function save(
  values: FormValues,
  state: PostmortemState,
  { user, view }: { readonly user: string; readonly view: string },
  { asks }: Parts,
): Promise<Saved | undefined> {
  const { incident, base } = state;
  const before = await asks.postmortem(incident);
  if (before === undefined) return undefined;
  const others = before.revision === base ? [] : changedMeanwhile(state, before.fields);
  const fields = editedIn(values, state, before.fields);
  if (Object.keys(fields).length === 0) return { postmortem: before, others };
  // Sent again after a lost acknowledgement it is the same; with other words it is another edit.
  const key = `edited:${view}:${base}:${printOf(fields)}`;
  await asks.submit({ type: 'postmortemEdited', incident, base, fields, by: { kind: 'person', user } }, key);
  const postmortem = await settled(
    async () => (await asks.postmortem(incident)) ?? before,
    ({ revision }) => revision > before.revision,
    asks,
  );
  return { postmortem, others };
}

function nextForm({ postmortem, others }: Saved, { turn, channel }: PostmortemState, step: Step) {
  return postmortemForm(postmortem, step, {
    turn: turn + 1,
    ...(channel === undefined ? {} : { channel }),
    ...(others.length === 0
      ? {}
      : {
          notice: `:warning: Somebody else has changed ${others.join(', ')} meanwhile. Nothing is lost: of texts that both of you changed both are kept, one below the other. Please look at them again.`,
        }),
  });
}

function printOf(fields: PostmortemFields): string {
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex');
}
