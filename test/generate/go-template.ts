/**
 * The part of Go's text/template that our template for Argo CD uses: paths, `toJson`, `sha256sum`, pipes, `if`, `with … else`, and `range`
 * over a list with its index. What is not there is null, as with Go's maps; anything else throws, so that the template stays within it.
 * (That Go and sprig render it the same way was tried by hand.)
 */
import { createHash } from 'node:crypto';

type Scope = Readonly<Record<string, unknown>>;
type Node = string | { readonly action: string; readonly inner: Node[]; readonly otherwise: Node[] };

export function renderGo(template: string, data: unknown): string {
  const tokens = template.split(/(\{\{.*?\}\})/s);
  const root = parseUntil(tokens, []);
  if (tokens.length > 0) throw new Error(`left over: ${tokens.join('')}`);
  return render(root.nodes, { '': data });
}

function parseUntil(tokens: string[], ends: readonly string[]): { nodes: Node[]; end: string } {
  const nodes: Node[] = [];
  for (let token = tokens.shift(); token !== undefined; token = tokens.shift()) {
    const action = /^\{\{\s*(.*?)\s*\}\}$/s.exec(token)?.[1];
    if (action === undefined) nodes.push(token);
    else if (ends.includes(action)) return { nodes, end: action };
    else if (/^(if|with|range) /.test(action)) {
      const inner = parseUntil(tokens, ['else', 'end']);
      const otherwise = inner.end === 'else' ? parseUntil(tokens, ['end']).nodes : [];
      nodes.push({ action, inner: inner.nodes, otherwise });
    } else nodes.push({ action, inner: [], otherwise: [] });
  }
  if (ends.length > 0) throw new Error(`expected ${ends.join(' or ')}`);
  return { nodes, end: '' };
}

function render(nodes: readonly Node[], scope: Scope): string {
  return nodes.map((node) => (typeof node === 'string' ? node : renderOne(node, scope))).join('');
}

function renderOne({ action, inner, otherwise }: Exclude<Node, string>, scope: Scope): string {
  const [, word = '', rest = ''] = /^(if|with|range) (.*)$/s.exec(action) ?? [];
  if (word === '') return String(evaluated(action, scope));
  if (word === 'range') {
    const [, index = '', item = '', list = ''] = /^\$(\w+), \$(\w+) := (.*)$/s.exec(rest) ?? [];
    const items = (evaluated(list, scope) ?? []) as readonly unknown[];
    return items
      .map((value, i) => render(inner, { ...scope, [index]: i, [item]: value, '': value }))
      .join('');
  }
  const value = evaluated(rest, scope);
  const isEmpty =
    !value || (Array.isArray(value) && value.length === 0) || Object.keys(Object(value)).length === 0;
  if (isEmpty && !(typeof value === 'number' && value !== 0)) return render(otherwise, scope);
  return render(inner, word === 'with' ? { ...scope, '': value } : scope);
}

function evaluated(pipeline: string, scope: Scope): unknown {
  return pipeline.split('|').reduce<unknown>((piped, command, i) => {
    const words = command.trim().split(/\s+/);
    const [word = ''] = words;
    if (word !== 'toJson' && word !== 'sha256sum') {
      if (words.length > 1 || i > 0) throw new Error(`no function: ${command}`);
      return at(word, scope);
    }
    const argument = i > 0 ? piped : at(words[1] ?? '', scope);
    return word === 'toJson' ? toJson(argument) : createHash('sha256').update(String(argument)).digest('hex');
  }, undefined);
}

/** Go escapes what could end a script, and writes keys in their order. */
function toJson(value: unknown): string {
  const sorted = (_: string, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner;
  return (JSON.stringify(value, sorted) ?? 'null').replace(
    /[<>&]/g,
    (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`,
  );
}

function at(path: string, scope: Scope): unknown {
  const [, variable = '', fields = ''] = /^(?:\$(\w+))?((?:\.\w*)*)$/.exec(path) ?? [];
  if (path === '' || (variable === '' && fields === '')) throw new Error(`no path: ${path}`);
  return fields
    .split('.')
    .filter((field) => field !== '')
    .reduce<unknown>((value, field) => Object(value)[field] ?? null, scope[variable]);
}
