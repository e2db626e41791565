import type { Measure } from '#domain/signal.ts';
import { RED_MEASURES } from '#domain/signal.ts';
import { type Found, lower } from './length-words.ts';

/** The signal named at a place in a list of words, the longest name first: `error ratio` before `error`. */
export function signalAt(words: readonly string[], at: number): Found<readonly Measure[]> | undefined {
  for (const taken of [2, 1]) {
    const name = words
      .slice(at, at + taken)
      .map(lower)
      .join(' ');
    const value = SIGNALS.get(name);
    if (value !== undefined) return { value, taken };
  }
  return undefined;
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
        ['errors', 'error', 'failures', 'errorratio', 'error ratio', 'error rate', 'errors ratio'],
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
