import type { App, BlockAction, ButtonAction, RespondFn } from '@slack/bolt';
import type { Request } from '#domain/request.ts';
import type { Asks } from '../app.ts';
import { answerBlocks } from '../messages/answer.ts';
import { TRY } from '../messages/mistake.ts';
import { readWords, type Words } from '../words.ts';

/** Lists, help and mistakes are for the asker alone; pictures are for everybody. */
const AT_ONCE: ReadonlySet<Request['ask']> = new Set(['help', 'deploys', 'flags', 'unmatched']);

export function registerCommands(app: App, asks: Asks): void {
  app.command('/obs', async ({ command, ack, respond }) => {
    await answerTyped(
      {
        text: command.text,
        by: command.user_id,
        place: command.channel_id,
        key: `command:${command.trigger_id}`,
      },
      { ack, respond },
      asks,
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
      };
      // Suggested in a thread, where somebody mentioned the bot, it is answered there.
      const thread: unknown = body.container.thread_ts;
      await answerTyped(typeof thread === 'string' ? { ...typed, thread } : typed, { ack, respond }, asks);
    },
  );
}

/** Answers what somebody typed: at once where that can be, else by an event, committed before it is acknowledged. */
async function answerTyped(
  typed: { text: string; by: string; place: string; key: string; thread?: string },
  { ack, respond }: { ack: () => Promise<void>; respond: RespondFn },
  asks: Asks,
): Promise<void> {
  const began = asks.clock.now();
  const words = understood(typed.text, asks);
  asks.meter.count('bellbuoy_commands_total', { ask: words.ok ? words.request.ask : 'unclear' });
  if (!words.ok || AT_ONCE.has(words.request.ask)) {
    await ack();
    const { text, blocks } = answerBlocks(await immediate(words, asks));
    await respond({ response_type: 'ephemeral', replace_original: false, text, blocks });
    return;
  }
  const { by, place, thread } = typed;
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
export async function immediate(words: Words, asks: Asks) {
  if (words.ok) return asks.answerNow(words.request);
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
  );
}
