import type { Nodes, Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { codeBlock, UNSEEN } from './markdown-text.ts';

/**
 * A long text as people typed it: its Markdown is kept, but it cannot reach beyond its section. Headings come below those of the document, a block of code that
 * nobody closed is closed, and HTML stays text. What cannot be made so is shown as a block of code, with nothing of it lost.
 */
export function prose(text: string): string {
  const typed = text
    .replace(UNSEEN, '')
    .replace(/\r\n|[\r\u2028\u2029]/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd();
  if (containers(typed) > MOST_CONTAINERS) return codeBlock(typed, '');
  let out = typed;
  // What was HTML is Markdown once it is text, and may have headings of its own.
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const edits = editsOf(out);
    if (edits.length === 0) return out;
    out = edited(out, edits);
  }
  return codeBlock(typed, '');
}

const MOST_ROUNDS = 8;

/** Quotes and lists within each other: reading them takes the square of their depth, and nobody means more. */
const MOST_CONTAINERS = 40;

function containers(text: string): number {
  const marks = text.matchAll(/^(?:[ \t]*(?:[-+*>]|\d+[.)]))+/gm);
  return Math.max(0, ...[...marks].map(([run]) => run.match(/[-+*>]|\d+/g)?.length ?? 0));
}

type Edit = { readonly from: number; readonly to: number; readonly put: string };

/** What has to change so that the text stays in its section, in the order of its places. */
function editsOf(text: string): readonly Edit[] {
  const root = parse(`${text}\n\n## After`);
  const last = root.children.at(-1);
  const isClosed = last?.type === 'heading' && last.position?.start.offset === text.length + 2;
  const own = isClosed ? root.children.slice(0, -1) : root.children;
  const edits = own.flatMap((child) => [...nodesOf(child)].flatMap((node) => editOf(text, node)));
  if (isClosed || edits.length > 0) return edits.toSorted((a, b) => a.from - b.from);
  const [fence = '\n'] = /^(?:`{3,}|~{3,})/.exec(sourceOf(text, last)) ?? [];
  return [{ from: text.length, to: text.length, put: `\n${fence}` }];
}

function editOf(text: string, node: Nodes): readonly Edit[] {
  const source = sourceOf(text, node);
  const from = node.position?.start.offset ?? 0;
  switch (node.type) {
    case 'html':
      return [{ from, to: from + source.length, put: source.replaceAll('<', '&lt;') }];
    // A label means the same in the whole document: other people's words must not become links.
    case 'definition':
    case 'footnoteDefinition':
      return [{ from, to: from, put: '\\' }];
    case 'heading': {
      if (node.depth > 3) return [];
      const signs = '#'.repeat(node.depth + 3);
      if (source.startsWith('#')) return [{ from, to: from + node.depth, put: signs }];
      const words = source.replace(/\n[^\n]*$/, '').replace(/\s*\n[ \t>]*/g, ' ');
      return [{ from, to: from + source.length, put: `${signs} ${words}` }];
    }
    default:
      return [];
  }
}

function edited(text: string, edits: readonly Edit[]): string {
  return edits.reduceRight((out, { from, to, put }) => out.slice(0, from) + put + out.slice(to), text);
}

function sourceOf(text: string, node: Nodes | undefined): string {
  return text.slice(node?.position?.start.offset ?? 0, node?.position?.end.offset ?? 0);
}

function* nodesOf(node: Nodes): Generator<Nodes> {
  yield node;
  // A heading by underlining is written anew as a whole; what is in it has its turn after that.
  if (node.type === 'heading' && node.depth < 4) return;
  if ('children' in node) for (const child of node.children) yield* nodesOf(child);
}

function parse(markdown: string): Root {
  return fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
}
