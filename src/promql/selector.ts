import type { Matcher } from '#domain/service.ts';
import { isLabelName, oneOf } from './quote.ts';
import { expressionOf, kidsOf, type Node, textOf, unwrapped } from './tree.ts';

/** A selector taken apart. */
export type Selected = { readonly metric: string; readonly matchers: readonly Matcher[] };

/** The label that holds a metric’s name. */
const NAME = '__name__';

const OPERATORS: Readonly<Record<string, Matcher['op']>> = {
  EqlSingle: '=',
  Neq: '!=',
  EqlRegex: '=~',
  NeqRegex: '!~',
};

/**
 * Takes a selector of one metric apart, also where its name stands among the matchers (`{__name__="a"}`, `{"a.b"}`) or in parentheses;
 * `undefined` for anything else (no name, several names, an offset, an expression).
 */
export function readSelector(text: string): Selected | undefined {
  const node = selectorNode(text);
  if (node === undefined) return undefined;
  const identifier = node.getChild('Identifier');
  const list = node.getChild('LabelMatchers');
  const parts = list === null ? [] : kidsOf(list);
  const quoted = parts.filter(({ name }) => name === 'QuotedLabelName');
  const all = parts.filter((part) => !quoted.includes(part)).map((part) => matcherOf(part, text));
  const matchers = all.filter((matcher) => matcher !== undefined);
  if (matchers.length < all.length) return undefined;
  const named = matchers.filter(({ label }) => label === NAME);
  if (named.some(({ op }) => op !== '=')) return undefined;
  const [metric = '', ...more] = [
    ...(identifier === null ? [] : [textOf(identifier, text)]),
    ...quoted.map((part) => unquoted(textOf(part, text))),
    ...named.map(({ value }) => value),
  ];
  if (metric === '' || more.length > 0) return undefined;
  return { metric, matchers: matchers.filter(({ label }) => label !== NAME) };
}

/** The selector that a text is, without parentheses around it, whatever it selects; `undefined` where it is something else. */
export function bareSelector(text: string): string | undefined {
  const node = selectorNode(text);
  return node === undefined ? undefined : textOf(node, text);
}

/** As `bareSelector`, of one metric only: one that can be taken apart. */
export function selectorIn(text: string): string | undefined {
  return readSelector(text) === undefined ? undefined : bareSelector(text);
}

function selectorNode(text: string): Node | undefined {
  const root = expressionOf(text);
  const node = root === undefined ? undefined : unwrapped(root);
  return node?.name === 'VectorSelector' ? node : undefined;
}

function matcherOf(node: Node, text: string): Matcher | undefined {
  const [name, op, literal] = kidsOf(node);
  const operator = OPERATORS[op?.firstChild?.name ?? ''];
  if (name === undefined || literal?.name !== 'StringLiteral' || operator === undefined) return undefined;
  const value = unquoted(textOf(literal, text));
  const label = name.name === 'QuotedLabelName' ? unquoted(textOf(name, text)) : textOf(name, text);
  if (label === NAME || isLabelName(label) || operator !== '=') return { label, op: operator, value };
  // What equals a value may become a group of a sum, where only plain names can stand: told as a condition, it selects the same.
  return { label, op: '=~', value: oneOf([value]) };
}

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' },
};

/** The text of a PromQL string literal, which follows Go’s rules. */
function unquoted(literal: string): string {
  const inner = literal.slice(1, -1);
  if (literal.startsWith('`')) return inner;
  return inner.replaceAll(
    /\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)/gs,
    (_, code: string) => {
      if (/^[xuU]./.test(code)) return String.fromCodePoint(Number.parseInt(code.slice(1), 16));
      if (/^[0-7]{3}$/.test(code)) return String.fromCodePoint(Number.parseInt(code, 8));
      return ESCAPES[code] ?? code;
    },
  );
}
