import type { KnownBlock } from '@slack/types';
import type { DigestAnswer } from '#app/digest-answers.ts';
import { ASPECTS } from '#domain/coverage.ts';
import { isOpen } from '#domain/incident/incident.ts';
import { lengthWords } from '#domain/length-words.ts';
import { context, plain, section } from '../blocks.ts';
import { ASPECT } from './coverage.ts';
import { counted } from './figures.ts';

/** Incidents and action items that are named. */
const INCIDENTS = 5;
const ACTIONS = 5;
const LACKING = 3;

/** What the figures mean (the DORA keys, as far as senders tell them). */
const DEFINITIONS =
  '_Deploys_ that succeeded where they are watched, without rollbacks. _Failed_: the verdict stands degraded, or it was rolled back, or an incident or post-mortem names it. _Time to restore_: from the start of the harm to its mitigation, else its resolution. _Lead time_ is not known: no sender says when a change was committed.';

/** How delivery went, what happened, and what is late. */
export function deliveryBlocks(answer: DigestAnswer): readonly KnownBlock[] {
  const lines = [
    ...[deployWords(answer), verdictWords(answer), incidentWords(answer)],
    ...[...actionWords(answer), ...lackWords(answer)],
  ];
  return [section(lines.join('\n')), context(DEFINITIONS)];
}

/** `*Deploys*: 41, 5.9 a day · 2 failed: change-failure rate 4.9 %`. */
function deployWords({ delivery }: DigestAnswer): string {
  const { deploys, perDay, failed, failureRate, restored, timeToRestore } = delivery;
  const rate = failureRate === undefined ? '' : `, ${aDay(perDay)} a day`;
  return [
    `*Deploys*: ${deploys === 0 ? 'none' : deploys}${rate}`,
    ...(failureRate === undefined
      ? []
      : [`${failed === 0 ? 'none' : failed} failed: change-failure rate ${shareWords(failureRate)}`]),
    ...(timeToRestore === undefined
      ? ['time to restore: nothing was resolved']
      : [`time to restore, median of ${restored}: ${lengthWords(timeToRestore)}`]),
  ].join(' · ');
}

function verdictWords({ verdicts: { told, degraded, precision } }: DigestAnswer): string {
  if (told === 0) return '*Verdicts*: none';
  const { right, answered } = precision;
  const said =
    answered === 0
      ? 'nobody said whether they were right'
      : `right ${right} of ${answered} that people answered`;
  return `*Verdicts*: ${told}, ${degraded === 0 ? 'none' : degraded} degraded · ${said}`;
}

function incidentWords({ incidents }: DigestAnswer): string {
  if (incidents.length === 0) return '*Incidents*: none';
  const open = incidents.filter(isOpen).length;
  const named = incidents
    .slice(0, INCIDENTS)
    .map(({ id, title, severity }) => `${id} ${plain(title, 60)} (${severity.replace('sev', 'sev ')})`);
  const more = incidents.length > named.length ? ` and ${incidents.length - named.length} more` : '';
  return `*Incidents*: ${incidents.length}, ${open === 0 ? 'none' : open} open · ${named.join(', ')}${more}`;
}

/** Nothing where nothing is late. */
function actionWords({ actions, overdue }: DigestAnswer): readonly string[] {
  if (overdue === 0) return [];
  const named = actions
    .slice(0, ACTIONS)
    .map(
      ({ incident, item }) =>
        `${plain(item.title, 60)} (${incident}${item.due === undefined ? '' : `, ${plain(item.due, 20)}`})`,
    );
  const more = overdue > named.length ? ` and ${overdue - named.length} more` : '';
  return [`*Overdue actions*: ${counted(overdue, 'item')}: ${named.join(', ')}${more}`];
}

/** Who cannot be seen well is named: what is not measured cannot be well. */
function lackWords({ lacking, complete }: DigestAnswer): readonly string[] {
  if (lacking.length === 0) return [];
  const named = lacking.slice(0, LACKING).map(({ service, aspects }) => {
    const missing = ASPECTS.filter((aspect) => aspects[aspect] !== 'yes').map((aspect) => ASPECT[aspect]);
    return `${plain(service, 60)} (${missing.join(', ')})`;
  });
  return [
    `*Least observed*: ${named.join(', ')} · ${complete === 0 ? 'none' : complete} lack nothing, \`/obs coverage\` has all`,
  ];
}

function aDay(rate: number): string {
  return `${Number(rate.toFixed(rate < 9.95 ? 1 : 0))}`;
}

function shareWords(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}
