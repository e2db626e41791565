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

/** A look at a gauge at `steps` of the steps after; what it comes to is divided by its `handicap` before looks are held against the one bound that all of them share. */
export type GaugeLook = { readonly steps: number; readonly handicap: number };

/** Shares of what comes after at which gauges are looked at. */
const GAUGE_LOOKS = [
  { share: 0.2, handicap: 3 },
  { share: 0.4, handicap: 3 },
  { share: 0.67, handicap: 2 },
  { share: 1, handicap: 1 },
] as const;

/** Looks at gauges over `after` steps: early ones only call what is far beyond anything that was ever seen, so that nearly all may be spent at the end, where most is known. */
export function gaugeLooks(after: number): readonly GaugeLook[] {
  const looks = GAUGE_LOOKS.map(({ share, handicap }) => ({
    steps: Math.max(1, Math.round(share * after)),
    handicap,
  }));
  return looks.filter(({ steps }, i) => steps >= Math.min(3, after) && steps !== looks[i + 1]?.steps);
}

/** A long watch is looked at no more often: more looks find hardly anything earlier, and each costs all ordinary moments. */
const MOST_LOOKS = 20;

/**
 * What each of `looks` evenly spaced looks at counts may spend: α·(tᵏ − tᵏ⁻¹) of the information time t with the power family of Kim and DeMets (1987),
 * exponent 3: little at first, most at the end.
 */
export function countLooks(after: number, alpha: number): readonly Look[] {
  const looks = Math.min(after, MOST_LOOKS);
  const spent = (look: number) => alpha * (look / looks) ** 3;
  return Array.from({ length: looks }, (_, i) => ({
    steps: Math.round(((i + 1) * after) / looks),
    alpha: spent(i + 1) - spent(i),
  }));
}
