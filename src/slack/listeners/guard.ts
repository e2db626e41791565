import type { App } from '@slack/bolt';
import type { Whisper } from '../app.ts';
import { code, plainly } from '../blocks.ts';
import type { Asker } from '../guard.ts';
import { formChannel } from '../messages/form-channel.ts';
import { TRY } from '../messages/mistake.ts';
import { MARKING } from '../shortcut-ids.ts';
import { tellOnHome } from './home.ts';
import type { Parts } from './incidents.ts';

/** Turns away who may not ask, before any listener: acknowledged, told why, and on record. */
export function registerGuard(
  app: App,
  { guard, asks, calls, whisper }: Parts & { readonly whisper: Whisper },
): void {
  app.use(async ({ body, ack, respond, next }: Everything) => {
    const asker = askerOf(body);
    if (asker === undefined) return next();
    const permission = await guard.permits(asker);
    if (permission.ok) return next();
    asks.meter.count('bellbuoy_refused_total');
    // Who may not ask sees the bare link, as everybody does where nothing is shown: that is no reason to speak to them.
    if (isLink(body)) return;
    await asks.refused(asker.user, whatOf(body), permission.why);
    await ack?.();
    if (isHome(body)) return tellOnHome(asker.user, permission.why, { asks, calls });
    const told = { text: permission.why, response_type: 'ephemeral' as const, replace_original: false };
    if (respond !== undefined) await respond(told);
    else if (asker.channel !== undefined)
      await whisper({ ...asker, channel: asker.channel }, plainly(permission.why));
  });
}

type Everything = Pick<Parameters<Parameters<App['use']>[0]>[0], 'body' | 'next'> & {
  ack?: (() => Promise<void>) | undefined;
  respond?:
    | ((told: { text: string; response_type: 'ephemeral'; replace_original: boolean }) => Promise<unknown>)
    | undefined;
};

type Body = Everything['body'];

/** Who is behind a command, a press, a reaction or a mention, and where; none for what is nobody's doing, or none of ours. */
function askerOf(body: Body): Asker | undefined {
  if ('command' in body) return { user: body.user_id, channel: body.channel_id };
  if ('event' in body && typeof body.event === 'object' && body.event !== null) return askerIn(body.event);
  if (!('user' in body) || typeof body.user !== 'object') return undefined;
  const user = body.user.id;
  if (isHome(body) || body.type === 'shortcut') return { user, isNowhere: true };
  if ('channel' in body && body.channel !== undefined) {
    const { id } = body.channel;
    // What stands in a conversation with one person was sent there for them to press. To ask anew there is to ask.
    const isAsked = !('actions' in body) || JSON.stringify(body.actions).includes(`"action_id":"${TRY}`);
    return id.startsWith('D') && !isAsked ? { user, isNowhere: true } : { user, channel: id };
  }
  if (!('view' in body) || body.view === undefined) return { user };
  // A form is sent from nowhere; where it was opened stands in it.
  const channel = formChannel(body.view.private_metadata);
  return channel === undefined ? { user, isNowhere: true } : { user, channel };
}

/** Of all reactions one is ours; what else people put under messages is nobody's business. */
function askerIn(event: SomeEvent): Asker | undefined {
  const { type, user, channel, reaction, item } = event;
  if (user === undefined) return undefined;
  // What is still being written stands nowhere.
  if (type === 'app_home_opened' || channel === 'COMPOSER') return { user, isNowhere: true };
  if (type !== 'reaction_added') return place(user, channel);
  return reaction === MARKING ? place(user, item?.channel) : undefined;
}

type SomeEvent = {
  readonly type?: string;
  readonly user?: string;
  readonly channel?: string;
  readonly reaction?: string;
  readonly item?: { readonly channel?: string };
};

/** Whether somebody opened their Home tab, or pressed something on it. */
function isHome(body: Body): boolean {
  if ('event' in body && typeof body.event === 'object' && body.event !== null)
    return (body.event as SomeEvent).type === 'app_home_opened';
  return 'view' in body && body.view?.type === 'home';
}

function isLink(body: Body): boolean {
  return (
    'event' in body &&
    typeof body.event === 'object' &&
    (body.event as SomeEvent | null)?.type === 'link_shared'
  );
}

function place(user: string, channel: string | undefined): Asker {
  return channel === undefined ? { user } : { user, channel };
}

function whatOf(body: Body): string {
  if ('command' in body) return code(`${body.command} ${body.text}`, 200);
  if ('actions' in body) return 'a button';
  if (isHome(body)) return 'the Home tab';
  if ('view' in body) return 'a form';
  return body.type === 'event_callback' ? eventWords(body) : 'a shortcut';
}

function eventWords(body: Body): string {
  return 'event' in body && (body.event as SomeEvent).type === 'reaction_added' ? 'a reaction' : 'a mention';
}
