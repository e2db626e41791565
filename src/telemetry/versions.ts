import { labelKey, type Series } from '#domain/series.ts';
import { type Group, PART_LABEL, VERSION_PARTS } from '#promql/signals.ts';

/** The versions of each service of a group in an answer to `versionQuery`, sorted; services without one are left out. */
export function versionsIn(group: Group, series: readonly Series[]): ReadonlyMap<string, readonly string[]> {
  const { version } = group.preset;
  const part = (name: string) => series.filter(({ labels }) => labels[PART_LABEL] === name);
  const on = version.kind === 'targetInfo' ? version.on : [];
  // Series that name no instance cannot be joined by it: they would all be taken for the same one.
  const isInstance = ({ labels }: Series) => on.some((name) => (labels[name] ?? '') !== '');
  const versionsOfInstance = Map.groupBy(part(VERSION_PARTS.info).filter(isInstance), ({ labels }) =>
    keyBy(on, labels),
  );
  const found = new Map<string, Set<string>>();
  const add = (labels: Series['labels'], name: string | undefined) => {
    if (name === undefined || name === '') return;
    const key = keyBy(group.labels, labels);
    found.set(key, (found.get(key) ?? new Set()).add(name));
  };
  for (const { labels } of part(VERSION_PARTS.whole)) add(labels, labels[version.label]);
  for (const { labels } of part(VERSION_PARTS.series).filter(isInstance))
    for (const info of versionsOfInstance.get(keyBy(on, labels)) ?? [])
      add(labels, info.labels[version.label]);
  return new Map(
    group.services.flatMap(({ name, labels }) => {
      const versions = found.get(keyBy(group.labels, labels));
      return versions === undefined ? [] : [[name, [...versions].toSorted()] as const];
    }),
  );
}

function keyBy(names: readonly string[], labels: Series['labels']): string {
  return labelKey(Object.fromEntries(names.map((name) => [name, labels[name] ?? ''])));
}
