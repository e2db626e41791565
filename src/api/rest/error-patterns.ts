import { z } from 'zod';
import type { Ports } from '#app/ports.ts';
import { present } from '#domain/optional.ts';
import { failure, success } from '#domain/problem.ts';
import { DAY } from '#domain/time.ts';
import {
  ErrorPatternDetail,
  ErrorPatternList,
  errorPatternOf,
  errorPatternSummaryOf,
} from '../contract/error-patterns.ts';
import { timeOf } from '../contract/values.ts';
import { type Operation, operation } from '../operation.ts';
import { knownService, shown } from './names.ts';
import { pageOf } from './paging.ts';
import { Cursor, Limit, Since, Text, wholeNumber } from './query.ts';

/** Occurrences of one pattern that are told. */
const OCCURRENCES = 50;

/** What is asked of errors that come again. */
export function errorPatternOperations(
  ports: Pick<Ports, 'store' | 'catalog' | 'clock'>,
): readonly Operation[] {
  const { store, clock } = ports;
  return [
    operation({
      name: 'list_error_patterns',
      method: 'GET',
      path: '/api/v1/error-patterns',
      summary: 'Errors that come again, the latest seen first.',
      scope: 'read',
      input: z.strictObject({
        service: Text.optional().describe('Only what occurred in this service.'),
        version: Text.optional().describe('Only what occurred in this version, as its deploys name it.'),
        since: Since.optional().describe('Only what was seen at this moment or later.'),
        open: z
          .boolean({ error: 'Expected true or false.' })
          .optional()
          .describe('Only what fires now, or only what does not.'),
        minOccurrences: wholeNumber(1, 1_000_000, 1).describe('Only what occurred so often at least.'),
        limit: Limit,
        cursor: Cursor.optional(),
      }),
      answer: ErrorPatternList,
      tool: {
        description:
          'Errors that come again, latest seen first: what they have in common, how often and since when, in which services and versions, whether they fire now, their incidents. Use it to see whether an error is new or an old acquaintance, and with which version it came; get_error_pattern has the single occurrences.',
        bound: 24_000,
        more: 'Ask for one service with `service`, or for one of them by get_error_pattern.',
      },
      async ask({ service, version, since, open, minOccurrences, limit, cursor }) {
        const known = knownService(service, ports);
        if (!known.ok) return known;
        const now = clock.now();
        const found = await store.errorPatterns.list({
          ...{ now, atLeast: minOccurrences, limit: limit + 1 },
          ...present({ service, version, since, open, before: cursor }),
        });
        const { items, nextCursor } = pageOf(found, limit, ({ lastAt, id }) => ({ at: lastAt, id }));
        return success({
          ...{ at: timeOf(now), patterns: items.map(errorPatternSummaryOf) },
          ...present({ nextCursor }),
        });
      },
    }),
    operation({
      name: 'get_error_pattern',
      method: 'GET',
      path: '/api/v1/error-patterns/{pattern}',
      summary: 'One error that comes again, with its latest occurrences.',
      scope: 'read',
      input: z.strictObject({ pattern: Text.describe('The id of a pattern, such as `ep_7rk2m9xw4c`.') }),
      answer: ErrorPatternDetail,
      tool: {
        description:
          'One error that comes again: its latest occurrences with alert, service, version, times and incident, and how often it began on each day. Use it after list_error_patterns, to see when it came before and what was done (get_incident, get_postmortem).',
        bound: 24_000,
      },
      async ask({ pattern: id }) {
        const now = clock.now();
        const pattern = await store.errorPatterns.get(id, now);
        if (pattern === undefined)
          return failure('not-found', `There is no error pattern ${shown(id)}.`, { where: 'the path' });
        const occurrences = await store.errorPatterns.occurrences(id, OCCURRENCES);
        const days = await store.errorPatterns.days(id, now - 30 * DAY);
        return success({ at: timeOf(now), pattern: errorPatternOf(pattern, occurrences, days) });
      },
    }),
  ];
}
