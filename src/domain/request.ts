import type { Measure } from './signal.ts';
import type { Duration } from './time.ts';

/** The other side of a comparison: the window of the same length that long ago, or before the last deploy. */
export type Against =
  | { readonly kind: 'ago'; readonly by: Duration; readonly words: string }
  | { readonly kind: 'beforeDeploy'; readonly version?: string };

/** A question that people or agents can ask, with everything filled in. Lengths are milliseconds. */
export type Request =
  | { readonly ask: 'fleet' }
  | { readonly ask: 'service'; readonly service: string; readonly length: Duration }
  | { readonly ask: 'ready'; readonly service: string }
  | {
      readonly ask: 'compare';
      readonly service: string;
      readonly measures: readonly Measure[];
      readonly length: Duration;
      readonly against: Against;
    }
  | { readonly ask: 'query'; readonly promql: string; readonly length: Duration; readonly source?: string }
  | { readonly ask: 'budget'; readonly service?: string }
  | { readonly ask: 'deploys'; readonly service?: string }
  | { readonly ask: 'snapshot'; readonly id: string }
  | { readonly ask: 'unmatched' }
  | { readonly ask: 'help' };
