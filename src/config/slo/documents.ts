import { isMap, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { offsetOf } from '../place.ts';

/** One place in a file of SLOs and what is to be said of it. Lines and columns count from 1. */
export type SloProblem = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly what: string;
};

/** What is said while files are read: `problems` refuse what they stand in, `notices` name fields that are not honoured. */
export type Remarks = { readonly problems: SloProblem[]; readonly notices: SloProblem[] };

export type Path = readonly (string | number)[];

/** One object of a file: a document, or an item of a document that is a list. */
export type Item = {
  readonly file: string;
  readonly value: unknown;
  at(path: Path, what: string): SloProblem;
};

/** Takes a file apart: YAML with any number of documents, or JSON, each an object or several. */
export function itemsOf(file: string, text: string, { problems }: Remarks): readonly Item[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: true });
  const place = (offset: number | undefined, path: Path, what: string): SloProblem => {
    const { line, col } = lines.linePos(offset ?? 0);
    return { file, line: Math.max(1, line), column: Math.max(1, col), path: path.join('.'), what };
  };
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document): readonly Item[] => {
    if (document.errors.length > 0) {
      for (const error of document.errors)
        problems.push(place(error.pos[0], [], error.message.split(' at line')[0] ?? error.message));
      return [];
    }
    const { contents } = document;
    if (contents === null) return [];
    const itemOf = (node: Node, value: unknown): Item => ({
      file,
      value,
      at: (path, what) => place(offsetOf(node, path), path, what),
    });
    let value: unknown;
    try {
      value = document.toJS();
    } catch (error) {
      if (!(error instanceof ReferenceError || error instanceof RangeError)) throw error;
      problems.push(place(contents.range?.[0], [], error.message));
      return [];
    }
    if (value === null || value === undefined) return [];
    const { nodes, values } = listOf(contents, value) ?? { nodes: [contents], values: [value] };
    return values.map((one, i) => itemOf(nodes[i] ?? contents, one));
  });
}

/** What a document lists: itself a list, or a `List` as kubectl prints several objects. */
function listOf(
  contents: Node,
  value: unknown,
): { nodes: readonly Node[]; values: readonly unknown[] } | undefined {
  if (isSeq(contents) && Array.isArray(value)) return { nodes: contents.items as Node[], values: value };
  const { kind, items }: { kind?: unknown; items?: unknown } =
    typeof value === 'object' && value !== null ? value : {};
  const node = isMap(contents) ? contents.get('items', true) : undefined;
  return kind === 'List' && isSeq(node) && Array.isArray(items)
    ? { nodes: node.items as Node[], values: items }
    : undefined;
}

/** A problem or a notice as compilers write it. */
export function lineOf({ file, line, column, path, what }: SloProblem): string {
  return `${file}:${line}:${column} ${path === '' ? '' : `${path}: `}${what}`;
}

/** What Kubernetes asks of the name of an object. */
export const KubernetesName = z
  .string()
  .max(253, { error: 'expected at most 253 characters' })
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/, {
    error:
      'expected a name of Kubernetes: small letters, digits, dashes and dots, a letter or digit at both ends',
  });

/**
 * Reads an item by its shape. What does not fit is a problem, what the shape does not read a notice: owners keep fields for other
 * tools in these files.
 */
export function readItem<T extends z.ZodType>(
  item: Item,
  shape: T,
  remarks: Remarks,
): z.infer<T> | undefined {
  const parsed = shape.safeParse(item.value);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
      remarks.problems.push(item.at(path, worded(issue)));
    }
    return undefined;
  }
  for (const path of unread(item.value, parsed.data, []))
    remarks.notices.push(item.at(path, unreadWords(path)));
  return parsed.data;
}

/** Fields that formats have and an SLO does not, by the last key. */
const UNREAD: Readonly<Record<string, string>> = {
  labels: 'not honoured: labels of the object are not those of its alerts',
  annotations: 'not honoured: annotations of the object are not those of its alerts',
  displayName: 'not honoured: an SLO is shown by its name and its description',
  description: 'not honoured: only the description of an SLO is shown',
  connectionDetails: 'not honoured: which server is asked stands in bellbuoy.yaml',
};

function unreadWords(path: Path): string {
  return UNREAD[String(path.at(-1))] ?? 'not known here; not honoured';
}

/** What Kubernetes keeps about an object, which says nothing of it. */
const HOUSEKEEPING = [
  ...['namespace', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields', 'selfLink'],
  ...['ownerReferences', 'finalizers'],
];

function isHousekeeping(path: Path): boolean {
  const [parent, key, ...deeper] = path;
  if (parent === 'status') return true;
  return parent === 'metadata' && deeper.length === 0 && HOUSEKEEPING.includes(String(key));
}

function worded(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type' && /received undefined/.test(issue.message))
    return 'this key is required';
  if (issue.code === 'invalid_value') return `expected one of: ${issue.values.map(String).join(', ')}`;
  return issue.message.replace(/^Invalid input: /, '');
}

/** Paths of keys that were given and not read. */
function unread(given: unknown, read: unknown, path: Path): readonly Path[] {
  if (typeof given !== 'object' || given === null || typeof read !== 'object' || read === null) return [];
  const known = new Map<string, unknown>(Object.entries(read));
  return Object.entries(given).flatMap(([key, value]) => {
    const step = Array.isArray(given) ? Number(key) : key;
    if (!known.has(key))
      return value === null || value === undefined || isHousekeeping([...path, step])
        ? []
        : [[...path, step]];
    return unread(value, known.get(key), [...path, step]);
  });
}
