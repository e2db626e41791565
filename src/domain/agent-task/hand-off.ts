import type { Similar } from '../incident/similar.ts';
import type { Labels } from '../series.ts';
import type { Unit } from '../signal.ts';
import type { Instant, Range } from '../time.ts';
import type { Onset } from '../verdict/verdict.ts';

/** What was read for a task: a query as it was sent, and what it gave, in few numbers. */
export type HandOffEvidence = {
  /** What it shows, in words of ours. */
  readonly title: string;
  readonly query: string;
  /** The name of the source that was asked. */
  readonly source: string;
  readonly range: Range;
  readonly unit: Unit;
  /** What it came to before, where there is something to be compared with. */
  readonly baseline?: { readonly range: Range; readonly value: number };
  /** What it came to in `range`; absent where nothing was there. */
  readonly value?: number;
  /** The picture that holds the series point by point. */
  readonly snapshot?: string;
};

/** Something that changed before or while it began, the likeliest cause first. */
export type HandOffChange = {
  readonly kind: 'deploy' | 'flag';
  readonly id: string;
  readonly service?: string;
  /** Whether it is the service's own, or that of one it depends on. */
  readonly relation: 'own' | 'dependency';
  /** What it is, such as `checkout v1.4.2`; plain text from outside. */
  readonly what: string;
  readonly at: Instant;
  readonly actor?: string;
  readonly url?: string;
  /** The verdict on it, in one word. */
  readonly verdict?: string;
  /** It was shown to do harm by itself: those whom it changed do worse than those whom it did not. */
  readonly isProven?: true;
};

/** What agents are handed with a task. What it says of alerts, deploys and flags holds texts from outside, its headline too. */
export type HandOff = {
  readonly at: Instant;
  readonly observed: {
    /** What is wrong, in one sentence, with the figures. */
    readonly headline: string;
    readonly summary?: string;
    readonly description?: string;
    readonly labels: Labels;
    /** The expression that fired, where it is known. */
    readonly expression?: string;
  };
  /** When it began by the data. */
  readonly began?: Onset;
  readonly evidence: readonly HandOffEvidence[];
  readonly changes: readonly HandOffChange[];
  readonly similar: readonly (Similar & { readonly title: string })[];
  /** Other alerts that fire now, of the service and of what it depends on. */
  readonly alsoFiring: readonly { readonly id: string; readonly name: string; readonly service?: string }[];
  /** Other tasks about the same service that are not over: what is found for one is likely what the others look for. */
  readonly related?: readonly { readonly task: string; readonly title: string }[];
  readonly links: readonly { readonly title: string; readonly url: string }[];
  /** What could not be read, each in a sentence. */
  readonly missing: readonly string[];
};
