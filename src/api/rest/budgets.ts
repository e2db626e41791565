import { z } from 'zod';
import { budgetLines, serviceBudget } from '#app/answers/budget.ts';
import type { Ports } from '#app/ports.ts';
import { present } from '#domain/optional.ts';
import { success } from '#domain/problem.ts';
import { findService } from '#domain/service.ts';
import { BudgetList, budgetOf, spenderOf } from '../contract/budgets.ts';
import { timeOf } from '../contract/values.ts';
import { type Operation, operation } from '../operation.ts';
import { answeredAs } from './answered.ts';
import { knownService } from './names.ts';
import { numberAfter, pageFrom, strangeCursor } from './paging.ts';
import { Cursor, Limit, Text } from './query.ts';

/** What is asked of error budgets. */
export function budgetOperations(ports: Ports): readonly Operation[] {
  const { catalog, clock } = ports;
  return [
    operation({
      name: 'list_budgets',
      method: 'GET',
      path: '/api/v1/budgets',
      summary: 'Error budgets, the one that needs most first; of one service with what spent them.',
      scope: 'read',
      input: z.strictObject({
        service: Text.optional().describe('Only of this service; then each says what spent it.'),
        limit: Limit,
        cursor: Cursor.optional(),
      }),
      answer: BudgetList,
      tool: {
        description:
          'Error budgets, worst first: used, allowed and remaining as seconds of total failure, burn rates over 1 h, 6 h and 3 d, when it runs out, the owner’s policy. With `service` also what spent it: incidents and deploys.',
        bound: 24_000,
        more: 'Ask for the next page with `cursor`, or for one service with `service`.',
      },
      async ask({ service: name, limit, cursor }) {
        const known = knownService(name, ports);
        if (!known.ok) return known;
        const from = numberAfter(cursor);
        if (from === undefined) return strangeCursor();
        const { services } = catalog.current();
        const service = name === undefined ? undefined : findService(catalog.current(), name);
        const told =
          service === undefined
            ? success({ budgets: (await budgetLines(services, ports)).map(budgetOf) })
            : answeredAs((await serviceBudget(service, '', ports)).answer, 'budget');
        if (!told.ok) return told;
        const lines =
          'kind' in told.value
            ? told.value.budgets.map((line) => ({
                ...budgetOf(line),
                spenders: line.spenders.map(spenderOf),
              }))
            : told.value.budgets;
        const { items, nextCursor } = pageFrom(lines, from, limit);
        return success({
          ...{ at: timeOf(clock.now()), budgets: [...items] },
          without:
            service === undefined
              ? services.filter(({ slos }) => slos.length === 0).map((one) => one.name)
              : [],
          ...present({ nextCursor }),
        });
      },
    }),
  ];
}
