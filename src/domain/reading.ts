import type { Problem } from './problem.ts';
import type { Measure } from './signal.ts';

/** The measures of one service over one window. A measure that has no data is absent; `problems` say why something is missing. */
export type Reading = {
  readonly values: Readonly<Partial<Record<Measure, number>>>;
  /** Requests counted in the window, where the service has a request counter. */
  readonly requests?: number;
  readonly problems: readonly Problem[];
};
