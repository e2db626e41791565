import type { Problem } from '#domain/problem.ts';

/** One of each kind and place: what many questions ran into is said once. */
export function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [`${problem.code} ${problem.where}`, problem])).values()];
}
