import { z } from 'zod';
import { Channel, Cron } from './values.ts';

/** When the weekly digest is told, and to whom. */
export const Digest = z
  .strictObject({
    schedule: Cron.default('0 9 * * 1').describe(
      'When digests are sent, as a cron expression on the clocks of `timezone`; one a day at most.',
    ),
    teams: z
      .record(
        z.string().min(1),
        z.strictObject({
          channel: Channel.describe('Where it goes.'),
          schedule: Cron.optional().describe('When, where not as the others.'),
        }),
      )
      .default({})
      .describe('Teams that get one of their own, by the `owner` that their services name.'),
  })
  .prefault({})
  .describe(
    'The weekly digest. That of all services goes to `slack.channels.digest`; without that, only those of teams are sent.',
  );
