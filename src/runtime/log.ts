import { pino } from 'pino';
import type { Log } from '#app/ports.ts';

const SECRET_KEYS = ['token', 'authorization', 'password', 'secret', 'signingSecret', 'botToken', 'appToken'];

/** Shapes of secrets that could stand inside a text: Slack tokens and bearer headers. */
const SECRET_TEXT = /\b(xox[a-z]-|xapp-)[\w-]+|(?<=Bearer )\S+/g;

/** JSON lines on stderr. Secrets are blotted out by key and by shape, wherever they stand. */
export function createLog(level: string): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '…' },
      serializers: { error: pino.stdSerializers.err },
      hooks: { streamWrite: (line) => line.replace(SECRET_TEXT, '…') },
    },
    pino.destination(2),
  );
}
