import { z } from 'zod';
import { digestOf as answerOf } from '#app/answers/digest.ts';
import type { DigestAnswer } from '#app/digest-answers.ts';
import type { Ports } from '#app/ports.ts';
import { weekSoFar } from '#domain/digest/week.ts';
import { present } from '#domain/optional.ts';
import { failure, type Outcome, success } from '#domain/problem.ts';
import { Digest, digestBudgetOf, digestOf } from '../contract/digest.ts';
import { type Operation, operation } from '../operation.ts';
import { didYouMean, shown } from './names.ts';
import { numberAfter, pageFrom, strangeCursor } from './paging.ts';
import { Cursor, Limit, Text } from './query.ts';

type Needed = Pick<Ports, 'store' | 'catalog' | 'clock' | 'metrics'>;

/** What is asked of how reliable a week was. */
export function digestOperations(ports: Needed): readonly Operation[] {
  return [
    operation({
      name: 'get_digest',
      method: 'GET',
      path: '/api/v1/digest',
      summary:
        'How reliable the week was: who needs help, what spent their budgets, deploys, incidents, what is overdue.',
      scope: 'read',
      input: z.strictObject({
        owner: Text.optional().describe('Of the services of this team alone.'),
        id: Text.optional().describe(
          'One that was sent, by its id, such as `2026-11-23`; else the week so far.',
        ),
        limit: Limit,
        cursor: Cursor.optional(),
      }),
      answer: Digest,
      tool: {
        description:
          'The week’s reliability report, of all services or of one team: which budgets are over or at risk and what spent them (incidents, deploys), what the week spent against the week before, recovery plans and what came of them, deploys and their change-failure rate, time to restore, how often verdicts were right, incidents, overdue action items. Begin here for “how was the week?”.',
        bound: 24_000,
        more: 'Ask for more budgets with `cursor`, for one team with `owner`, or for one service with `list_budgets`.',
      },
      async ask({ owner, id, limit, cursor }) {
        const from = numberAfter(cursor);
        if (from === undefined) return strangeCursor();
        const found = id === undefined ? await now(owner, ports) : await sent(id, owner, ports);
        if (!found.ok) return found;
        const { answer, snapshot } = found.value;
        const budgets = [...answer.entries, ...answer.rest].map(digestBudgetOf);
        const { items, nextCursor } = pageFrom(budgets, from, limit);
        const { words, at, week, counts, ...rest } = digestOf(answer);
        // What needs somebody comes first: readers who stop early have read it.
        const first = { ...present({ id }), words, at, week, counts, budgets: [...items] };
        return success({ ...first, ...rest, ...present({ snapshot, nextCursor }) });
      },
    }),
  ];
}

/** A digest, and the id of its picture where it was drawn. */
type Told = { readonly answer: DigestAnswer; readonly snapshot?: string };

/** The week so far, as things stand. */
async function now(owner: string | undefined, ports: Needed): Promise<Outcome<Told>> {
  const { services, zone } = ports.catalog.current();
  const owners = [...new Set(services.flatMap((service) => service.owner ?? []))];
  if (owner !== undefined && !owners.includes(owner))
    return failure('request-invalid', `No service belongs to ${shown(owner)}${didYouMean(owner, owners)}`, {
      where: 'query owner',
    });
  const { answer } = await answerOf(owner, weekSoFar(ports.clock.now(), zone), '', ports);
  return success({ answer });
}

async function sent(
  id: string,
  owner: string | undefined,
  { store }: Pick<Ports, 'store'>,
): Promise<Outcome<Told>> {
  if (owner !== undefined)
    return failure('request-invalid', 'A digest that was sent is of one owner or of all already.', {
      where: 'query owner',
    });
  const kept = await store.digests.get(id);
  if (kept !== undefined) return success({ answer: kept.answer, ...present({ snapshot: kept.drawing?.id }) });
  const [latest] = await store.digests.recent({ limit: 1 });
  const hint = latest === undefined ? ' None was sent yet.' : ` The latest one is ${latest.id}.`;
  return failure('not-found', `There is no digest ${shown(id)}.${hint}`, { where: 'query id' });
}
