import type { TaskReportMessage } from '#app/message.ts';
import type { ReportEvidence } from '#domain/agent-task/report.ts';
import type { Unit } from '#domain/signal.ts';
import { formatNumber, formatValue } from '#domain/units.ts';
import { code, link, plain, time, webAddress } from '../blocks.ts';
import { counted } from './figures.ts';
import { within } from './quoted.ts';

/** Room in Slack’s characters. */
const ROOM = { what: 140, query: 140, address: 160 } as const;

/** What speaks for a hypothesis, a line each: the agent’s words, then what can be checked: value, stretch of time, picture, link, query. Of more than `most` pieces the others are counted. */
export function evidenceLines(
  evidence: readonly ReportEvidence[],
  most: number,
  known: Pick<TaskReportMessage, 'units' | 'pictures'>,
): readonly string[] {
  const lines = evidence.slice(0, most).map((one) => `• ${evidenceLine(one, known)}`);
  const more = evidence.length - lines.length;
  return more === 0 ? lines : [...lines, `and ${counted(more, 'more piece')} of evidence`];
}

function evidenceLine(
  { what, query, range, value, snapshot, url }: ReportEvidence,
  { units, pictures }: Pick<TaskReportMessage, 'units' | 'pictures'>,
): string {
  // A query may be called as what every object has: `toString`.
  const unit = query !== undefined && Object.hasOwn(units, query) ? units[query] : undefined;
  const address = webAddress(url);
  return [
    within(ROOM.what, (room) => plain(what, room)) || 'no words',
    ...valueWords(value, unit, what),
    ...(range === undefined ? [] : [`${time(range.from)} to ${time(range.to)}`]),
    ...(snapshot === undefined ? [] : [pictureWords(snapshot, pictures)]),
    ...(address === undefined || address.length > ROOM.address ? [] : [link(address, hostOf(address))]),
    ...(query === undefined ? [] : [within(ROOM.query, (room) => code(query, room))]),
  ].join(' · ');
}

/** A value of which nobody knows the unit is shown where the words have no figure of their own. */
function valueWords(value: number | undefined, unit: Unit | undefined, what: string): readonly string[] {
  if (value === undefined) return [];
  if (unit !== undefined) return [`*${formatValue(value, unit)}*`];
  return /\d/.test(what) ? [] : [`value *${formatNumber(value)}*`];
}

/** A picture by its id, with which it can be asked for again as data. */
function pictureWords(id: string, kept: readonly string[]): string {
  return kept.includes(id) ? `picture ${code(id, 40)}` : `a picture ${code(id, 40)} that I do not have`;
}

/** A link says where it leads: its words are not the agent’s. */
function hostOf(address: string): string {
  return new URL(address).host;
}
