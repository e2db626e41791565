import type { App } from '@slack/bolt';
import type { Asks, Whisper } from '../app.ts';
import { answerBlocks } from '../messages/answer.ts';
import { immediate, understood } from './commands.ts';

export function registerEvents(app: App, asks: Asks, whisper: Whisper): void {
  // A slash command carries no thread; a mention does, and is answered there.
  app.event('app_mention', async ({ event, body }) => {
    // Bots that answer bots never end.
    if (event.user === undefined || event.bot_id !== undefined) return;
    const text = event.text.replace(/^\s*<@[^>]+>\s*/, '');
    const words = understood(text, asks);
    const thread = event.thread_ts ?? event.ts;
    if (!words.ok) {
      const content = answerBlocks(await immediate(words, asks));
      await whisper({ channel: event.channel, user: event.user, thread }, content);
      return;
    }
    const question = {
      request: words.request,
      words: text,
      by: event.user,
      place: event.channel,
      thread,
      direct: words.direct,
    };
    await asks.submit({ type: 'asked', question }, `mention:${body.event_id}`);
  });
}
