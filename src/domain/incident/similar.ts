import type { Labels } from '../series.ts';
import type { Duration, Instant } from '../time.ts';
import type { TriggerKind } from './postmortem.ts';

/** What something is compared by: an alert that just fired, or an incident. `text` is all words that describe it. */
export type Facets = {
  readonly services: readonly string[];
  readonly alerts: readonly string[];
  readonly labels: Labels;
  readonly trigger?: { readonly kind: TriggerKind; readonly subject?: string };
  readonly text: string;
};

/** An earlier incident as it is compared. `textRank` is how well its words fit, 0 (not at all) to 1 (best of all). */
export type Candidate = {
  readonly incident: string;
  readonly at: Instant;
  readonly facets: Facets;
  readonly textRank: number;
};

/** What two have in common. */
export type Likeness =
  | { readonly kind: 'alert'; readonly name: string }
  | { readonly kind: 'service'; readonly name: string }
  | { readonly kind: 'label'; readonly name: string; readonly value: string }
  | { readonly kind: 'trigger'; readonly trigger: TriggerKind; readonly subject?: string }
  | { readonly kind: 'text' };

/** An earlier incident, how alike it is (0…1), and why, the weightiest first. */
export type Similar = {
  readonly incident: string;
  readonly score: number;
  readonly why: readonly Likeness[];
  /** How long ago it began. */
  readonly ago: Duration;
};
