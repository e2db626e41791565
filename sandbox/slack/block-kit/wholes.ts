import { elementsOf, type Placed } from './answers.ts';

/** What Slack has against elements as parts of a whole: ids that stand twice in a block, first choices that are no options, two that want the focus. */
export function faultsOfWhole(blocks: readonly unknown[], at: string): readonly string[] {
  const all = elementsOf(blocks);
  const twice = all.find(
    (one, i) =>
      all.findIndex((other) => other.blockId === one.blockId && other.actionId === one.actionId) < i,
  );
  const focused = all.filter(({ element }) => element.focus_on_load === true);
  return [
    ...(twice === undefined
      ? []
      : [`action_id ${twice.actionId} already exists for block_id ${twice.blockId} [json-pointer:${at}]`]),
    ...(focused.length > 1 ? [`only one element may have focus_on_load [json-pointer:${at}]`] : []),
    ...all.flatMap((placed) =>
      startsElsewhere(placed)
        ? [`initial option of ${placed.actionId} must match one of its options [json-pointer:${at}]`]
        : [],
    ),
  ];
}

function startsElsewhere({ element }: Placed): boolean {
  if (String(element.type).includes('external')) return false;
  const { initial_option: one, initial_options: many, options, option_groups: groups } = element;
  const firsts = [...(one === undefined ? [] : [one]), ...(Array.isArray(many) ? many : [])];
  const known = [
    ...(Array.isArray(options) ? options : []),
    ...(Array.isArray(groups) ? groups.flatMap((group) => group.options) : []),
  ].map((option) => JSON.stringify(sorted(option)));
  return firsts.some((first) => !known.includes(JSON.stringify(sorted(first))));
}

/** The same whatever the order of its properties; Slack compares text, value and description, not `emoji`. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .filter(([name]) => name !== 'emoji')
    .map(([name, inner]) => [name, sorted(inner)])
    .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}
