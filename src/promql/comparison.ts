import { parser } from '@prometheus-io/lezer-promql';
import { type Node, unwrapped } from './tree.ts';

/** An alerting expression taken apart: what it looks at, and what it holds it against. */
export type Comparison = {
  /** The side that is measured: drawn, it tells more than the filtered result. */
  readonly measured: string;
  readonly op?: '>' | '>=' | '<' | '<=' | '==' | '!=';
  /** Absent where the other side is not a number. */
  readonly bound?: number;
  /** Whether a division is measured, which is a share of something when its bound lies within 0 and 1. */
  readonly isDivision: boolean;
};

const OPERATORS: Readonly<
  Record<string, { op: NonNullable<Comparison['op']>; turned: NonNullable<Comparison['op']> }>
> = {
  Gtr: { op: '>', turned: '<' },
  Gte: { op: '>=', turned: '<=' },
  Lss: { op: '<', turned: '>' },
  Lte: { op: '<=', turned: '>=' },
  Eql: { op: '==', turned: '==' },
  Neq: { op: '!=', turned: '!=' },
};

/**
 * Takes an alerting expression apart at its outermost comparison; of `a > 1 and b > 2` the first is meant, of `1 < a` the side that is
 * not a number. An expression without a comparison is measured as a whole.
 */
export function comparisonOf(promql: string): Comparison {
  const text = (node: Node) => promql.slice(node.from, node.to);
  const root = parser.parse(promql).topNode.firstChild;
  let node = root === null ? undefined : unwrapped(root);
  while (node?.name === 'BinaryExpr' && isSetOperator(node)) node = unwrapped(node.firstChild ?? node);
  if (root === null || node?.name !== 'BinaryExpr') return whole(promql, root);
  const [left, operator] = [node.firstChild, node.firstChild?.nextSibling];
  const right = node.lastChild;
  const found = OPERATORS[operator?.name ?? ''];
  if (left === null || right === null || found === undefined) return whole(promql, root);
  const [a, b] = [Number(text(left)), Number(text(right))];
  if (!Number.isNaN(b)) return { measured: text(left), op: found.op, bound: b, isDivision: isDivision(left) };
  if (!Number.isNaN(a))
    return { measured: text(right), op: found.turned, bound: a, isDivision: isDivision(right) };
  return { measured: text(left), isDivision: isDivision(left) };
}

function whole(promql: string, root: Node | null): Comparison {
  return { measured: promql, isDivision: root !== null && isDivision(root) };
}

function isSetOperator(node: Node): boolean {
  return ['And', 'Unless', 'Or'].includes(node.firstChild?.nextSibling?.name ?? '');
}

function isDivision(node: Node): boolean {
  const inner = unwrapped(node);
  return inner.name === 'BinaryExpr' && inner.firstChild?.nextSibling?.name === 'Div';
}
