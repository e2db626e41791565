import type { Resource } from '@modelcontextprotocol/server';
import type { Ports } from '#app/ports.ts';
import { present } from '#domain/optional.ts';
import { IncidentList } from '../contract/incidents.ts';
import { PostmortemList } from '../contract/postmortem-list.ts';
import type { Caller, Operation } from '../operation.ts';
import { incidentsBeginning, servicesLike } from './known.ts';
import type { OfferedResources } from './offer.ts';
import { asJson, asPage, idIn, JSON_TYPE, PAGE_TYPE } from './resource-text.ts';
import { marked } from './untrusted.ts';
import { watching } from './watching.ts';

/** Most resources on a page of a list. */
const PAGE = 100;

/** Services, incidents and post-mortems as resources: what the operations of these names answer. */
export function resourcesOf(operations: readonly Operation[], ports: Ports): readonly OfferedResources[] {
  const found = (name: string, kinds: (operation: Operation) => readonly OfferedResources[]) => {
    const operation = operations.find((one) => one.name === name);
    return operation === undefined ? [] : kinds(operation);
  };
  const page = (name: string) => operations.find((one) => one.name === name);
  const { store, catalog } = ports;
  return [
    ...found('get_service', (get) => [
      {
        ...kind('services/{service}', 'A service', 'What a service is, and where it stands.', JSON_TYPE),
        list: async () => ({
          resources: catalog.current().services.map(({ name, description }) => ({
            ...{ uri: `bellbuoy://services/${encodeURIComponent(name)}`, name, mimeType: JSON_TYPE },
            ...present({ description }),
          })),
        }),
        async read(uri, caller) {
          const service = idIn(uri, 'bellbuoy://services/');
          return service === undefined ? undefined : asJson(uri, get, { service }, caller);
        },
        complete: async (_, begun) => servicesLike(begun, ports),
      },
    ]),
    ...found('get_incident', (get) => [
      {
        ...kind('incidents/{incident}', 'An incident', 'An incident as it now stands.', JSON_TYPE),
        list: (caller, from) => listed(page('list_incidents'), incidentResources, caller, from),
        async read(uri, caller) {
          const incident = idIn(uri, 'bellbuoy://incidents/');
          return incident === undefined ? undefined : asJson(uri, get, { incident }, caller);
        },
        watch: watching('incidents', (id) => store.incidents.get(id), ports),
        complete: (_, begun) => incidentsBeginning(begun, ports),
      },
    ]),
    ...found('get_postmortem', (get) => [
      {
        ...kind('postmortems/{incident}.json', 'A post-mortem as values', 'Its typed values.', JSON_TYPE),
        list: async () => ({ resources: [] }),
        async read(uri, caller) {
          const incident = idIn(uri, 'bellbuoy://postmortems/', '.json');
          return incident === undefined ? undefined : asJson(uri, get, { incident }, caller);
        },
        complete: (_, begun) => incidentsBeginning(begun, ports),
      },
      {
        ...kind('postmortems/{incident}', 'A post-mortem', 'What was learnt, as a page.', PAGE_TYPE),
        list: (caller, from) => listed(page('list_postmortems'), postmortemResources, caller, from),
        async read(uri, caller) {
          const incident = idIn(uri, 'bellbuoy://postmortems/');
          return incident === undefined
            ? undefined
            : asPage(uri, get, { incident, format: 'markdown' }, caller);
        },
        watch: watching('postmortems', (id) => store.postmortems.get(id), ports),
        complete: (_, begun) => incidentsBeginning(begun, ports),
      },
    ]),
  ];
}

function kind(path: string, name: string, description: string, mimeType: string) {
  const template = { name, uriTemplate: `bellbuoy://${path}`, description, mimeType };
  return { scope: 'read' as const, template };
}

/** A page of a list that an operation gives, as resources. */
async function listed(
  operation: Operation | undefined,
  of: (value: object) => { readonly resources: readonly Resource[]; readonly next: string | undefined },
  caller: Caller,
  from: string | undefined,
) {
  const asked = await operation?.ask({ limit: PAGE, ...present({ cursor: from }) }, caller);
  if (asked?.ok !== true || !('value' in asked)) return { resources: [] };
  const { resources, next } = of(asked.value);
  return { resources, ...present({ next }) };
}

function incidentResources(value: object) {
  const { incidents, nextCursor } = IncidentList.parse(value);
  const resources = incidents.map(({ id, title, severity, status, services }) => ({
    ...{ uri: `bellbuoy://incidents/${id}`, name: id, title: `${id} ${marked(title)}`, mimeType: JSON_TYPE },
    description: `${severity}, ${status}: ${services.join(', ')}`,
  }));
  return { resources, next: nextCursor };
}

function postmortemResources(value: object) {
  const { postmortems, nextCursor } = PostmortemList.parse(value);
  const resources = postmortems.map(({ incident, title, state }) => ({
    ...{ uri: `bellbuoy://postmortems/${incident}`, name: `Post-mortem of ${incident}`, mimeType: PAGE_TYPE },
    ...{
      description: `${state}`,
      ...present({ title: title === undefined ? undefined : `${incident} ${marked(title)}` }),
    },
  }));
  return { resources, next: nextCursor };
}
