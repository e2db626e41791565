import { parser } from '@prometheus-io/lezer-promql';
import type { Matcher } from '#domain/service.ts';

/** A selector taken apart. */
export type Selected = { readonly metric: string; readonly matchers: readonly Matcher[] };

const OPERATORS: Readonly<Record<string, Matcher['op']>> = {
  EqlSingle: '=',
  Neq: '!=',
  EqlRegex: '=~',
  NeqRegex: '!~',
};

/** Takes a selector of one metric apart; `undefined` for anything else (no name, an offset, an expression). */
export function readSelector(text: string): Selected | undefined {
  const trimmed = text.trim();
  const root = parser.parse(trimmed).topNode.firstChild;
  if (root?.name !== 'VectorSelector' || root.to < trimmed.length) return undefined;
  const name = root.getChild('Identifier');
  if (name === null) return undefined;
  const matchers = (root.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []).map(
    (node): Matcher | undefined => {
      const [label, op, value] = [
        node.getChild('LabelName'),
        node.getChild('MatchOp'),
        node.getChild('StringLiteral'),
      ];
      const operator = OPERATORS[op?.firstChild?.name ?? ''];
      if (label === null || value === null || operator === undefined) return undefined;
      return {
        label: trimmed.slice(label.from, label.to),
        op: operator,
        value: unquoted(trimmed.slice(value.from, value.to)),
      };
    },
  );
  const whole = matchers.filter((matcher) => matcher !== undefined);
  if (whole.length < matchers.length) return undefined;
  return { metric: trimmed.slice(name.from, name.to), matchers: whole };
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
