/** What a number means. `ratio` is 0…1 and shown as a percentage; `seconds` is shown as ms where small. */
export type Unit = 'perSecond' | 'ratio' | 'seconds' | 'bytes' | 'cores' | 'count' | 'short';

/** The four golden signals: rate, errors and duration of requests (RED), and saturation of what serves them. */
export type SignalKind = 'rate' | 'errors' | 'duration' | 'saturation';

/**
 * A number that a signal is read as. `rate`: requests a second; `errorRatio`: failed over all, 0…1; `p50`, `p99`: seconds;
 * `cpu`: cores used; `memory`: bytes; `restarts`: count in the window; `throttling`: share of periods throttled, 0…1.
 */
export type Measure = 'rate' | 'errorRatio' | 'p50' | 'p99' | 'cpu' | 'memory' | 'restarts' | 'throttling';

export const RED_MEASURES = ['rate', 'errorRatio', 'p50', 'p99'] as const satisfies readonly Measure[];

type MeasureFacts = {
  readonly signal: SignalKind;
  readonly unit: Unit;
  /** As a sentence says it: `errors 2.5 %`. */
  readonly name: string;
  readonly title: string;
  /** Which direction is bad news; `either` where both can be. */
  readonly worse: 'higher' | 'lower' | 'either';
};

const FACTS: Readonly<Record<Measure, MeasureFacts>> = {
  rate: {
    signal: 'rate',
    unit: 'perSecond',
    name: 'rate',
    title: 'Rate, requests a second',
    worse: 'either',
  },
  errorRatio: {
    signal: 'errors',
    unit: 'ratio',
    name: 'errors',
    title: 'Errors, % of requests',
    worse: 'higher',
  },
  p50: { signal: 'duration', unit: 'seconds', name: 'p50', title: 'Duration, median', worse: 'higher' },
  p99: {
    signal: 'duration',
    unit: 'seconds',
    name: 'p99',
    title: 'Duration, 99th percentile',
    worse: 'higher',
  },
  cpu: { signal: 'saturation', unit: 'cores', name: 'CPU', title: 'CPU, cores', worse: 'higher' },
  memory: { signal: 'saturation', unit: 'bytes', name: 'memory', title: 'Memory', worse: 'higher' },
  restarts: { signal: 'saturation', unit: 'count', name: 'restarts', title: 'Restarts', worse: 'higher' },
  throttling: {
    signal: 'saturation',
    unit: 'ratio',
    name: 'throttling',
    title: 'CPU throttling, % of periods',
    worse: 'higher',
  },
};

/** Whether a word names a measure. */
export function isMeasure(word: string): word is Measure {
  return Object.hasOwn(FACTS, word);
}

/** What is known of a measure: its signal, unit, names and worse direction. */
export function factsOf(measure: Measure): MeasureFacts {
  return FACTS[measure];
}
