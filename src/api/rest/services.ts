import { z } from 'zod';
import type { Ports } from '#app/ports.ts';
import { present } from '#domain/optional.ts';
import { success } from '#domain/problem.ts';
import { ObjectiveList, objectiveOf, ServiceDetail, ServiceList, serviceOf } from '../contract/services.ts';
import { timeOf } from '../contract/values.ts';
import { type Operation, operation } from '../operation.ts';
import { knownService, serviceInPath } from './names.ts';
import { numberAfter, pageFrom, strangeCursor } from './paging.ts';
import { Cursor, Limit, Text } from './query.ts';

type Needed = Pick<Ports, 'catalog' | 'clock'>;

export const ServiceName = Text.describe('The name of a service.');

/** What is asked of the services themselves, as they are configured. */
export function serviceOperations(ports: Needed): readonly Operation[] {
  const { catalog, clock } = ports;
  return [
    operation({
      name: 'list_services',
      method: 'GET',
      path: '/api/v1/services',
      summary: 'The services as they are configured, by name.',
      scope: 'read',
      input: z.strictObject({
        owner: Text.optional().describe('Only those of this team.'),
        limit: Limit,
        cursor: Cursor.optional(),
      }),
      answer: ServiceList,
      tool: {
        description:
          'Lists the services that are known: owner, tier, what each depends on, objectives, flags, links. Use it to learn names and dependencies; get_status tells how they do.',
        bound: 24_000,
        more: 'Ask for the next page with `cursor`, for fewer with `limit`, or for one with get_service.',
      },
      async ask({ owner, limit, cursor }) {
        const current = catalog.current();
        const from = numberAfter(cursor);
        if (from === undefined) return strangeCursor();
        const all = current.services
          .filter((one) => owner === undefined || one.owner === owner)
          .toSorted((a, b) => a.name.localeCompare(b.name));
        const { items, nextCursor } = pageFrom(all, from, limit);
        return success({
          at: timeOf(clock.now()),
          services: items.map((one) => serviceOf(one, current)),
          environments: [...current.watchedEnvironments],
          ...present({ nextCursor }),
        });
      },
    }),
    operation({
      name: 'get_service',
      method: 'GET',
      path: '/api/v1/services/{service}',
      summary: 'One service as it is configured.',
      scope: 'read',
      input: z.strictObject({ service: ServiceName }),
      answer: ServiceDetail,
      tool: {
        description:
          'How one service is configured: owner, links to runbook and dashboards, what selects its metrics, what it depends on and what needs it. Use get_service_status for how it does now.',
        bound: 8_000,
      },
      async ask({ service: name }) {
        const service = serviceInPath(name, ports);
        if (!service.ok) return service;
        return success({ at: timeOf(clock.now()), service: serviceOf(service.value, catalog.current()) });
      },
    }),
    operation({
      name: 'list_slos',
      method: 'GET',
      path: '/api/v1/slos',
      summary: 'The objectives of all services, or of one.',
      scope: 'read',
      input: z.strictObject({
        service: Text.optional().describe('Only of this service.'),
        limit: Limit,
        cursor: Cursor.optional(),
      }),
      answer: ObjectiveList,
      tool: {
        description:
          'Lists the SLOs: which objective each service has, over which window, and what is counted. Use list_budgets for how much of each error budget is left.',
        bound: 16_000,
        more: 'Ask for the next page with `cursor`, or for one service with `service`.',
      },
      async ask({ service, limit, cursor }) {
        const known = knownService(service, ports);
        if (!known.ok) return known;
        const from = numberAfter(cursor);
        if (from === undefined) return strangeCursor();
        const all = catalog
          .current()
          .services.filter(({ name }) => service === undefined || name === service)
          .flatMap((one) => one.slos.map((slo) => ({ service: one.name, ...objectiveOf(slo) })))
          .toSorted((a, b) => a.service.localeCompare(b.service) || a.name.localeCompare(b.name));
        const { items, nextCursor } = pageFrom(all, from, limit);
        return success({
          ...{ at: timeOf(clock.now()), objectives: [...items] },
          ...present({ nextCursor }),
        });
      },
    }),
  ];
}
