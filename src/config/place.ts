import { isMap, isScalar, type Node } from 'yaml';

/** Where a path stands in a file, as an offset; of what is not there, its nearest parent. `wantKey` means the key itself, not its value. */
export function offsetOf(
  contents: Node | null,
  path: readonly PropertyKey[],
  wantKey = false,
): number | undefined {
  let node: unknown = contents;
  let offset = contents?.range?.[0];
  path.forEach((key, i) => {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (pair === undefined) return;
      const isLast = i === path.length - 1;
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
      if (!(isLast && wantKey)) offset = rangeOf(node) ?? offset;
    } else if (typeof node === 'object' && node !== null && 'items' in node && Array.isArray(node.items)) {
      node = node.items[Number(key)];
      offset = rangeOf(node) ?? offset;
    }
  });
  return offset;
}

function rangeOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range))
    return undefined;
  const [start] = node.range;
  return typeof start === 'number' ? start : undefined;
}
