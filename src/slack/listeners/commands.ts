import type { App } from '@slack/bolt';
import type { Request } from '#domain/request.ts';
import type { Asks } from '../app.ts';
import { answerBlocks } from '../messages/answer.ts';
import { readWords, type Words } from '../words.ts';

/** Lists, help and mistakes are for the asker alone; pictures are for everybody. */
const AT_ONCE: ReadonlySet<Request['ask']> = new Set(['help', 'deploys', 'unmatched']);

export function registerCommands(app: App, asks: Asks): void {
  app.command('/obs', async ({ command, ack, respond }) => {
    const began = asks.clock.now();
    const words = readWords(command.text, serviceNames(asks));
    asks.meter.count('bellbuoy_commands_total', { ask: words.ok ? words.request.ask : 'unclear' });
    if (!words.ok || AT_ONCE.has(words.request.ask)) {
      await ack();
      const { text, blocks } = answerBlocks(await immediate(words, asks));
      await respond({ response_type: 'ephemeral', text, blocks });
      return;
    }
    const question = {
      request: words.request,
      words: `/obs ${command.text}`,
      by: command.user_id,
      place: command.channel_id,
      direct: words.direct,
    };
    // Acknowledged means committed: a question that could not be stored fails before the asker's eyes.
    await asks.submit({ type: 'asked', question }, `command:${command.trigger_id}`);
    await ack();
    asks.meter.time('bellbuoy_command_duration', asks.clock.now() - began);
  });
}

/** An answer that needs neither picture nor waiting. */
export async function immediate(words: Words, asks: Asks) {
  if (words.ok) return asks.answerNow(words.request);
  return { kind: 'problem' as const, problem: words.problem, suggestions: words.suggestions };
}

export function serviceNames(asks: Asks): readonly string[] {
  return asks.catalog.current().services.map(({ name }) => name);
}
