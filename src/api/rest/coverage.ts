import { z } from 'zod';
import type { AnswerPorts } from '#app/answers/answer.ts';
import { coverageOf as answerOf } from '#app/answers/coverage.ts';
import { present } from '#domain/optional.ts';
import { success } from '#domain/problem.ts';
import { CoverageList, coverageOf, coverageTotals } from '../contract/coverage.ts';
import { type Operation, operation } from '../operation.ts';
import { numberAfter, pageFrom, strangeCursor } from './paging.ts';
import { Cursor, Limit, Text } from './query.ts';

type Needed = Pick<AnswerPorts, 'store' | 'metrics' | 'catalog' | 'clock'>;

/** What is asked of how far the services are observed. */
export function coverageOperations(ports: Needed): readonly Operation[] {
  return [
    operation({
      name: 'get_coverage',
      method: 'GET',
      path: '/api/v1/coverage',
      summary: 'What each service lacks to be observed, the least observed first.',
      scope: 'read',
      input: z.strictObject({
        owner: Text.optional().describe('Only those of this team.'),
        limit: Limit,
        cursor: Cursor.optional(),
      }),
      answer: CoverageList,
      tool: {
        description:
          'What each service lacks to be observed (signals, SLO, owner, runbook, version label, dashboard, traces), the least observed first, and how many services have each. Use it before you rely on a missing answer: a service without SLO has no budget.',
        bound: 16_000,
        more: 'Ask for the next page with `cursor`, or for one team with `owner`.',
      },
      async ask({ owner, limit, cursor }) {
        const from = numberAfter(cursor);
        if (from === undefined) return strangeCursor();
        const answer = await answerOf(ports);
        const cards = answer.cards.filter((card) => owner === undefined || card.owner === owner);
        const { items, nextCursor } = pageFrom(cards, from, limit);
        return success({
          ...coverageTotals({ ...answer, cards }),
          services: items.map(coverageOf),
          ...present({ nextCursor }),
        });
      },
    }),
  ];
}
