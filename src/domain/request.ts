import type { Measure } from './signal.ts';
import type { Duration } from './time.ts';

/**
 * The other side of a comparison, a window of the same length: that long ago; right before a deploy (the last one, unless a version is named); or the last in
 * which a version ran, which for the one that runs now means right before it came.
 */
export type Against =
  | { readonly kind: 'ago'; readonly by: Duration; readonly words: string }
  | { readonly kind: 'beforeDeploy'; readonly version?: string }
  | { readonly kind: 'version'; readonly version: string };

/** A question that people or agents can ask, with everything filled in. Lengths are milliseconds. */
export type Request =
  | { readonly ask: 'fleet' }
  | { readonly ask: 'service'; readonly service: string; readonly length: Duration }
  | { readonly ask: 'ready'; readonly service: string }
  | {
      readonly ask: 'compare';
      readonly service: string;
      readonly measures: readonly Measure[];
      /** How long the window is that ends now, or with what `version` ran. */
      readonly length: Duration;
      /** Begins the window at this time of the day instead, in minutes after midnight in the configured zone. */
      readonly since?: number;
      /** Ends the window when this version ceased to run. */
      readonly version?: string;
      readonly against: Against;
    }
  | { readonly ask: 'query'; readonly promql: string; readonly length: Duration; readonly source?: string }
  | { readonly ask: 'budget'; readonly service?: string }
  | { readonly ask: 'deploys'; readonly service?: string }
  | { readonly ask: 'flags'; readonly service?: string }
  /** Those with a flag against those without it, in the time before now that is `length` long, or else since the latest step of its rollout. */
  | {
      readonly ask: 'flag';
      readonly flag: string;
      readonly service?: string;
      readonly length?: Duration;
      /** Of all signals where absent. */
      readonly measures?: readonly Measure[];
    }
  /** Incidents, open ones first; of one service where named. `text` searches in all that was written of them. */
  | { readonly ask: 'incidents'; readonly service?: string; readonly text?: string }
  /** One incident, or the one in whose thread or channel it is asked. */
  | { readonly ask: 'incident'; readonly incident?: string }
  | { readonly ask: 'catchup'; readonly incident?: string }
  | { readonly ask: 'postmortems'; readonly service?: string }
  | { readonly ask: 'postmortem'; readonly incident?: string }
  | { readonly ask: 'snapshot'; readonly id: string }
  | { readonly ask: 'coverage' }
  /** A service is looked at each minute, in one message. */
  | { readonly ask: 'watch'; readonly service: string; readonly length: Duration }
  /** The week so far; of one owner’s services where named. */
  | { readonly ask: 'digest'; readonly owner?: string }
  | { readonly ask: 'unmatched' }
  | { readonly ask: 'help' };
