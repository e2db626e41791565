import { allowedShare, type Counted, type Method, type Sli, WINDOW } from '#domain/budget/slo.ts';
import { type Duration, formatDuration } from '#domain/time.ts';
import { boundariesUpTo } from '#promql/buckets.ts';
import { selector } from '#promql/quote.ts';
import { readSelector } from '#promql/selector.ts';

/** How fast one counter grows over a range, as PromQL. */
type Growth = (selector: string) => string;

/** Bad over all, over a lookback. A part without series counts as none; without a total there is no ratio. */
export function errorRatio(sli: Sli, lookback: Duration): string {
  const range = formatDuration(lookback);
  return ratioBy(sli, range, (of) => `rate(${of}[${range}])`).bad;
}

/**
 * What the slice that ends now lost of its time, 0…1: all or nothing by whether it met its target, or its bad share. A slice without events loses nothing. Counters are compared with
 * what they were a slice ago, because a slice may hold no more than one scrape, of which there is no rate.
 */
export function sliceLoss(sli: Sli, method: Exclude<Method, { kind: 'occurrences' }>): string {
  const range = formatDuration(method.slice);
  // After a reset a counter grew by what it has now.
  const { bad, total } = ratioBy(
    sli,
    range,
    (of) => `((${of} - ${of} offset ${range}) >= 0 or (${of} and ${of} offset ${range}))`,
  );
  const lost =
    method.kind === 'timeslices' ? `(${bad}) > bool ${allowedShare(method.target)}` : `(${bad}) >= 0`;
  return total === undefined ? lost : `(${lost}) or 0 * (${total})`;
}

/** Whether there is PromQL for an SLI at all: the histogram of a latency has to be a selector. */
export function isExpressible(sli: Sli): boolean {
  return sli.kind !== 'latency' || readSelector(sli.histogram) !== undefined;
}

/** The bad share over a range, and what is there whenever the total is. */
function ratioBy(sli: Sli, range: string, growth: Growth): { readonly bad: string; readonly total?: string } {
  if (sli.kind === 'ratio') {
    const promql = `(${sli.promql.replaceAll(WINDOW, range)})`;
    return { bad: sli.of === 'bad' ? promql : `1 - ${promql}` };
  }
  if (sli.kind === 'latency') return latencyBy(sli, range, growth);
  const ratio = `(${sumBy(sli.part, range, growth, true)}) / (${sumBy(sli.total, range, growth, false)})`;
  return {
    bad: sli.counts === 'bad' ? ratio : `1 - (${ratio})`,
    total:
      sli.total.kind === 'expression'
        ? sli.total.promql.replaceAll(WINDOW, range)
        : sli.total.terms.map(({ selector: of }) => `sum(${growth(of)})`).join(' or '),
  };
}

function sumBy(counted: Counted, range: string, growth: Growth, isPart: boolean): string {
  if (counted.kind === 'expression') return counted.promql.replaceAll(WINDOW, range);
  const several = isPart || counted.terms.length > 1;
  const sum = counted.terms
    .map(({ selector: of, sign }, i) => {
      const one = `sum(${growth(of)})`;
      return `${sign === 1 ? (i === 0 ? '' : '+ ') : '- '}${several ? `(${one} or vector(0))` : one}`;
    })
    .join(' ');
  // Without any of several series the total would be a zero that somebody divides by.
  return several && !isPart ? `(${sum}) > 0` : sum;
}

/**
 * The share above a threshold, by the largest bucket that is not above it: of each series the largest count among those. Where there are no buckets the histogram is taken for a native
 * one. Without either there is no ratio, not one of 1.
 */
function latencyBy(
  { histogram, threshold }: Extract<Sli, { kind: 'latency' }>,
  range: string,
  growth: Growth,
): { readonly bad: string; readonly total: string } {
  const read = readSelector(histogram);
  const base = (read?.metric ?? histogram).replace(/_bucket$/, '');
  const matchers = read?.matchers ?? [];
  const seconds = threshold / 1000;
  const within = selector(`${base}_bucket`, [
    ...matchers,
    { label: 'le', op: '=~', value: boundariesUpTo(seconds) },
  ]);
  const count = `sum(${growth(selector(`${base}_count`, matchers))})`;
  const native = `sum(rate(${selector(base, matchers)}[${range}]))`;
  return {
    bad: `1 - (sum(max without (le) (${growth(within)})) / ${count} or histogram_fraction(0, ${seconds}, ${native}))`,
    total: `${count} or histogram_count(${native})`,
  };
}
