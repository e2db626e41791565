import { factsOf } from '#domain/signal.ts';
import { formatValue } from '#domain/units.ts';
import type { Interval } from '#domain/verdict/cohort.ts';
import type { CohortSignal, CohortVerdict } from '#domain/verdict/cohort-verdict.ts';
import type { Count } from '#domain/verdict/counts.ts';
import { plain } from '../blocks.ts';
import { judged, missingWords } from './cohort-words.ts';
import { floorWords, fromTo, pWords, reasonOf } from './evidence.ts';
import { nameOf } from './figures.ts';
import { SIGNAL_WORD } from './verdict.ts';

/** The judge's own sentence on the mismatch that has one here. */
const MISMATCH = /% of requests carry the flag/;

/**
 * The evidence, a line for each signal: its figures with their intervals, what was counted, the test, and from what size on it matters. A test that all have in common is named once, below.
 */
export function cohortEvidence(verdict: CohortVerdict): readonly string[] {
  const signals = judged(verdict);
  const tests = new Set(signals.flatMap((signal) => testOf(signal)?.name ?? []));
  const [common] = signals.length > 1 && tests.size === 1 ? tests : [];
  const said = new Set(verdict.signals.flatMap(({ reasons }) => reasons));
  const isMismatch = verdict.sampleRatio?.isMismatch === true;
  const more = verdict.reasons.filter(
    (reason) => !said.has(reason) && !(isMismatch && MISMATCH.test(reason)),
  );
  return [
    ...signals.map((signal) => evidenceOf(signal, verdict.compared, common)),
    ...more.map((reason) => `${reasonOf(reason)}.`),
    ...(common === undefined ? [] : [`Test: ${plain(common, 160)}.`]),
  ];
}

function evidenceOf(
  signal: CohortSignal,
  compared: CohortVerdict['compared'],
  commonTest: string | undefined,
): string {
  const { measure, verdict, effect, intervals, counts, slowerThan, floor, needs } = signal;
  const { unit } = factsOf(measure);
  const test = testOf(signal);
  const side = (name: string, value: number, interval: Interval | undefined) =>
    `${name} ${formatValue(value, unit)}${interval === undefined ? '' : ` (${fromTo(measure, interval.low, interval.high).replace(' → ', '–')})`}`;
  const [off, on] = compared === 'before' ? ['before', 'now'] : ['off', 'on'];
  const parts = [
    ...(effect === undefined
      ? []
      : [
          `${side(off, effect.before, intervals?.off)}, ${side(on, effect.after, intervals?.on)}${intervals === undefined ? '' : ', each to 95 %'}`,
        ]),
    ...(counts === undefined
      ? []
      : [
          `${slowerThan === undefined ? 'failed' : `slower than ${formatValue(slowerThan, 'seconds')}`}: ${off} ${countWords(counts.off)}, ${on} ${countWords(counts.on)}`,
        ]),
    ...(test === undefined
      ? []
      : [
          [test.name === commonTest ? '' : test.name, test.more]
            .filter((part) => part !== '')
            .map((part) => plain(part, 120))
            .concat(pWords(test.p))
            .join(', '),
        ]),
    `matters from ${floorWords(floor)}`,
    ...(verdict === 'inconclusive' && needs !== undefined ? [`needs ${missingWords(needs, compared)}`] : []),
    ...signal.reasons.map(reasonOf),
  ];
  return `*${nameOf(measure)}* ${SIGNAL_WORD[verdict]}: ${parts.join('; ')}.`;
}

function countWords({ bad, total }: Count): string {
  return `${formatValue(Math.round(bad), 'count')} of ${formatValue(Math.round(total), 'count')}`;
}

type Test = { readonly name: string; readonly more: string; readonly p: number };

/** A test by its name, and what is particular to the signal; by what it counted is said beside the counts. */
function testOf({ significance }: CohortSignal): Test | undefined {
  if (significance === undefined) return undefined;
  const [name = '', ...more] = significance.test.split(', ');
  const own = more.filter((part) => !part.startsWith('of requests slower than'));
  return { name, more: own.join(', '), p: significance.p };
}
