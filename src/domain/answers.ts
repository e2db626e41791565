import type { Deploy } from './deploy.ts';

/** How many verdicts people answered, and how many of these they called right; those that said *degraded* besides. */
export type Precision = {
  readonly right: number;
  readonly answered: number;
  readonly degraded: { readonly right: number; readonly answered: number };
};

type Answers = Pick<Deploy, 'answered' | 'expected'>;

/** What people said of the verdict as it now is; what they said of another one, which it was earlier, is left out. */
export function answersOf({ answered, expected, watch }: Deploy): Answers {
  const verdict = watch?.verdict?.verdict;
  return {
    ...(answered === undefined || answered.of !== verdict ? {} : { answered }),
    ...(expected === undefined || expected.of !== verdict ? {} : { expected }),
  };
}

/**
 * Whether people hold a deploy's verdict for right; `undefined` while nobody said. Who calls what was found expected says that it is there,
 * so the verdict counts as right unless somebody says otherwise.
 */
export function saidRight(deploy: Deploy): boolean | undefined {
  const { answered, expected } = answersOf(deploy);
  return answered?.right ?? (expected === undefined ? undefined : true);
}

/** Whether a deploy was found degraded and nobody has said that this is wrong, or expected; it stands until another takes its place. */
export function standsDegraded(deploy: Deploy): boolean {
  const { watch, status } = deploy;
  const isFound = watch?.verdict?.verdict === 'degraded' && watch.state !== 'superseded';
  return (
    isFound && status !== 'failed' && saidRight(deploy) !== false && answersOf(deploy).expected === undefined
  );
}

/** Counts what people answered. Deploys without a verdict, or that nobody answered, do not count. */
export function precisionOf(deploys: readonly Deploy[]): Precision {
  const answers = deploys.flatMap((deploy) => {
    const right = saidRight(deploy);
    return right === undefined ? [] : [{ right, verdict: deploy.watch?.verdict?.verdict }];
  });
  const counted = (of: typeof answers) => ({
    right: of.filter(({ right }) => right).length,
    answered: of.length,
  });
  return { ...counted(answers), degraded: counted(answers.filter(({ verdict }) => verdict === 'degraded')) };
}
