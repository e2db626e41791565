import type { IncidentTimes } from '#domain/incident/incident.ts';
import { lengthWords } from '#domain/length-words.ts';
import { when } from './incident-facts.ts';

type Named = keyof IncidentTimes;

/** From when to when each of the lengths goes that people compare incidents by. */
const LENGTHS: readonly { readonly name: string; readonly from: Named; readonly to: Named }[] = [
  { name: 'time to detect', from: 'started', to: 'detected' },
  { name: 'time to acknowledge', from: 'detected', to: 'acknowledged' },
  { name: 'time to mitigate', from: 'started', to: 'mitigated' },
  { name: 'time to resolve', from: 'started', to: 'resolved' },
];

/** A moment as what happened in it. */
const HAPPENED: Readonly<Record<Named, string>> = {
  started: 'it began',
  detected: 'it was detected',
  acknowledged: 'it was acknowledged',
  mitigated: 'it was mitigated',
  resolved: 'it was resolved',
};

/**
 * When it began and how long each part took, a line each: `time to detect: *2 min* (13:44)`. What is not known is said, and times that are out of order are said as they
 * stand: nobody repairs them but people.
 */
export function timeLines(times: IncidentTimes): readonly string[] {
  const { started } = times;
  const near = started ?? times.detected ?? times.acknowledged ?? times.mitigated ?? times.resolved ?? 0;
  const began = started === undefined ? 'when it began is *not known*' : `began ${dated(started)}`;
  return [began, ...LENGTHS.map(({ name, from, to }) => `${name}: ${lengthOf(times, from, to, near)}`)];
}

function lengthOf(times: IncidentTimes, from: Named, to: Named, near: number): string {
  const [a, b] = [times[from], times[to]];
  if (b === undefined) return `*not known* (nobody has said when ${HAPPENED[to]})`;
  if (a === undefined)
    return `*not known* (${HAPPENED[to]} ${when(b, near)}; when ${HAPPENED[from]} is missing)`;
  if (b < a)
    return `:warning: *out of order* (${HAPPENED[to]} ${when(b, near)}, ${lengthWords(a - b)} before ${HAPPENED[from]})`;
  const since = from === 'started' ? '' : ` after ${HAPPENED[from]}`;
  return `*${lengthWords(b - a)}*${since} (${when(b, near)})`;
}

function dated(at: number): string {
  // Far from any other moment: with its day.
  return when(at, 0);
}
