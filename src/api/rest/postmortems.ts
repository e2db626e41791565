import { z } from 'zod';
import type { Ports } from '#app/ports.ts';
import { postmortemExport } from '#app/postmortem-export.ts';
import { ACTION_STATES, type ActionItem, type ActionState } from '#domain/incident/postmortem.ts';
import { present } from '#domain/optional.ts';
import { failure, success } from '#domain/problem.ts';
import { ActionItemList } from '../contract/action-items.ts';
import { Postmortem } from '../contract/postmortem.ts';
import { PostmortemList, postmortemSummaryOf } from '../contract/postmortem-list.ts';
import { actionItemOf, postmortemOf } from '../contract/postmortem-of.ts';
import { timeOf } from '../contract/values.ts';
import { type Operation, operation } from '../operation.ts';
import { knownService, shown } from './names.ts';
import { fill, pageOf, strangeCursor } from './paging.ts';
import { fitting, newest } from './postmortem-pages.ts';
import { Cursor, IncidentId, Limit, type Place, Text } from './query.ts';

type Needed = Pick<Ports, 'store' | 'catalog' | 'clock' | 'conversations' | 'documents'>;

/** An action item and the incident that it came from. */
type Placed = { readonly incident: string; readonly item: ActionItem };

/** Most open action items that are looked through: each is a small row, and nobody keeps so many promises. */
const MOST_OPEN = 10_000;

const Day = z.iso.date({ error: 'Expected a day, such as 2026-12-01.' });

const ActionsQuery = z.strictObject({
  state: z
    .enum(ACTION_STATES, { error: 'Expected open, done or dropped.' })
    .default('open')
    .describe('Only those that are so.'),
  owner: Text.optional().describe('Only those of this person, by Slack user id.'),
  dueBefore: Day.optional().describe('Only those due before this day, in the configured zone.'),
  limit: Limit,
  cursor: Cursor.optional(),
});

/** What is asked of post-mortems and of what is done about them. */
export function postmortemOperations(ports: Needed): readonly Operation[] {
  const { store, clock, documents } = ports;
  return [
    operation({
      name: 'list_postmortems',
      method: 'GET',
      path: '/api/v1/postmortems',
      summary: 'Post-mortems in short, that of the newest incident first; with `q` what fits the words best.',
      scope: 'read',
      input: z.strictObject({
        service: Text.optional().describe('Only those of incidents that hit this service.'),
        q: Text.max(500, { error: 'Expected 500 characters at most.' })
          .optional()
          .describe('Words to be found in them or their incidents; what fits best comes first.'),
        limit: Limit,
        cursor: Cursor.optional(),
      }),
      answer: PostmortemList,
      tool: {
        description:
          'Post-mortems in short, newest incident first, or with `q` those that fit the words best with the part that holds them: title, state, trigger, root cause, services. Use it to learn from earlier incidents; get_postmortem has one whole.',
        bound: 16_000,
        more: 'Ask for the next page with `cursor`, or for one with get_postmortem.',
      },
      async ask({ service, q, limit, cursor }) {
        const known = knownService(service, ports);
        if (!known.ok) return known;
        const page =
          q === undefined
            ? await newest({ service, limit, cursor }, store)
            : await fitting(q, { service, limit, cursor }, store);
        if (!page.ok) return page;
        const { items, nextCursor } = page.value;
        const postmortems = items.map(({ postmortem, incident, excerpt }) => ({
          ...postmortemSummaryOf(postmortem, incident),
          ...present({ excerpt }),
        }));
        return success({ at: timeOf(clock.now()), postmortems, ...present({ nextCursor }) });
      },
    }),
    operation({
      name: 'get_postmortem',
      method: 'GET',
      path: '/api/v1/postmortems/{incident}',
      summary: 'The post-mortem of an incident, as typed values or as Markdown.',
      scope: 'read',
      input: z.strictObject({
        incident: IncidentId,
        format: z
          .enum(['json', 'markdown'], { error: 'Expected json or markdown.' })
          .default('json')
          .describe('`markdown` gives it as a page for people, text/markdown.'),
      }),
      answer: Postmortem,
      tool: {
        description:
          'One post-mortem, typed: summary, impact with budgets and failed requests, detection, trigger, root cause, contributing factors, lessons, action items, evidence with queries and values, timeline, links. Send its `revision` as `base` when you write with upsert_postmortem.',
        bound: 32_000,
        without: ['format'],
        more: 'Its timeline stands in list_timeline, its pictures in get_snapshot.',
      },
      texts: ['text/markdown'],
      async ask({ incident, format }) {
        const value = await postmortemExport(incident, ports);
        if (value === undefined)
          return failure('not-found', `There is no post-mortem of ${shown(incident)}.`, {
            where: 'the path',
          });
        if (format === 'json') return success(postmortemOf(value));
        const text = documents.write(value, 'markdown');
        return { ok: true, type: 'text/markdown; charset=utf-8', text };
      },
    }),
    operation({
      name: 'list_action_items',
      method: 'GET',
      path: '/api/v1/action-items',
      summary: 'Action items: open ones by when they are due, others by incident, the newest first.',
      scope: 'read',
      input: ActionsQuery,
      answer: ActionItemList,
      tool: {
        description:
          'What is to be done after incidents: open action items by the day they are due, others by incident, newest first; each with its incident, kind and owner. update_action_item changes one.',
        bound: 12_000,
        more: 'Ask for the next page with `cursor`.',
      },
      async ask({ state, owner, dueBefore, limit, cursor }) {
        const after = cursor === undefined ? undefined : keyAt(cursor, state);
        if (cursor !== undefined && after === undefined) return strangeCursor();
        const isAsked = (item: ActionItem) =>
          item.state === state &&
          (owner === undefined || item.owner === owner) &&
          (dueBefore === undefined || (item.due !== undefined && item.due < dueBefore));
        const asked = (all: readonly Placed[]) =>
          all
            .filter(({ item }) => isAsked(item))
            .map((placed) => ({ ...placed, key: keyOf(placed.item, state) }))
            .filter(({ key }) => after === undefined || compare(after, key) < 0)
            .toSorted((a, b) => compare(a.key, b.key));
        const found =
          state === 'open'
            ? asked(await store.postmortems.openActions({ limit: MOST_OPEN, ...present({ owner }) }))
            : await fill(
                limit + 1,
                (most) => store.postmortems.recent({ limit: most }),
                (all) =>
                  asked(all.flatMap(({ incident, actions }) => actions.map((item) => ({ incident, item })))),
              );
        const { items, nextCursor } = pageOf(found, limit, ({ item, key: [first] }) => ({
          at: first,
          id: item.id,
        }));
        return success({
          at: timeOf(clock.now()),
          actionItems: items.map(({ incident, item }) => ({ ...actionItemOf(item), incident })),
          ...present({ nextCursor }),
        });
      },
    }),
  ];
}

/** Where an action item stands in its list: by day, incident, and place in it. */
type Key = readonly [number, number, number];

/** Behind all days: an action item without one. */
const NO_DAY = 999_999_999_999_999;

function keyOf({ id, due }: ActionItem, state: ActionState): Key {
  const day = due === undefined ? Number.NaN : Date.parse(due);
  const [incident, place] = numbersOf(id) ?? [0, 0];
  return state === 'open' ? [Number.isNaN(day) ? NO_DAY : day, incident, place] : [0, -incident, place];
}

function keyAt({ at, id }: Place, state: ActionState): Key | undefined {
  const numbers = numbersOf(id);
  if (numbers === undefined) return undefined;
  return state === 'open' ? [at, numbers[0], numbers[1]] : [0, -numbers[0], numbers[1]];
}

/** Both numbers of an id such as `INC-12-1`. */
function numbersOf(id: string): readonly [number, number] | undefined {
  const [, incident, place] = /^INC-(\d{1,9})-(\d{1,9})$/.exec(id) ?? [];
  return incident === undefined || place === undefined ? undefined : [Number(incident), Number(place)];
}

function compare(a: Key, b: Key): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
