import { type Counted, type Term, WINDOW } from '#domain/budget/slo.ts';
import { readSelector } from './selector.ts';
import { termsOf } from './terms.ts';
import { callOf, commentsIn, expressionOf, kidsOf, type Node, sidesOf, textOf, unwrapped } from './tree.ts';

/** Stands for the window while an expression is parsed: no PromQL has it by chance. */
const STAND_IN = '7777s';

/** Functions whose result is how many there were in their range. */
const IN_RANGE = ['increase', 'sum_over_time', 'count_over_time'];

/** Functions whose range is how far they look back, and nothing else: over a longer one they say the same of more time. */
const LOOKING_BACK = [...IN_RANGE, 'rate', 'avg_over_time'];

/** Functions that say how many there were, or how many a second: `avg_over_time` of a gauge that holds a rate. */
const COUNTING = [...LOOKING_BACK, 'irate', 'delta', 'deriv', 'changes', 'resets'];

/**
 * What an expression of a rate counts. Sums of rates of counters, added or taken away (`sum(rate(a[w])) - sum(rate(b[w]))`), are told
 * as the counters themselves, so that they can be counted exactly; `increase` in the place of `rate` is the same, and so is what adds
 * nothing (`or vector(0)`). Everything else stays the expression that it is. `WINDOW` stands for the range.
 */
export function countedBy(promql: string): Counted {
  const text = promql.trim().replaceAll(WINDOW, STAND_IN);
  const root = expressionOf(text);
  const terms = root === undefined ? undefined : termsOf(root, text, 1, rateTerm);
  return terms === undefined
    ? { kind: 'expression', promql: promql.trim(), gives: givesIncrease(text) ? 'increase' : 'rate' }
    : { kind: 'counters', terms };
}

/** The counters of a selector, or of sums of selectors that are added or taken away; `undefined` for everything else. */
export function totalsIn(promql: string): readonly Term[] | undefined {
  const root = expressionOf(promql);
  return root === undefined ? undefined : termsOf(root, promql, 1, totalTerm);
}

/**
 * Puts `WINDOW` in the place of every range in which something is counted, where the expression has it nowhere. How far a query looks back
 * says nothing of what it counts: asked every five minutes as it is, an increase of 30 days would count all events thousands of times.
 */
export function withWindow(promql: string): string {
  if (promql.includes(WINDOW)) return promql;
  const root = expressionOf(promql);
  if (root === undefined) return promql;
  return rangesIn(root, promql)
    .toReversed()
    .reduce((all, { from, to }) => all.slice(0, from) + WINDOW + all.slice(to), promql);
}

/** Ranges of outermost counting functions; those within a subquery say what is looked at. */
function rangesIn(node: Node, text: string): readonly { readonly from: number; readonly to: number }[] {
  const { name, args: [ranged] = [] } = callOf(node, text) ?? {};
  const range = ranged?.getChild('DurationExpr');
  if (range && LOOKING_BACK.includes(name ?? '')) return [{ from: range.from, to: range.to }];
  return kidsOf(node).flatMap((kid) => rangesIn(kid, text));
}

/** Whether an expression says how many events there were, rather than how high a counter stands: by a function, or by a recorded rate. */
export function saysHowMany(promql: string): boolean {
  const text = promql.replaceAll(WINDOW, STAND_IN);
  const root = expressionOf(text);
  return root !== undefined && isHowMany(root, text);
}

function isHowMany(node: Node, text: string): boolean {
  if (COUNTING.includes(callOf(node, text)?.name ?? '')) return true;
  if (node.name === 'VectorSelector') return isRecordedRate(readSelector(textOf(node, text))?.metric ?? '');
  return kidsOf(node).some((kid) => isHowMany(kid, text));
}

/** A rate that a rule records, by Prometheus’ own convention for names: `level:metric:rate5m`. */
function isRecordedRate(metric: string): boolean {
  return /:(\w+_)?i?rate_?(\d+[a-z]+)?$/.test(metric);
}

/** Functions of a range give what happened in the window, `rate` what happens a second. */
function givesIncrease(text: string): boolean {
  return (
    /\b(increase|delta|changes|resets|sum_over_time|count_over_time)\s*\(/.test(text) &&
    !/\brate\s*\(/.test(text)
  );
}

/** An expression without its comments: one at the end would swallow what is put behind it. */
export function withoutComments(promql: string): string {
  const text = promql.replaceAll(WINDOW, STAND_IN);
  return commentsIn(text)
    .toReversed()
    .reduce((all, { from, to }) => all.slice(0, from) + all.slice(to), text)
    .replaceAll(STAND_IN, WINDOW)
    .trim();
}

/** The two sides of an expression that is a division as a whole; `isComplement` of `1 - a / b`. */
export function divisionOf(
  promql: string,
): { over: string; under: string; isComplement: boolean } | undefined {
  const complement = complementOf(promql);
  const text = (complement ?? promql.trim()).replaceAll(WINDOW, STAND_IN);
  const root = expressionOf(text);
  const sides = root === undefined ? undefined : sidesOf(unwrapped(root));
  if (sides?.operator.name !== 'Div') return undefined;
  const back = (one: Node) => textOf(one, text).replaceAll(STAND_IN, WINDOW);
  return { over: back(sides.left), under: back(sides.right), isComplement: complement !== undefined };
}

/** What is taken from 1 in `1 - a`. */
export function complementOf(promql: string): string | undefined {
  const text = promql.trim().replaceAll(WINDOW, STAND_IN);
  const root = expressionOf(text);
  const { left, operator, right } = (root && sidesOf(unwrapped(root))) ?? {};
  if (left === undefined || right === undefined || operator?.name !== 'Sub') return undefined;
  return Number(textOf(unwrapped(left), text)) === 1
    ? textOf(unwrapped(right), text).replaceAll(STAND_IN, WINDOW)
    : undefined;
}

/** What stands in where an expression has no series (`or vector(0)`): its number, and the expression without it. */
export function fillerOf(promql: string): { readonly rest: string; readonly value: number } | undefined {
  const text = promql.replaceAll(WINDOW, STAND_IN);
  const root = expressionOf(text);
  const { left, operator, right } = (root && sidesOf(unwrapped(root))) ?? {};
  if (left === undefined || right === undefined || operator?.name !== 'Or') return undefined;
  const { name, args: [argument] = [] } = callOf(unwrapped(right), text) ?? {};
  const value = argument === undefined ? Number.NaN : Number(textOf(unwrapped(argument), text));
  if (name !== 'vector' || Number.isNaN(value)) return undefined;
  const rest = textOf(unwrapped(left), text).replaceAll(STAND_IN, WINDOW);
  // Of several, the first is never missing.
  return fillerOf(rest) ?? { rest, value };
}

/** Whether an expression holds something against a bound: what it says is then said of a moment, not of a stretch. */
export function compares(promql: string): boolean {
  const root = expressionOf(promql.replaceAll(WINDOW, STAND_IN));
  return root !== undefined && hasComparison(root);
}

function hasComparison(node: Node): boolean {
  const { operator } = sidesOf(node) ?? {};
  return COMPARISONS.includes(operator?.name ?? '') || kidsOf(node).some(hasComparison);
}

const COMPARISONS = ['Eql', 'Neq', 'Gtr', 'Gte', 'Lss', 'Lte'];

/** Whether an expression is one average over all its series. */
export function isAverage(promql: string): boolean {
  const text = promql.replaceAll(WINDOW, STAND_IN);
  const root = expressionOf(text);
  return (
    root?.name === 'AggregateExpr' &&
    callOf(root, text)?.name === 'avg' &&
    root.getChild('AggregateModifier') === null
  );
}

/** `rate` or `increase` of a counter over the window; of one that cannot be taken apart nothing could be counted. */
function rateTerm(node: Node, text: string, sign: Term['sign']): Term | undefined {
  const { name, args: [matrix] = [] } = callOf(node, text) ?? {};
  if (node.name !== 'FunctionCall' || (name !== 'rate' && name !== 'increase')) return undefined;
  const [selected, range] = matrix?.name === 'MatrixSelector' ? kidsOf(matrix) : [];
  if (selected === undefined || range === undefined || textOf(range, text) !== STAND_IN) return undefined;
  const selector = textOf(unwrapped(selected), text);
  return readSelector(selector) === undefined ? undefined : { selector, sign };
}

/** A counter as it stands. */
function totalTerm(node: Node, text: string, sign: Term['sign']): Term | undefined {
  const selector = textOf(node, text);
  const read = node.name === 'VectorSelector' ? readSelector(selector) : undefined;
  return read === undefined || isRecordedRate(read.metric) ? undefined : { selector, sign };
}
