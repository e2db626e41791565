import type { Measure } from '#domain/signal.ts';
import { RED_MEASURES } from '#domain/signal.ts';
import { type Found, lower } from './length.ts';

/** The signals named at a place in a list of words, the longest name first: `error ratio` before `error`; several with strokes between them: `p50/p99`. */
export function signalAt(words: readonly string[], at: number): Found<readonly Measure[]> | undefined {
  for (const taken of [2, 1]) {
    if (at + taken > words.length) continue;
    const name = words
      .slice(at, at + taken)
      .map(lower)
      .join(' ');
    const value = named(name);
    if (value !== undefined) return { value, taken };
  }
  const parts = lower(words[at]).split(/[/,|+&]+/);
  const several = parts.map(named);
  return parts.length > 1 && several.every((one) => one !== undefined)
    ? { value: several.flat(), taken: 1 }
    : undefined;
}

/** Whether a word means a percentile: `p95`, `p99.9`. */
export function isPercentile(word: string): boolean {
  return /^p\d{1,2}(\.\d+)?$/i.test(word);
}

/** Every name of a signal of a single word, for finding what may have been meant. */
export function signalNames(): readonly string[] {
  return [...SIGNALS.keys()].filter((name) => !name.includes(' '));
}

const SIGNALS: ReadonlyMap<string, readonly Measure[]> = new Map(
  (
    [
      [['rate', 'traffic', 'requests', 'throughput', 'rps', 'request rate'], ['rate']],
      [
        [
          'errors',
          'error',
          'failures',
          'errorratio',
          'error ratio',
          'error rate',
          'errors ratio',
          '5xx',
          '5xxs',
        ],
        ['errorRatio'],
      ],
      [
        ['latency', 'latencies', 'duration', 'durations', 'response time', 'response times'],
        ['p50', 'p99'],
      ],
      [['p50', 'median'], ['p50']],
      [['p99'], ['p99']],
      [['cpu'], ['cpu']],
      [['memory', 'mem', 'ram'], ['memory']],
      [['restarts'], ['restarts']],
      [['throttling'], ['throttling']],
      [['saturation'], ['cpu', 'memory', 'throttling']],
      [['red', 'all', 'everything', 'signals'], RED_MEASURES],
    ] as const
  ).flatMap(([names, measures]) => names.map((name) => [name, measures] as const)),
);

/** `error-rate` and `error_rate` are `error rate`, `errors%` are `errors`. */
function named(name: string): readonly Measure[] | undefined {
  return SIGNALS.get(name.replace(/[-_]/g, ' ').replace(/%$/, ''));
}
