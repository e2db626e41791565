import type { App } from '@slack/bolt';
import type { Asks, Whisper } from '../app.ts';
import { code, plainly } from '../blocks.ts';
import type { Asker, Guard } from '../guard.ts';
import { formChannel } from '../messages/form-channel.ts';

/** Turns away who may not ask, before any listener: acknowledged, told why, and on record. */
export function registerGuard(app: App, guard: Guard, asks: Asks, whisper: Whisper): void {
  app.use(async ({ body, ack, respond, next }: Everything) => {
    const asker = askerOf(body);
    if (asker === undefined) return next();
    const permission = await guard.permits(asker);
    if (permission.ok) return next();
    asks.meter.count('bellbuoy_refused_total');
    await asks.refused(asker.user, whatOf(body), permission.why);
    await ack?.();
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

/** Who is behind a command, a press or a mention, and where; none for what is nobody's doing. */
function askerOf(body: Body): Asker | undefined {
  if ('command' in body) return { user: body.user_id, channel: body.channel_id };
  if ('event' in body && typeof body.event === 'object' && body.event !== null) {
    const { user, channel } = body.event as { user?: string; channel?: string };
    return user === undefined ? undefined : place(user, channel);
  }
  if ('user' in body && typeof body.user === 'object') {
    // A form is sent from nowhere; where it was opened stands in it.
    const channel =
      'channel' in body
        ? body.channel?.id
        : 'view' in body && body.view !== undefined
          ? formChannel(body.view.private_metadata)
          : undefined;
    return place(body.user.id, channel);
  }
  return undefined;
}

function place(user: string, channel: string | undefined): Asker {
  return channel === undefined ? { user } : { user, channel };
}

function whatOf(body: Body): string {
  if ('command' in body) return code(`${body.command} ${body.text}`, 200);
  if ('actions' in body) return 'a button';
  return 'view' in body ? 'a form' : 'a mention';
}
