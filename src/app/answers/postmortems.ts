import { present } from '#domain/optional.ts';
import { failure } from '#domain/problem.ts';
import { findService } from '#domain/service.ts';
import type { Answered } from '../answer.ts';
import type { Ports } from '../ports.ts';
import { dueAction, postmortemLine } from '../postmortem-line.ts';
import type { AnswerPorts } from './answer.ts';
import { withFound } from './incidents.ts';

/** Post-mortems and action items that a list shows, and post-mortems that are looked at to count the rest. */
const SHOWN = 15;
const COUNTED = 200;
const DUE = 20;

/** The end of a timeline that is shown beside a post-mortem. */
const ENTRIES = 200;

/** Newest first, with the open action items of all of them. */
export async function postmortems(
  service: string | undefined,
  { store, catalog, clock }: Pick<Ports, 'store' | 'catalog' | 'clock'>,
): Promise<Answered> {
  if (service !== undefined && findService(catalog.current(), service) === undefined) {
    const { problem } = failure('service-unknown', `There is no service ${service}.`);
    return { answer: { kind: 'problem', problem, suggestions: ['postmortem list'] } };
  }
  const at = clock.now();
  const { zone } = catalog.current();
  const [all, open] = await Promise.all([
    store.postmortems.recent({ limit: COUNTED, ...present({ service }) }),
    store.postmortems.openActions({ limit: COUNTED }),
  ]);
  const shown = all.slice(0, SHOWN);
  const lines = await Promise.all(
    shown.map(async (postmortem) => {
      const incident = await store.incidents.get(postmortem.incident);
      return incident === undefined ? [] : [postmortemLine(incident, postmortem)];
    }),
  );
  const known = new Set(all.map(({ incident }) => incident));
  const concerned = open.filter(({ incident }) => service === undefined || known.has(incident));
  return {
    answer: {
      ...{ kind: 'postmortems', at, ...present({ service }), lines: lines.flat() },
      omitted: all.length - shown.length,
      due: concerned.slice(0, DUE).map(({ incident, item }) => dueAction(incident, item, at, zone)),
    },
  };
}

/** The post-mortem of an incident with its timeline; or why there is none. */
export async function postmortem(id: string | undefined, ports: AnswerPorts): Promise<Answered> {
  return withFound('postmortem', id, ports, async (incident) => {
    const [found, entries] = await Promise.all([
      ports.store.postmortems.get(incident.id),
      ports.store.timelines.list(incident.id, ENTRIES),
    ]);
    if (found !== undefined)
      return { answer: { kind: 'postmortem', line: postmortemLine(incident, found), entries } };
    const why = incident.status === 'resolved' ? 'is still being drafted' : 'is drafted once it is resolved';
    const { problem } = failure('words-unclear', `The post-mortem of ${incident.id} ${why}.`);
    return { answer: { kind: 'problem', problem, suggestions: [`incident show ${incident.id}`] } };
  });
}
