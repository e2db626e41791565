import { parser } from '@prometheus-io/lezer-promql';

/** A node of the grammar’s tree. */
export type Node = ReturnType<typeof parser.parse>['topNode'];

/** The expression that a text holds; `undefined` where the text is not PromQL. */
export function expressionOf(text: string): Node | undefined {
  const { topNode } = parser.parse(text);
  const cursor = topNode.cursor();
  do if (cursor.type.isError) return undefined;
  while (cursor.next());
  return kidsOf(topNode)[0];
}

/** Where comments stand in a text. */
export function commentsIn(text: string): readonly { readonly from: number; readonly to: number }[] {
  const comments: { readonly from: number; readonly to: number }[] = [];
  const cursor = parser.parse(text).cursor();
  do if (cursor.name === 'LineComment') comments.push({ from: cursor.from, to: cursor.to });
  while (cursor.next());
  return comments;
}

/** What a node is made of, comments left out. */
export function kidsOf(node: Node): readonly Node[] {
  const kids: Node[] = [];
  for (let kid = node.firstChild; kid !== null; kid = kid.nextSibling)
    if (kid.name !== 'LineComment') kids.push(kid);
  return kids;
}

/** A node without the parentheses around it. */
export function unwrapped(node: Node): Node {
  const [inner] = node.name === 'ParenExpr' ? kidsOf(node) : [];
  return inner === undefined ? node : unwrapped(inner);
}

/** Left side, operator and right side of what has two sides. */
export function sidesOf(node: Node): { left: Node; operator: Node; right: Node } | undefined {
  if (node.name !== 'BinaryExpr') return undefined;
  const [left, operator, ...more] = kidsOf(node);
  const right = more.at(-1);
  return left === undefined || operator === undefined || right === undefined
    ? undefined
    : { left, operator, right };
}

/** A call of a function, or an aggregation: its name, and what it is called with. */
export function callOf(node: Node, text: string): { name: string; args: readonly Node[] } | undefined {
  const head = node.getChild('FunctionIdentifier') ?? node.getChild('AggregateOp');
  const body = node.getChild('FunctionCallBody');
  if (head === null || body === null) return undefined;
  return { name: textOf(head, text).toLowerCase(), args: kidsOf(body) };
}

/** The text of a node. */
export function textOf(node: Node, text: string): string {
  return text.slice(node.from, node.to);
}
