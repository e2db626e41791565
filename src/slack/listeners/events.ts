import type { App } from '@slack/bolt';
import type { Whisper } from '../app.ts';
import { plainly } from '../blocks.ts';
import { answerBlocks } from '../messages/answer.ts';
import { act } from './acts.ts';
import { immediate, understood } from './commands.ts';
import type { Parts } from './incidents.ts';

export function registerEvents(app: App, parts: Parts & { readonly whisper: Whisper }): void {
  const { asks, whisper } = parts;
  // A slash command carries no thread; a mention does, and is answered there.
  app.event('app_mention', async ({ event, body }) => {
    // Bots that answer bots never end.
    if (event.user === undefined || event.bot_id !== undefined) return;
    const text = event.text.replace(/^\s*<@[^>]+>\s*/, '');
    const words = understood(text, asks);
    const thread = event.thread_ts ?? event.ts;
    if (words.ok && 'act' in words) {
      const { user, channel } = event;
      const place = { channel, thread };
      // A mention is acknowledged already; what was typed is committed under its event’s id.
      const typed = { by: user, place, key: `mention:${body.event_id}` };
      const said = await act(words.act, typed, parts, async () => undefined);
      if (said !== undefined)
        await whisper({ channel, user, thread }, typeof said === 'string' ? plainly(said) : said);
      return;
    }
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
