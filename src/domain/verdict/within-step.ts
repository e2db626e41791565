/**
 * How far into its first step a change began, 0…1, by how much of that step is on the new level: a change in the middle of a step moves its mean by half. `at(i)` is the mean of
 * step i, `index` the first step that is told from those before; what of the step before it is on the new level already counts too. Means of all earlier and of all later steps are the levels.
 */
export function stepsIntoChange(
  index: number,
  at: (step: number) => number,
  levels: { readonly before: number; readonly after: number },
): number {
  const rise = levels.after - levels.before;
  if (!Number.isFinite(rise) || rise === 0) return 0;
  const onNewLevel = (step: number) => {
    const share = (at(step) - levels.before) / rise;
    return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
  };
  const first = onNewLevel(index);
  // Below half it is chance as likely as the beginning.
  const earlier = first >= 1 && onNewLevel(index - 1) > 0.5 ? onNewLevel(index - 1) : 0;
  return 1 - first - earlier;
}
