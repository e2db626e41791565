/** A look at part of what comes after a change: at `steps` of its steps, with a share `alpha` of the false alarms that are allowed. */
export type Look = { readonly steps: number; readonly alpha: number };

/**
 * At most so many ordinary moments may be called a change by the whole watch of one signal. The house’s promise is 1 % of harmless deploys; what is not spent here
 * pays for series that are not as ordinary as their past.
 */
export const FALSE_ALARMS = 0.008;

/**
 * What all signals of a deploy may spend together. Counts spend less than they may: what scatters is divided out, and the placebo has to agree, so that a watch of all signals calls fewer than
 * 1 % of harmless deploys degraded (ADR 11 has the figures).
 */
export const DEPLOY_ALARMS = 0.01;

/** Shares of what comes after at which gauges are looked at, and what part of the false alarms each may spend. */
const GAUGE_LOOKS = [
  { share: 0.2, spends: 0.05 },
  { share: 1 / 3, spends: 0.05 },
  { share: 0.53, spends: 0.05 },
  { share: 0.73, spends: 0.05 },
  { share: 1, spends: 0.8 },
] as const;

/**
 * Looks at gauges over `after` steps: most may be spent at the end, where most is known, and a little early, for what is beyond everything that was
 * ever seen (O’Brien and Fleming 1979, by a table: neighbouring looks see nearly the same, so that their sum is an upper bound).
 */
export function gaugeLooks(after: number, alpha: number = FALSE_ALARMS): readonly Look[] {
  const looks = GAUGE_LOOKS.map(({ share, spends }) => ({
    steps: Math.max(1, Math.round(share * after)),
    alpha: spends * alpha,
  }));
  return looks.filter(({ steps }, i) => steps >= Math.min(3, after) && steps !== looks[i + 1]?.steps);
}

/**
 * What each of `looks` evenly spaced looks at counts may spend: α·(tᵏ − tᵏ⁻¹) of the information time t with the power family of Kim and DeMets (1987),
 * exponent 3: little at first, most at the end.
 */
export function countLooks(after: number, alpha: number): readonly Look[] {
  const spent = (steps: number) => alpha * (steps / after) ** 3;
  return Array.from({ length: after }, (_, i) => ({ steps: i + 1, alpha: spent(i + 1) - spent(i) }));
}
