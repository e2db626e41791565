import { z } from 'zod';
import type { Ports } from '#app/ports.ts';
import { configuredFlags, silentFlags } from '#app/silent-flags.ts';
import { latestOfEach, latestStep } from '#domain/flag.ts';
import { present } from '#domain/optional.ts';
import { failure, type Outcome, success } from '#domain/problem.ts';
import {
  FlagDetail,
  FlagList,
  Rollout,
  rolloutNowOf,
  rolloutOf,
  rolloutSummaryOf,
} from '../contract/flags.ts';
import { timeOf } from '../contract/values.ts';
import { type Operation, operation } from '../operation.ts';
import { didYouMean, knownService, shown } from './names.ts';
import { Cursor, cursorOf, Limit, Text } from './query.ts';

type Needed = Pick<Ports, 'store' | 'catalog' | 'clock'>;

/** Most rollouts of one flag that are looked through for the latest of each service and environment. */
const LOOKED_THROUGH = 200;

const Service = Text.optional().describe('Only in this service.');

/** What is asked of feature flags and their rollouts. */
export function flagOperations(ports: Needed): readonly Operation[] {
  const { store, clock } = ports;
  return [
    operation({
      name: 'list_flags',
      method: 'GET',
      path: '/api/v1/flags',
      summary: 'Rollouts of feature flags, the one with the newest step first.',
      scope: 'read',
      input: z.strictObject({ service: Service, limit: Limit, cursor: Cursor.optional() }),
      answer: FlagList,
      tool: {
        description:
          'Rollouts of feature flags, newest step first: who has the flag, and the word on its step (go, hold, stop) with what is missing. Use it to see which flags changed before a problem; get_flag has one with its evidence, compare with `flag` compares both sides now.',
        bound: 16_000,
        more: 'Ask for the next page with `cursor`, or for one service with `service`.',
      },
      async ask({ service, limit, cursor }) {
        const known = knownService(service, ports);
        if (!known.ok) return known;
        const found = await store.flags.recent({ limit: limit + 1, ...present({ service, before: cursor }) });
        const page = found.slice(0, limit);
        const last = found.length > limit ? page.at(-1) : undefined;
        return success({
          at: timeOf(clock.now()),
          rollouts: page.map(rolloutSummaryOf),
          ...present({
            silent: cursor === undefined ? [...(await silentFlags(service, ports))] : undefined,
            nextCursor:
              last === undefined ? undefined : cursorOf({ at: latestStep(last)?.at ?? 0, id: last.id }),
          }),
        });
      },
    }),
    operation({
      name: 'get_flag',
      method: 'GET',
      path: '/api/v1/flags/{flag}',
      summary: 'The latest rollout of a flag in each service and environment.',
      scope: 'read',
      input: z.strictObject({
        flag: Text.describe('Its name.'),
        service: Service,
        environment: Text.optional().describe('Only in this environment.'),
      }),
      answer: FlagDetail,
      tool: {
        description:
          'The latest rollout of a flag in each service and environment: its steps, and of the newest the word with each signal of those who have it beside those who have not (values, 95 % intervals, p). Use it before you say that a flag did harm.',
        bound: 20_000,
        more: 'Ask for one service with `service`; get_rollout has one rollout whole.',
      },
      async ask({ flag, service, environment }) {
        const known = knownService(service, ports);
        if (!known.ok) return known;
        const recent = await store.flags.recent({ flag, limit: LOOKED_THROUGH, ...present({ service }) });
        if (recent.length === 0 && !configuredFlags(service, ports).some((one) => one.flag === flag))
          return noFlag(flag, service, ports);
        const rollouts = latestOfEach(recent).filter(
          (rollout) => environment === undefined || rollout.environment === environment,
        );
        return success({ at: timeOf(clock.now()), flag, rollouts: rollouts.map(rolloutNowOf) });
      },
    }),
    operation({
      name: 'get_rollout',
      method: 'GET',
      path: '/api/v1/rollouts/{rollout}',
      summary: 'One rollout, by its id.',
      scope: 'read',
      input: z.strictObject({ rollout: Text.describe('Its id.') }),
      answer: Rollout,
      tool: {
        description: 'One rollout of a flag by its id, with every step and what was found of each.',
        bound: 24_000,
      },
      async ask({ rollout: id }) {
        const found = await store.flags.get(id);
        return found === undefined
          ? failure('not-found', `There is no rollout ${shown(id)}.`, { where: 'the path' })
          : success(rolloutOf(found));
      },
    }),
  ];
}

async function noFlag(flag: string, service: string | undefined, ports: Needed): Promise<Outcome<never>> {
  const heardOf = await ports.store.flags.recent({ limit: LOOKED_THROUGH, ...present({ service }) });
  const known = new Set([...configuredFlags(service, ports), ...heardOf].map((one) => one.flag));
  const place = service === undefined ? '' : ` in ${service}`;
  const what = `No flag is called ${shown(flag)}${place}${didYouMean(flag, [...known])}`;
  return failure('not-found', what, { where: 'the path' });
}
