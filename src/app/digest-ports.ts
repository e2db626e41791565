import type { RecoveryPlan } from '#domain/digest/plan.ts';
import type { FleetWeekDrawing } from '#domain/panel.ts';
import type { Instant } from '#domain/time.ts';
import type { DigestAnswer } from './digest-answers.ts';

/** A digest as it was told. `id` is the local day on which it was due, and whose it is; `drawing` is absent where no budget could be drawn. */
export type KeptDigest = {
  readonly id: string;
  readonly due: Instant;
  readonly answer: DigestAnswer;
  readonly drawing?: FleetWeekDrawing;
};

/** Digests that were told, how far their schedules were looked at, and what teams mean to do. */
export interface Digests {
  get(id: string): Promise<KeptDigest | undefined>;
  /** Keeps it, and gives what is kept: the first one stays, for a message shows it. */
  save(digest: KeptDigest): Promise<KeptDigest>;
  /** Newest first, of one owner or those of all services. */
  recent(options: {
    owner?: string;
    limit: number;
  }): Promise<readonly Omit<KeptDigest, 'answer' | 'drawing'>[]>;
  /** Up to when a scope’s schedule was looked at; `undefined` where never. */
  seenTo(scope: string): Promise<Instant | undefined>;
  saveSeenTo(scope: string, at: Instant): Promise<void>;
  /** The latest recovery plan of each budget that has one written since then. */
  plans(since: Instant): Promise<readonly RecoveryPlan[]>;
  savePlan(plan: RecoveryPlan): Promise<void>;
}
