import type { Home } from './answer.ts';
import type { AnswerPorts } from './answers/answer.ts';
import { fleetRows } from './answers/fleet.ts';
import { openLines } from './answers/incidents.ts';
import { dueAction } from './postmortem-line.ts';

/** Incidents and action items that a Home tab shows. */
const INCIDENTS = 10;
const DUE = 20;

/** The Home tab of a person whom `mentions` mean: their own Slack id, and those of their groups. */
export async function home(user: string, mentions: ReadonlySet<string>, ports: AnswerPorts): Promise<Home> {
  const { store, catalog, clock } = ports;
  const at = clock.now();
  const { services, zone } = catalog.current();
  const [fleet, lines, actions] = await Promise.all([
    fleetRows(ports),
    openLines(ports),
    store.postmortems.openActions({ owner: user, limit: DUE }),
  ]);
  // The newest are what somebody looks for.
  const incidents = lines.toReversed().slice(0, INCIDENTS);
  return {
    at,
    fleet,
    mine: services
      .filter(({ mention }) => mention !== undefined && (mention === user || mentions.has(mention)))
      .map(({ name }) => name),
    incidents,
    omitted: lines.length - incidents.length,
    due: actions.map(({ incident, item }) => dueAction(incident, item, at, zone)),
  };
}
