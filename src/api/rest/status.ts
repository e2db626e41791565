import { z } from 'zod';
import { fleetRows } from '#app/answers/fleet.ts';
import { serviceStatus, statusIn } from '#app/answers/service.ts';
import type { Ports } from '#app/ports.ts';
import { success } from '#domain/problem.ts';
import { last } from '#domain/time.ts';
import { FleetStatus, fleetStatusOf, ServiceStatus, serviceStatusOf } from '../contract/status.ts';
import { type Operation, operation } from '../operation.ts';
import { drawnId, freshId } from './drawn.ts';
import { Draw, lengthOf } from './lengths.ts';
import { serviceInPath } from './names.ts';
import { ServiceName } from './services.ts';

/** What is asked of how services do now. */
export function statusOperations(ports: Ports): readonly Operation[] {
  const { clock } = ports;
  return [
    operation({
      name: 'get_status',
      method: 'GET',
      path: '/api/v1/status',
      summary: 'How the fleet does: every service, the worst first.',
      scope: 'read',
      input: z.strictObject({}),
      answer: FleetStatus,
      tool: {
        description:
          'How the whole fleet does now: of each service, worst first, a health word with rate, error ratio, p99, worst budget, open alerts and last deploy; and open incidents. Begin here when nothing is known yet; go on with get_service_status.',
        bound: 24_000,
        more: 'The worst are given first; ask get_service_status for any other.',
      },
      ask: async () => success(fleetStatusOf(await fleetRows(ports), clock.now())),
    }),
    operation({
      name: 'get_service_status',
      method: 'GET',
      path: '/api/v1/services/{service}/status',
      summary: 'How one service does, beside yesterday and last week, with what is open and what changed.',
      scope: 'read',
      input: z.strictObject({
        service: ServiceName,
        range: lengthOf('1h', 'How far back the window reaches'),
        draw: Draw,
      }),
      answer: ServiceStatus,
      tool: {
        description:
          'How one service does: rate, errors, durations and saturation in a window that ends now, beside the same window yesterday and last week; its budgets, open alerts and incidents, recent deploys and flag changes. Use compare to see how sure a difference is and when it began.',
        bound: 16_000,
      },
      async ask({ service: name, range, draw }) {
        const service = serviceInPath(name, ports);
        if (!service.ok) return service;
        const now = clock.now();
        if (!draw)
          return success(serviceStatusOf(await statusIn(service.value, last(range, now), ports), now));
        const id = freshId(['status', name, range], ports);
        const { answer, drawing } = await serviceStatus(service.value, range, id, ports);
        return success(serviceStatusOf(answer, now, await drawnId(drawing, draw, ports)));
      },
    }),
  ];
}
