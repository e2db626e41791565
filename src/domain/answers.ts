import type { Deploy } from './deploy.ts';

/** How many verdicts people answered, and how many of these they called right; those that said *degraded* besides. */
export type Precision = {
  readonly right: number;
  readonly answered: number;
  readonly degraded: { readonly right: number; readonly answered: number };
};

/**
 * Whether people hold a deploy's verdict for right; `undefined` while nobody said. Who calls what was found expected says that it is there,
 * so the verdict counts as right unless somebody says otherwise.
 */
export function saidRight({
  answered,
  expected,
}: Pick<Deploy, 'answered' | 'expected'>): boolean | undefined {
  return answered?.right ?? (expected === undefined ? undefined : true);
}

/** Counts what people answered. Deploys without a verdict, or that nobody answered, do not count. */
export function precisionOf(deploys: readonly Deploy[]): Precision {
  const answers = deploys.flatMap((deploy) => {
    const right = saidRight(deploy);
    const verdict = deploy.watch?.verdict?.verdict;
    return right === undefined || verdict === undefined ? [] : [{ right, verdict }];
  });
  const counted = (of: typeof answers) => ({
    right: of.filter(({ right }) => right).length,
    answered: of.length,
  });
  return { ...counted(answers), degraded: counted(answers.filter(({ verdict }) => verdict === 'degraded')) };
}
