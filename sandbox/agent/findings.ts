import type { Case, Reading } from './case.ts';
import { proportion, type Suspect } from './ranking.ts';

/** A report as `report_task` takes it. */
export type Findings = {
  readonly summary: string;
  readonly hypotheses: readonly {
    readonly cause: { readonly kind: 'deploy' | 'flag'; readonly reference: string };
    readonly statement: string;
    readonly confidence: number;
    readonly evidence: readonly Evidence[];
  }[];
  readonly suggestions: readonly string[];
};

type Evidence = {
  readonly what: string;
  readonly query?: string;
  readonly range?: { readonly from: string; readonly to: string };
  readonly value?: number;
  readonly snapshot?: string;
};

/** What is less likely is not worth anybody's time. */
const WORTH = 0.05;
const MOST = 3;
/** Pieces of evidence. */
const PIECES = 6;
/** A signal that changed by less is as it was. */
const SAME = 1.25;

/** What was found of a case, in words with their evidence: the suspects by rank, what changed, what did not. */
export function findings(
  { service, title }: Case,
  suspects: readonly Suspect[],
  harm: Reading | undefined,
  readings: readonly Reading[],
): Findings {
  if (harm?.onset === undefined)
    return {
      summary: `Of ${title}: I found no moment at which a signal changed, so I cannot say what caused it. ${watched(readings)}`,
      ...{ hypotheses: [], suggestions: ['Look at the pictures in the thread, and at what nobody reports.'] },
    };
  const worth = suspects.filter(({ confidence }) => confidence >= WORTH).slice(0, MOST);
  const [first] = worth;
  const began = `${capital(harm.signal)} of ${harm.service} went from ${figures(harm)} at ${clock(harm.onset.at)} UTC (±${seconds(harm.onset.plusMinus)})`;
  const hypotheses = worth.map(({ change, confidence, ahead }, i) => ({
    cause: { kind: change.kind, reference: change.id },
    statement: `${capital(harm.signal)} of ${harm.service} ${harm.after > harm.before ? 'rose' : 'fell'} ${distance(ahead)} ${change.what} ${change.kind === 'deploy' ? 'was rolled out' : 'was changed'}.${i === 0 ? ` ${others(suspects)}` : ''}`,
    confidence: Math.round(confidence * 100) / 100,
    evidence:
      i === 0
        ? [harm, ...readings.filter((one) => one !== harm && isMoved(one, service))]
            .slice(0, PIECES)
            .map(evidenceOf)
        : [],
  }));
  return {
    summary:
      first === undefined
        ? `${began}. No deploy or flag change that I know of came shortly before.`
        : `${began}, ${distance(first.ahead)} ${first.change.what}. ${stillWords(service, readings)}`.trim(),
    hypotheses,
    suggestions: first === undefined ? [] : [suggestion(first)],
  };
}

function suggestion({ change }: Suspect): string {
  return change.kind === 'deploy'
    ? `Roll ${change.what} back, and see whether it ends.`
    : `Take ${change.what} back, and see whether it ends.`;
}

/** Whether a signal is another than it was; of another service it has to be seen when it became so. */
function isMoved(reading: Reading, service: string | undefined): boolean {
  return proportion(reading) >= SAME && (reading.service === service || reading.onset !== undefined);
}

/** What was looked at and is as it was. */
function stillWords(service: string | undefined, readings: readonly Reading[]): string {
  const still = [
    ...new Set(
      readings
        .filter((one) => !readings.some((other) => other.service === one.service && isMoved(other, service)))
        .map((one) => one.service),
    ),
  ];
  const near = still.filter((name) => name !== service);
  return near.length === 0 ? '' : `${near.join(' and ')}, beside it, did not change.`;
}

function watched(readings: readonly Reading[]): string {
  return readings.length === 0
    ? 'There was nothing to compare.'
    : `I compared ${readings.map(({ signal, service }) => `${signal} of ${service}`).join(', ')}.`;
}

function others(suspects: readonly Suspect[]): string {
  const next = suspects[1];
  return next === undefined
    ? 'No other change is known.'
    : `The next closest change is ${next.change.what}, ${Math.abs(next.ahead) < 1000 ? 'at the same time' : `${seconds(Math.abs(next.ahead))} ${next.ahead > 0 ? 'before' : 'after'} it began`}.`;
}

function evidenceOf(reading: Reading): Evidence {
  const { signal, service, query, range, after, snapshot } = reading;
  return {
    what: `${signal} of ${service}: ${figures(reading)}`,
    value: after,
    ...(query === undefined ? {} : { query }),
    ...(range === undefined
      ? {}
      : { range: { from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() } }),
    ...(snapshot === undefined ? {} : { snapshot }),
  };
}

function figures({ before, after, unit }: Reading): string {
  return `${figure(before, unit)} to ${figure(after, unit)}`;
}

function figure(value: number, unit: string | undefined): string {
  const short = (number: number) => Number(number.toPrecision(2)).toString();
  if (unit === 'ratio') return `${short(value * 100)} %`;
  if (unit === 'seconds') return value < 1 ? `${Math.round(value * 1000)} ms` : `${short(value)} s`;
  return unit === 'perSecond' ? `${short(value)} /s` : short(value);
}

function distance(ahead: number): string {
  return ahead >= 0 ? `${seconds(ahead)} after` : `${seconds(-ahead)} before`;
}

function seconds(length: number): string {
  const all = Math.round(length / 1000);
  return all < 90 ? `${all} s` : `${Math.round(all / 60)} min`;
}

function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}

function capital(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
