import { z } from 'zod';
import type { Ports } from '#app/ports.ts';
import type { IncidentChange } from '#domain/event.ts';
import { whyNotChanged } from '#domain/incident/machine.ts';
import { present } from '#domain/optional.ts';
import { failure, type Outcome, success } from '#domain/problem.ts';
import { findService } from '#domain/service.ts';
import { incidentOf } from '../contract/incidents.ts';
import {
  RequestId,
  RoleName,
  SentTimes,
  Services,
  Severity,
  Status,
  Title,
  UserId,
  Words,
} from '../contract/sent.ts';
import { timeOf } from '../contract/values.ts';
import { IncidentWritten } from '../contract/written.ts';
import { type Operation, operation } from '../operation.ts';
import { noService, shown } from './names.ts';
import { IncidentId, Text } from './query.ts';
import { actorOf, conflict, write } from './write.ts';

type Needed = Pick<Ports, 'store' | 'catalog' | 'clock'>;

const Subject = z
  .strictObject({
    kind: z.enum(['alert', 'deploy', 'rollout'], { error: 'Expected alert, deploy or rollout.' }),
    id: Text.describe('Its id.'),
  })
  .describe('What it is declared from: its alert, deploy or rollout.');

/** What machines do to incidents. */
export function incidentWrites(ports: Needed): readonly Operation[] {
  return [declareIncident(ports), updateIncident(ports)];
}

function declareIncident(ports: Needed): Operation {
  const { store, clock } = ports;
  return operation({
    name: 'declare_incident',
    method: 'POST',
    path: '/api/v1/incidents',
    summary: 'Declares an incident; what has an open one already gets no second.',
    scope: 'write',
    status: 201,
    input: z.strictObject({
      title: Title.describe('What is wrong, in a line.'),
      severity: Severity.optional().describe('By what it is declared from if nothing is said, else sev3.'),
      services: Services.default([]),
      summary: Words.optional().describe('What is known.'),
      subject: Subject.optional(),
      requestId: RequestId,
    }),
    answer: IncidentWritten,
    tool: {
      description:
        'Declares an incident: it gets a message in Slack that is kept up to date, and a timeline that collects by itself. Look into list_incidents first; with `subject` (an alert, deploy or rollout) what is known of it is taken along, and where that has an open incident already this one is answered. People still have to acknowledge the alert.',
      bound: 8000,
    },
    async ask({ requestId, subject, services, ...said }, caller) {
      const known = checkedServices(services, ports) ?? (await checkedSubject(subject, ports));
      if (known !== undefined) return known;
      const by = actorOf(caller);
      const event = {
        type: 'incidentDeclared',
        ...present(said),
        services,
        by,
        ...present({ subject }),
      } as const;
      const carried = await write({ event, subject: said.title.slice(0, 100), requestId }, caller, ports);
      if (!carried.ok) return carried;
      const received = await store.inbox.get(carried.value.id);
      const all = await store.incidents.recent({ limit: RECENT });
      const own = all.find(
        ({ declaredBy, declaredAt, title }) =>
          declaredAt === received?.at &&
          JSON.stringify(declaredBy) === JSON.stringify(by) &&
          title === said.title.replaceAll(/\s+/g, ' '),
      );
      const other = all.find(
        (one) => subject !== undefined && one.subject?.kind === subject.kind && one.subject.id === subject.id,
      );
      const incident = own ?? other;
      if (incident === undefined) return failure('internal', 'What was declared is not to be found.');
      const now = clock.now();
      return success({
        ...{ at: timeOf(now), incident: incidentOf(incident, now), isNew: own !== undefined },
      });
    },
  });
}

/** Open incidents come first in what is read, so that the one just declared is among so many. */
const RECENT = 500;

function updateIncident(ports: Needed): Operation {
  const { store, clock } = ports;
  return operation({
    name: 'update_incident',
    method: 'PATCH',
    path: '/api/v1/incidents/{incident}',
    summary: 'Changes an incident; what is not sent stays.',
    scope: 'write',
    input: z.strictObject({
      incident: IncidentId,
      title: Title.optional(),
      summary: Words.optional().describe('What is known now.'),
      severity: Severity.optional(),
      status: Status.optional().describe('Where the work on it stands; resolved ends it.'),
      services: Services.min(1, { error: 'Expected a service.' }).optional(),
      role: z
        .strictObject({
          role: RoleName,
          holder: z
            .union([UserId, z.literal('self')])
            .nullable()
            .describe('A Slack user id, self for whoever asks, or null to give it back.'),
        })
        .optional()
        .describe('Who does what. A role that a person has is changed by people only.'),
      times: SentTimes.optional().describe('Times that are set right; null says that one is not known.'),
      duplicateOf: Text.optional().describe(
        'The id of the incident in which the work goes on; ends this one.',
      ),
      note: Words.optional().describe('Said with the change, in the thread and the timeline.'),
      requestId: RequestId,
    }),
    answer: IncidentWritten,
    tool: {
      description:
        'Changes an incident: status, severity, title, summary, services, a role, times. Each change is told in its Slack thread and timeline, with `note` as the reason. A machine takes no role from a person and makes nothing less severe. For words alone use add_timeline_note.',
      bound: 8000,
      isIdempotent: true,
    },
    async ask({ incident: id, requestId, note, role, times, ...sent }, caller) {
      const wrong = checkedServices(sent.services ?? [], ports);
      if (wrong !== undefined) return wrong;
      const known = await store.incidents.get(id);
      if (known === undefined) return noIncident(id);
      if (sent.duplicateOf !== undefined && (await store.incidents.get(sent.duplicateOf)) === undefined)
        return failure('request-invalid', `There is no incident ${shown(sent.duplicateOf)}.`, {
          where: 'body duplicateOf',
        });
      if (sent.duplicateOf === id)
        return failure('request-invalid', 'An incident is not the same as itself.', {
          where: 'body duplicateOf',
        });
      const by = actorOf(caller);
      const change: IncidentChange = {
        ...present(sent),
        ...(times === undefined ? {} : { times: present(times) }),
        ...(role === undefined
          ? {}
          : {
              role: {
                role: role.role,
                ...(role.holder === null
                  ? {}
                  : { holder: role.holder === 'self' ? by : { kind: 'person' as const, user: role.holder } }),
              },
            }),
      };
      if (Object.keys(change).length === 0 && note === undefined)
        return failure('request-invalid', 'Nothing is sent that would be changed.', { where: 'the body' });
      const why = whyNotChanged(known, change, by);
      if (why !== undefined) return conflict(why);
      const event = { type: 'incidentChanged', incident: id, change, by, ...present({ note }) } as const;
      const carried = await write({ event, subject: id, requestId }, caller, ports);
      if (!carried.ok) return carried;
      const incident = (await store.incidents.get(id)) ?? known;
      const now = clock.now();
      return success({ at: timeOf(now), incident: incidentOf(incident, now) });
    },
  });
}

function noIncident(id: string) {
  return failure('not-found', `There is no incident ${shown(id)}.`, { where: 'the path' });
}

/** The first name of no service, refused with the nearest that there is. */
function checkedServices(names: readonly string[], { catalog }: Pick<Ports, 'catalog'>) {
  const index = names.findIndex((name) => findService(catalog.current(), name) === undefined);
  const name = names[index];
  return name === undefined
    ? undefined
    : failure('service-unknown', noService(name, { catalog }), { where: `body services[${index}]` });
}

async function checkedSubject(
  subject: z.output<typeof Subject> | undefined,
  { store }: Pick<Ports, 'store'>,
): Promise<Extract<Outcome<never>, { ok: false }> | undefined> {
  if (subject === undefined) return undefined;
  const { kind, id } = subject;
  const found = { alert: store.alerts, deploy: store.deploys, rollout: store.flags }[kind].get(id);
  return (await found) === undefined
    ? failure('request-invalid', `There is no ${kind} ${shown(id)}.`, { where: 'body subject.id' })
    : undefined;
}
