import type { HomeView, KnownBlock } from '@slack/types';
import type { FleetStatusRow, Home } from '#app/answer.ts';
import type { IncidentLine } from '#app/incident-answers.ts';
import { budgetShort } from '#domain/budget/words.ts';
import type { Instant } from '#domain/time.ts';
import { context, packed, plain, section, time } from '../blocks.ts';
import { counted, HEALTH, healthCounts, readingLine } from './figures.ts';
import { button, INCIDENT_ACTION } from './incident-buttons.ts';
import { rowOf } from './incidents.ts';
import { dueBlocks } from './postmortems.ts';

const WORST = 5;
const MINE = 10;
const INCIDENTS = 10;
/** Each takes two blocks. */
const ACTIONS = 15;

/** The Home tab of one person: what is open first, then what they have to do, their services, and how the fleet does. */
export function homeView({ at, fleet, mine, incidents, omitted, due }: Home): HomeView {
  const { rows } = fleet;
  const own = new Set(mine);
  const blocks: KnownBlock[] = [
    section(fleetWords(rows)),
    { type: 'actions', elements: [button('Declare incident', INCIDENT_ACTION.homeDeclare, 'home')] },
    ...incidentParts(incidents, omitted, at),
    ...dueBlocks(due, ACTIONS),
    ...serviceParts(
      mine.length === 0 ? '' : '*My services*',
      rows.filter(({ service }) => own.has(service)),
      MINE,
    ),
    ...serviceParts(
      '*Worst of the others*',
      rows.filter(({ service, health }) => !own.has(service) && health !== 'healthy'),
      WORST,
    ),
    context(
      `as of ${time(at)}${due.length === 0 ? ' · nothing is due for you' : ''} · \`/obs help\` says what else I answer`,
    ),
  ];
  return { type: 'home', blocks };
}

function fleetWords(rows: readonly FleetStatusRow[]): string {
  if (rows.length === 0) return '*No service is configured yet.*';
  return `*${counted(rows.length, 'service')}*, last 5 min · ${healthCounts(rows).join(' · ')}`;
}

/** Open incidents, each with the way to write into it. */
function incidentParts(
  incidents: readonly IncidentLine[],
  omitted: number,
  at: Instant,
): readonly KnownBlock[] {
  const shown = incidents.slice(0, INCIDENTS);
  const more = omitted + incidents.length - shown.length;
  if (shown.length === 0) return [section('No incident is open.')];
  return [
    section('*Open incidents*'),
    ...shown.map((line): KnownBlock => {
      const text = section(rowOf(line, at));
      const update = button('Update', INCIDENT_ACTION.update, line.incident.id);
      return text.type === 'section' ? { ...text, accessory: update } : text;
    }),
    ...(more > 0 ? [context(`and ${more} more: \`/obs incident\``)] : []),
  ];
}

function serviceParts(title: string, rows: readonly FleetStatusRow[], most: number): readonly KnownBlock[] {
  if (rows.length === 0 || title === '') return [];
  const more = rows.length - most;
  return [
    ...packed([title, ...rows.slice(0, most).map(serviceLine)]),
    ...(more > 0 ? [context(`and ${more} more: \`/obs status\``)] : []),
  ];
}

function serviceLine({ service, health, reading, alerts, budget }: FleetStatusRow): string {
  const { emoji, word } = HEALTH[health];
  return [
    `${emoji} *${plain(service, 80)}* ${word}`,
    // The state has said it already.
    ...(health === 'noData' ? [] : [readingLine(reading, ['errorRatio', 'p99', 'rate'])]),
    ...(budget === undefined ? [] : [`budget ${budgetShort(budget)}`]),
    ...(alerts.length === 0 ? [] : [counted(alerts.length, 'open alert')]),
  ].join(' · ');
}
