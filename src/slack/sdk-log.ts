import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '#app/ports.ts';

/**
 * Slack's libraries write to the console; here what they say becomes lines of our log, where secrets are blotted out. Their errors are
 * handled and told by whoever made the call, so they are details.
 */
export function sdkLog(log: Log): Logger {
  const line = (...words: unknown[]) => log.debug({ words: words.map(String) }, 'Slack’s library says');
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: line,
    error: line,
    setLevel: () => undefined,
    getLevel: () => LogLevel.WARN,
    setName: () => undefined,
  };
}
