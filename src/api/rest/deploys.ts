import { z } from 'zod';
import type { Ports } from '#app/ports.ts';
import type { Deploy } from '#domain/deploy.ts';
import { present } from '#domain/optional.ts';
import { failure, success } from '#domain/problem.ts';
import { DeployDetail, DeployList, deployOf, deploySummaryOf } from '../contract/deploys.ts';
import { timeOf } from '../contract/values.ts';
import { type Operation, operation } from '../operation.ts';
import { knownService, shown } from './names.ts';
import { fill, pageOf } from './paging.ts';
import { Cursor, Limit, type Place, Text } from './query.ts';

type Needed = Pick<Ports, 'store' | 'catalog' | 'clock'>;

/** What is asked of deploys and of the verdicts on them. */
export function deployOperations(ports: Needed): readonly Operation[] {
  const { store, clock } = ports;
  return [
    operation({
      name: 'list_deploys',
      method: 'GET',
      path: '/api/v1/deploys',
      summary: 'Deploys with their verdicts, the newest first.',
      scope: 'read',
      input: z.strictObject({
        service: Text.optional().describe('Only of this service.'),
        environment: Text.optional().describe('Only in this environment.'),
        version: Text.optional().describe('Only of this version.'),
        limit: Limit,
        cursor: Cursor.optional(),
      }),
      answer: DeployList,
      tool: {
        description:
          'Deploys, newest first: version, who, when, and the verdict on each (degraded, improved, steady, inconclusive) with why and when what is worse began. Use it to see what changed before a problem; get_deploy has the evidence of one.',
        bound: 16_000,
        more: 'Ask for the next page with `cursor`, or for one service with `service`.',
      },
      async ask({ service, environment, version, limit, cursor }) {
        const known = knownService(service, ports);
        if (!known.ok) return known;
        const asked = present({ service, environment, version });
        const found = await fill(
          limit + 1,
          (most) =>
            store.deploys.recent({
              ...{ ...asked, limit: most },
              ...(cursor === undefined ? {} : { before: cursor.at + 1 }),
            }),
          (deploys) => deploys.filter((deploy) => isBehind(deploy, cursor)).toSorted(byStart),
        );
        const { items, nextCursor } = pageOf(found, limit, ({ startedAt, id }) => ({ at: startedAt, id }));
        return success({
          ...{ at: timeOf(clock.now()), deploys: items.map(deploySummaryOf) },
          ...present({ nextCursor }),
        });
      },
    }),
    operation({
      name: 'get_deploy',
      method: 'GET',
      path: '/api/v1/deploys/{deploy}',
      summary: 'One deploy with the whole verdict and what it was reached from.',
      scope: 'read',
      input: z.strictObject({ deploy: Text.describe('The id of a deploy.') }),
      answer: DeployDetail,
      tool: {
        description:
          'One deploy with all that was found: each signal before and after with its test, how it ranks among ordinary moments, the onset, the queries asked, its changes and what people said. Use it after list_deploys, or on a change that compare or a task names.',
        bound: 20_000,
      },
      async ask({ deploy: id }) {
        const deploy = await store.deploys.get(id);
        return deploy === undefined
          ? failure('not-found', `There is no deploy ${shown(id)}.`, { where: 'the path' })
          : success({ at: timeOf(clock.now()), deploy: deployOf(deploy) });
      },
    }),
  ];
}

function byStart(a: Deploy, b: Deploy): number {
  return b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1);
}

function isBehind({ startedAt, id }: Deploy, cursor: Place | undefined): boolean {
  return cursor === undefined || startedAt < cursor.at || (startedAt === cursor.at && id < cursor.id);
}
