import type { AlertEpisode } from '../alert.ts';
import type { Labels } from '../series.ts';
import type { Duration, Instant } from '../time.ts';
import { identifying } from './identifying.ts';
import type { TriggerKind } from './postmortem.ts';
import { wordsOf } from './words.ts';

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

/** What an alert is compared by: its name, its service, the labels that identify it, and what it says. */
export function facetsOfAlert(episode: AlertEpisode): Facets {
  const { name, service, groupLabels, labels, annotations, alerts } = episode;
  const said = { ...alerts[0]?.annotations, ...annotations };
  return {
    services: service === undefined ? [] : [service],
    alerts: [name],
    labels: identifying({ ...groupLabels, ...labels }),
    text: [name, ...DESCRIBING.map((one) => said[one] ?? '')].filter((text) => text !== '').join('\n'),
  };
}

/** Annotations that describe; others are addresses of runbooks and dashboards. */
const DESCRIBING = ['summary', 'description', 'message', 'title'] as const;

/** What each of these counts for in a likeness of 1. */
export const WEIGHTS = { alert: 0.35, service: 0.25, labels: 0.2, text: 0.2, trigger: 0.15 } as const;

/** Less alike is not similar: no single one of the above reaches it, nor what any two alerts of one template share. */
export const FLOOR = 0.5;

/** So much rarity in the words that are shared is half as good as any amount: it takes two words that few others have. */
const HALF_CONVINCED = 4;

/** A text that adds less is no reason to be told. */
const WORTH_TELLING = 0.05;

/**
 * Earlier incidents that are like these facets, the most alike first. Likeness is a sum of shares (0…1) by weight:
 *
 *     0.35 alert + 0.25 service + 0.2 labels + 0.2 text [+ 0.15 trigger], where a trigger is known all of it ÷ 1.15
 *
 * - alert, service: how many of the names are shared, of the fewer that either has. The same alert of the same service is the best sign there is (0.6); either one
 *   alone is none, because services have many alerts, and alerts of one name watch many services.
 * - labels: the rarity of the shared ones ÷ that of all of them. Rarity is ln((N + 2) / (n + 1)) for what `n` of the `N` candidates have: that both are in
 *   production says nothing, that both are of the queue `invoices` nearly all.
 * - text: half by the rarity of the shared words ÷ that of all words, half by `textRank`; times e ÷ (e + 4) for `e`, the rarity of the shared words, so that a few
 *   words that many have convince nobody. A word is as rare as it is among all candidates or among those with the same alert, whichever is less: what an alert's rule
 *   says comes with its name, and counts once.
 * - trigger: the same kind and the same subject 1, the same kind alone ⅓.
 *
 * What has no alert is told by its words: they get its weight too. What has no service is told by its labels. Below 0.5 nothing is similar, however little else there
 * is: a new alert with three strangers beneath it is worse than one with nothing. Scores are rounded to 0.01; of equal ones the latest comes first.
 */
export function rankSimilar(
  facets: Facets,
  candidates: readonly Candidate[],
  now: Instant,
): readonly Similar[] {
  const all = candidates.map((candidate) => ({ candidate, words: wordsOf(candidate.facets.text) }));
  const wordRarity = wordRarities(facets, all);
  const labels = Object.entries(facets.labels);
  const labelRarity = raritiesOf(
    labels.map(([name]) => name),
    (name) => candidates.filter((other) => other.facets.labels[name] === facets.labels[name]).length,
    candidates.length,
  );
  const weights = weightsFor(facets);
  return all
    .map(({ candidate, words: theirs }) => {
      const parts = [
        ...named('alert', facets.alerts, candidate.facets.alerts, weights.alert),
        ...named('service', facets.services, candidate.facets.services, weights.service),
        ...labelled(labels, candidate.facets.labels, labelRarity, weights.labels),
        ...triggered(facets, candidate.facets, weights.trigger),
        ...worded(theirs, candidate.textRank, wordRarity, weights.text),
      ];
      const sum = parts.reduce((total, { part }) => total + part, 0);
      return {
        at: candidate.at,
        similar: {
          incident: candidate.incident,
          score: Math.round((100 * sum) / weights.all) / 100,
          why: parts
            .filter(({ likeness, part }) => likeness.kind !== 'text' || part >= WORTH_TELLING)
            .toSorted((a, b) => b.part - a.part)
            .map(({ likeness }) => likeness),
          ago: now - candidate.at,
        },
      };
    })
    .filter(({ similar }) => similar.score >= FLOOR)
    .toSorted(
      (a, b) =>
        b.similar.score - a.similar.score ||
        b.at - a.at ||
        (a.similar.incident < b.similar.incident ? -1 : 1),
    )
    .map(({ similar }) => similar);
}

type Worded = { readonly candidate: Candidate; readonly words: ReadonlySet<string> };
type Part = { readonly likeness: Likeness; readonly part: number };
type Rarities = ReadonlyMap<string, number>;

/** What counts for how much, and all of it together. */
export function weightsFor({ alerts, services, trigger }: Omit<Facets, 'text' | 'labels'>) {
  const { alert, service, labels, text } = WEIGHTS;
  return {
    alert: alerts.length === 0 ? 0 : alert,
    service: services.length === 0 ? 0 : service,
    labels: labels + (services.length === 0 ? service : 0),
    text: text + (alerts.length === 0 ? alert : 0),
    trigger: trigger === undefined ? 0 : WEIGHTS.trigger,
    all: 1 + (trigger === undefined ? 0 : WEIGHTS.trigger),
  };
}

function wordRarities({ text, alerts }: Facets, all: readonly Worded[]): Rarities {
  const words = wordsOf(text);
  const among = (some: readonly Worded[]) =>
    raritiesOf(words, (word) => some.filter((other) => other.words.has(word)).length, some.length);
  const same = all.filter(({ candidate }) => alerts.some((name) => candidate.facets.alerts.includes(name)));
  const [rarities, ofAlert] = [among(all), among(same)];
  if (same.length === 0) return rarities;
  return new Map(
    [...rarities].map(([word, rarity]) => [word, Math.min(rarity, ofAlert.get(word) ?? rarity)]),
  );
}

function raritiesOf(names: Iterable<string>, countOf: (name: string) => number, all: number): Rarities {
  return new Map([...names].map((name) => [name, Math.log((all + 2) / (countOf(name) + 1))]));
}

function named(
  kind: 'alert' | 'service',
  ours: readonly string[],
  theirs: readonly string[],
  weight: number,
): readonly Part[] {
  const shared = ours.filter((name) => theirs.includes(name));
  const part = weight / Math.min(ours.length, theirs.length);
  return shared.map((name) => ({ likeness: { kind, name }, part }));
}

function labelled(
  ours: readonly (readonly [string, string])[],
  theirs: Labels,
  rarities: Rarities,
  weight: number,
): readonly Part[] {
  const all = sumOf(rarities.values());
  return ours
    .filter(([name, value]) => theirs[name] === value)
    .map(([name, value]) => ({
      likeness: { kind: 'label', name, value },
      part: (weight * (rarities.get(name) ?? 0)) / all,
    }));
}

function triggered({ trigger }: Facets, { trigger: theirs }: Facets, weight: number): readonly Part[] {
  if (trigger === undefined || trigger.kind !== theirs?.kind) return [];
  if (trigger.subject === undefined || trigger.subject !== theirs.subject)
    return [{ likeness: { kind: 'trigger', trigger: trigger.kind }, part: weight / 3 }];
  const { kind, subject } = trigger;
  return [{ likeness: { kind: 'trigger', trigger: kind, subject }, part: weight }];
}

function worded(
  theirs: ReadonlySet<string>,
  textRank: number,
  rarities: Rarities,
  weight: number,
): readonly Part[] {
  const shared = sumOf([...rarities].flatMap(([word, rarity]) => (theirs.has(word) ? [rarity] : [])));
  if (shared === 0) return [];
  const fit = (shared / sumOf(rarities.values()) + textRank) / 2;
  return [{ likeness: { kind: 'text' }, part: (weight * fit * shared) / (shared + HALF_CONVINCED) }];
}

function sumOf(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
