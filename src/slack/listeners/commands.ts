import type { App, BlockAction, ButtonAction, RespondFn } from '@slack/bolt';
import type { Request } from '#domain/request.ts';
import type { Asks, Place } from '../app.ts';
import { answerBlocks } from '../messages/answer.ts';
import { TRY } from '../messages/mistake.ts';
import { readWords, type Words } from '../words.ts';
import { act } from './acts.ts';
import { tellAlone } from './alone.ts';
import type { Parts } from './incidents.ts';

/** Lists, help and mistakes are for the asker alone; pictures are for everybody. */
const AT_ONCE: ReadonlySet<Request['ask']> = new Set([
  ...(['help', 'deploys', 'flags', 'unmatched', 'incidents', 'incident'] as const),
  ...(['catchup', 'postmortems', 'postmortem'] as const),
]);

export function registerCommands(app: App, parts: Parts): void {
  app.command('/obs', async ({ command, ack, respond }) => {
    await answerTyped(
      {
        text: command.text,
        by: command.user_id,
        place: command.channel_id,
        key: `command:${command.trigger_id}`,
        trigger: command.trigger_id,
      },
      { ack, respond },
      parts,
    );
  });
  // Pressing what was suggested is typing it.
  app.action<BlockAction<ButtonAction>>(
    { type: 'block_actions', action_id: new RegExp(`^${TRY}`) },
    async ({ ack, action, body, respond }) => {
      const typed = {
        text: action.value ?? '',
        by: body.user.id,
        place: body.channel?.id ?? body.user.id,
        key: `try:${body.user.id}:${action.action_ts}`,
        trigger: body.trigger_id,
      };
      // Suggested in a thread, where somebody mentioned the bot, it is answered there.
      const thread: unknown = body.container.thread_ts;
      await answerTyped(typeof thread === 'string' ? { ...typed, thread } : typed, { ack, respond }, parts);
    },
  );
}

/** Answers what somebody typed: at once where that can be, else by an event, committed before it is acknowledged. */
async function answerTyped(
  typed: { text: string; by: string; place: string; key: string; trigger: string; thread?: string },
  { ack, respond }: { ack: () => Promise<void>; respond: RespondFn },
  parts: Parts,
): Promise<void> {
  const { asks } = parts;
  const began = asks.clock.now();
  const words = understood(typed.text, asks);
  asks.meter.count('bellbuoy_commands_total', { ask: askedIn(words) });
  const { by, place, thread, key, trigger } = typed;
  const where = { channel: place, ...(thread === undefined ? {} : { thread }) };
  if (words.ok && 'act' in words) {
    const said = await act(words.act, { by, place: where, key, trigger }, parts, ack);
    if (said !== undefined) await tellAlone(said, { respond });
    return;
  }
  if (!words.ok || AT_ONCE.has(words.request.ask)) {
    await ack();
    await tellAlone(answerBlocks(await immediate(words, asks, where)), { respond });
    return;
  }
  const question = {
    ...{ request: words.request, words: `/obs ${typed.text}`, by, place, direct: words.direct },
    ...(thread === undefined ? {} : { thread }),
  };
  // Acknowledged means committed: a question that could not be stored fails before the asker's eyes.
  await asks.submit({ type: 'asked', question }, typed.key);
  asks.failpoint('pressed-not-acknowledged');
  await ack();
  asks.meter.time('bellbuoy_command_duration', asks.clock.now() - began);
}

/** An answer that needs neither picture nor waiting. */
export async function immediate(words: Exclude<Words, { act: unknown }>, asks: Asks, place?: Place) {
  if (words.ok) return asks.answerNow(words.request, place);
  const { ok: _, ...why } = words;
  return { kind: 'problem' as const, ...why };
}

/** What was typed, with the services and flags that are configured now. */
export function understood(text: string, asks: Asks): Words {
  const { services } = asks.catalog.current();
  const flags = services.flatMap(({ name, flags }) =>
    flags.map((flag) => ({ flag: flag.name, service: name })),
  );
  return readWords(
    text,
    services.map(({ name }) => name),
    flags,
    [...new Set(services.flatMap(({ owner }) => owner ?? []))],
  );
}

/** What is counted of what was typed. */
function askedIn(words: Words): string {
  if (!words.ok) return 'unclear';
  return 'act' in words ? words.act.act : words.request.ask;
}
