import type { Term } from '#domain/budget/slo.ts';
import { callOf, kidsOf, type Node, sidesOf, textOf, unwrapped } from './tree.ts';

/** What a node counts by itself, if it does. */
export type Leaf = (node: Node, text: string, sign: Term['sign']) => Term | undefined;

/** What an expression adds up: a leaf by itself, sums of leaves, and sums of those; the groups of `sum by (…)` are one sum again when all are counted. */
export function termsOf(
  node: Node,
  text: string,
  sign: Term['sign'],
  leaf: Leaf,
): readonly Term[] | undefined {
  const inner = withoutZero(node, text);
  const alone = leaf(inner, text, sign);
  return alone === undefined ? sumOf(inner, text, sign, leaf) : [alone];
}

function sumOf(node: Node, text: string, sign: Term['sign'], leaf: Leaf): readonly Term[] | undefined {
  const inner = withoutZero(node, text);
  const turned = -sign as Term['sign'];
  if (inner.name === 'UnaryExpr') {
    const [operator, of] = kidsOf(inner);
    if (operator === undefined || of === undefined) return undefined;
    return sumOf(of, text, textOf(operator, text) === '-' ? turned : sign, leaf);
  }
  const { left, operator, right } = sidesOf(inner) ?? {};
  if (left !== undefined && right !== undefined) {
    if (operator?.name !== 'Add' && operator?.name !== 'Sub') return undefined;
    if (!matchesAll(inner)) return undefined;
    // Leaves by themselves would be added series by series, and those without a partner left out.
    const a = sumOf(left, text, sign, leaf);
    const b = sumOf(right, text, operator.name === 'Sub' ? turned : sign, leaf);
    return a === undefined || b === undefined ? undefined : [...a, ...b];
  }
  const { name, args: [argument] = [] } = callOf(inner, text) ?? {};
  return inner.name === 'AggregateExpr' && name === 'sum' && argument !== undefined
    ? termsOf(argument, text, sign, leaf)
    : undefined;
}

/** Whether two sides are matched as they are: `on ()` of two sums changes nothing. */
function matchesAll(node: Node): boolean {
  const matching = node.getChild('MatchingModifierClause');
  if (matching === null) return true;
  const [kind, labels, ...more] = kidsOf(matching);
  return kind?.name === 'On' && labels !== undefined && kidsOf(labels).length === 0 && more.length === 0;
}

/**
 * A node without parentheses, and without what counts nothing: what stands in for missing series (`or vector(0)`, `or 0 * sum(…)`), and what
 * leaves out zeros before a division (`> 0`).
 */
function withoutZero(node: Node, text: string): Node {
  const inner = unwrapped(node);
  const { left, operator, right } = sidesOf(inner) ?? {};
  if (left === undefined || right === undefined) return inner;
  const isFiller = operator?.name === 'Or' && isZero(right, text);
  const isFilter =
    (operator?.name === 'Gtr' || operator?.name === 'Neq') &&
    isNought(unwrapped(right), text) &&
    inner.getChild('BoolModifier') === null;
  return isFiller || isFilter ? withoutZero(left, text) : inner;
}

function isZero(node: Node, text: string): boolean {
  const inner = unwrapped(node);
  const { left, operator, right } = sidesOf(inner) ?? {};
  if (left !== undefined && right !== undefined) {
    if (operator?.name === 'Or') return isZero(left, text) && isZero(right, text);
    return operator?.name === 'Mul' && (isNought(unwrapped(left), text) || isNought(unwrapped(right), text));
  }
  const { name, args: [argument] = [] } = callOf(inner, text) ?? {};
  return name === 'vector' && argument !== undefined && isNought(unwrapped(argument), text);
}

function isNought(node: Node, text: string): boolean {
  return node.name === 'NumberDurationLiteral' && Number(textOf(node, text)) === 0;
}
