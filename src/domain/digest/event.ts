import type { Actor } from '../event.ts';
import type { Instant } from '../time.ts';

/** What digests come from, and what people write in them. */
export type DigestEvent =
  /** A schedule has come round. `digest` is the id of what is to be told; of one `owner`’s services where named. */
  | {
      readonly type: 'digestDue';
      readonly digest: string;
      readonly owner?: string;
      readonly due: Instant;
    }
  /** What a team means to do about a budget; `place` is the message in which somebody wrote it. */
  | {
      readonly type: 'planWritten';
      readonly service: string;
      readonly slo: string;
      readonly text: string;
      readonly place?: { readonly channel: string; readonly ts: string };
      readonly by: Actor;
    };
