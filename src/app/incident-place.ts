import type { Incident } from '#domain/incident/incident.ts';
import { failure } from '#domain/problem.ts';
import type { Request } from '#domain/request.ts';
import type { ProblemAnswer } from './answer.ts';
import type { Ports } from './ports.ts';

/** A conversation, and a thread of it by its root's ts. */
export type AskedAt = { readonly channel: string; readonly thread?: string };

/** A request that names what it is about, or why nobody can tell what that is. */
export type Placed =
  | { readonly ok: true; readonly request: Request }
  | { readonly ok: false; readonly answer: ProblemAnswer };

/** So many incidents are suggested. */
const SUGGESTED = 5;

/**
 * A question about “the incident” is about the one of the thread or channel where it is asked, else about the only one that is open. Where that cannot be told, the answer
 * suggests those that may be meant. Other questions stay as they are.
 */
export async function withIncident(
  request: Request,
  place: AskedAt | undefined,
  ports: Pick<Ports, 'store'>,
): Promise<Placed> {
  if (request.ask !== 'incident' && request.ask !== 'catchup' && request.ask !== 'postmortem')
    return { ok: true, request };
  if (request.incident !== undefined) return { ok: true, request };
  const here = place === undefined ? undefined : await ports.store.incidents.at(place);
  if (here !== undefined) return { ok: true, request: { ...request, incident: here.id } };
  const open = await ports.store.incidents.open();
  const [only, ...others] = open;
  if (request.ask !== 'postmortem' && only !== undefined && others.length === 0)
    return { ok: true, request: { ...request, incident: only.id } };
  return { ok: false, answer: await whichOne(request.ask, open, ports) };
}

async function whichOne(
  ask: 'incident' | 'catchup' | 'postmortem',
  open: readonly Incident[],
  { store }: Pick<Ports, 'store'>,
): Promise<ProblemAnswer> {
  const lately =
    open.length > 0 && ask !== 'postmortem'
      ? open.toReversed()
      : await store.incidents.recent({ limit: SUGGESTED });
  const ids = lately.slice(0, SUGGESTED).map(({ id }) => id);
  const what =
    open.length === 0 && ask !== 'postmortem'
      ? 'No incident is open.'
      : 'Which incident is meant cannot be told here.';
  const written = { incident: 'incident show', catchup: 'catchup', postmortem: 'postmortem' }[ask];
  return {
    kind: 'problem',
    problem: failure('words-unclear', what).problem,
    suggestions: ids.map((id) => `${written} ${id}`),
  };
}
