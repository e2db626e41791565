import { z } from 'zod';
import { failure, type Problem } from '#domain/problem.ts';

/** The three ways in which a body may say who has a flag: of everybody 0 to 1, 0 to 100, or all and nobody. */
export const SHARES = {
  share: z.number().min(0).max(1).optional(),
  percent: z.number().min(0).max(100).optional(),
  enabled: z.boolean().optional(),
};

export type Shares = {
  readonly share?: number | undefined;
  readonly percent?: number | undefined;
  readonly enabled?: boolean | undefined;
};

/** The share that they agree on; `enabled` means all or nobody where it stands alone. */
export function shareIn({ share, percent, enabled }: Shares): number | undefined {
  if (share !== undefined) return share;
  if (percent !== undefined) return percent / 100;
  return enabled === undefined ? undefined : Number(enabled);
}

/** Where they do not agree: each problem names both. */
export function contradictionsIn({ share, percent, enabled }: Shares): readonly Problem[] {
  const given = [
    ...(share === undefined ? [] : [{ name: 'share', value: share, of: share }]),
    ...(percent === undefined ? [] : [{ name: 'percent', value: percent, of: percent / 100 }]),
  ];
  const [first, second] = given;
  const differ = first !== undefined && second !== undefined && Math.abs(first.of - second.of) > 1e-9;
  return [
    ...(differ
      ? [contradiction(`share: ${first.value} and percent: ${second.value} differ`, 'percent')]
      : []),
    ...given
      .filter(({ of }) => enabled === false && of > 0)
      .map(({ name, value }) =>
        contradiction(
          `enabled: false means that nobody has the flag, ${name}: ${value} that somebody has`,
          name,
        ),
      ),
  ];
}

function contradiction(what: string, where: string): Problem {
  return failure('body-invalid', `${what}.`, { where }).problem;
}
