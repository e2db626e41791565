import { parser } from '@prometheus-io/lezer-promql';
import { type Counted, type Term, WINDOW } from '#domain/budget/slo.ts';

type Node = ReturnType<typeof parser.parse>['topNode'];

/** Stands for the window while an expression is parsed: no PromQL has it by chance. */
const STAND_IN = '7777s';

/**
 * What an expression of a rate counts. Sums of rates of counters, added or taken away (`sum(rate(a[w])) - sum(rate(b[w]))`), are told
 * as the counters themselves, so that they can be counted exactly; `increase` in the place of `rate` is the same. Everything else stays the
 * expression that it is. `WINDOW` stands for the range.
 */
export function countedBy(promql: string): Counted {
  const text = promql.trim().replaceAll(WINDOW, STAND_IN);
  const root = parser.parse(text).topNode.firstChild;
  const terms = root === null ? undefined : termsOf(root, text, 1);
  return terms === undefined
    ? { kind: 'expression', promql: promql.trim(), gives: givesIncrease(text) ? 'increase' : 'rate' }
    : { kind: 'counters', terms };
}

/**
 * Puts `WINDOW` in the place of every range that `rate` and `increase` have of their own. How far a query looks back says nothing of what it counts:
 * asked every five minutes as it is, an increase of 30 days would count all events thousands of times.
 */
export function withWindow(promql: string): string {
  const text = promql.replaceAll(WINDOW, STAND_IN);
  const ranges: { readonly from: number; readonly to: number }[] = [];
  const cursor = parser.parse(text).cursor();
  do {
    const matrix = cursor.name === 'MatrixSelector' ? cursor.node : undefined;
    const call = matrix?.parent?.name === 'FunctionCallBody' ? matrix.parent.parent : undefined;
    const name = call?.getChild('FunctionIdentifier');
    const selector = matrix?.getChild('VectorSelector');
    if (matrix && selector && name && ['rate', 'increase'].includes(textOf(name, text)))
      ranges.push({ from: selector.to, to: matrix.to });
  } while (cursor.next());
  return ranges
    .toReversed()
    .reduce((all, { from, to }) => `${all.slice(0, from)}[${WINDOW}]${all.slice(to)}`, text)
    .replaceAll(STAND_IN, WINDOW);
}

/** `increase` and the functions over time give what happened in the window, `rate` what happens a second. */
function givesIncrease(text: string): boolean {
  return /\b(increase|sum_over_time|count_over_time)\s*\(/.test(text) && !/\brate\s*\(/.test(text);
}

/** The two sides of an expression that is a division as a whole; `isComplement` of `1 - a / b`. */
export function divisionOf(
  promql: string,
): { over: string; under: string; isComplement: boolean } | undefined {
  const text = promql.trim().replaceAll(WINDOW, STAND_IN);
  const root = parser.parse(text).topNode.firstChild;
  let node = root === null ? undefined : unwrapped(root);
  let isComplement = false;
  const [left, operator, right] = node === undefined ? [] : sides(node);
  if (
    operator?.name === 'Sub' &&
    left !== undefined &&
    Number(textOf(left, text)) === 1 &&
    right !== undefined
  ) {
    isComplement = true;
    node = unwrapped(right);
  }
  const [over, division, under] = node === undefined ? [] : sides(node);
  if (division?.name !== 'Div' || over === undefined || under === undefined) return undefined;
  const back = (one: Node) => textOf(one, text).replaceAll(STAND_IN, WINDOW);
  return { over: back(over), under: back(under), isComplement };
}

/** Whether the text is a plain selector of series: a metric with or without matchers, nothing else. */
export function isSelector(promql: string): boolean {
  const root = parser.parse(promql.trim()).topNode.firstChild;
  return root !== null && unwrapped(root).name === 'VectorSelector' && !hasError(root);
}

function hasError(node: Node): boolean {
  const cursor = node.cursor();
  do if (cursor.type.isError) return true;
  while (cursor.next() && cursor.from < node.to);
  return false;
}

function termsOf(node: Node, text: string, sign: 1 | -1): readonly Term[] | undefined {
  const inner = unwrapped(node);
  if (inner.name === 'BinaryExpr') {
    const [left, operator, right] = sides(inner);
    if (left === undefined || right === undefined || inner.getChild('MatchingModifierClause') !== null)
      return undefined;
    if (operator?.name !== 'Add' && operator?.name !== 'Sub') return undefined;
    const turned = operator.name === 'Sub' ? (-sign as 1 | -1) : sign;
    const [a, b] = [termsOf(left, text, sign), termsOf(right, text, turned)];
    return a === undefined || b === undefined ? undefined : [...a, ...b];
  }
  if (inner.name === 'AggregateExpr') {
    const isSum = inner.getChild('AggregateOp')?.getChild('Sum') !== null;
    // The groups of `sum by (…)` are one sum again when all are counted.
    const argument = inner.getChild('FunctionCallBody')?.firstChild ?? null;
    return isSum && argument !== null ? rateTerm(argument, text, sign) : undefined;
  }
  return undefined;
}

function rateTerm(node: Node, text: string, sign: 1 | -1): readonly Term[] | undefined {
  const inner = unwrapped(node);
  if (inner.name !== 'FunctionCall') return undefined;
  const name = inner.getChild('FunctionIdentifier');
  const matrix = inner.getChild('FunctionCallBody')?.firstChild ?? null;
  if (name === null || matrix?.name !== 'MatrixSelector') return undefined;
  if (!['rate', 'increase'].includes(textOf(name, text))) return undefined;
  const selector = matrix.getChild('VectorSelector');
  const range = selector === null ? '' : text.slice(selector.to, matrix.to);
  if (selector === null || !range.includes(STAND_IN)) return undefined;
  return [{ selector: textOf(selector, text).trim(), sign }];
}

function sides(node: Node): readonly (Node | undefined)[] {
  if (node.name !== 'BinaryExpr') return [];
  const [left, right] = [node.firstChild, node.lastChild];
  return [left ?? undefined, left?.nextSibling ?? undefined, right ?? undefined];
}

function unwrapped(node: Node): Node {
  let inner = node;
  while (inner.name === 'ParenExpr' && inner.firstChild !== null) inner = inner.firstChild;
  return inner;
}

function textOf(node: Node, text: string): string {
  return text.slice(node.from, node.to);
}
