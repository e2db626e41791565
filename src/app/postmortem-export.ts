import type { Actor } from '#domain/event.ts';
import type { Ports, PostmortemExport, Related } from './ports.ts';

type Needed = Pick<Ports, 'store' | 'catalog' | 'conversations'>;

/** All that the post-mortem of an incident is written out from; `undefined` where there is none. */
export async function postmortemExport(id: string, ports: Needed): Promise<PostmortemExport | undefined> {
  const { store, catalog, conversations } = ports;
  const [incident, postmortem] = await Promise.all([store.incidents.get(id), store.postmortems.get(id)]);
  if (incident === undefined || postmortem === undefined) return undefined;
  const [entries, related] = await Promise.all([
    store.timelines.list(id),
    relatedTo(postmortem.record, ports),
  ]);
  const value = { postmortem, incident, entries, related, zone: catalog.current().zone };
  const named = usersIn(value).map(async (user) => [user, await conversations.nameOf(user)] as const);
  // Whose name cannot be had is called by the id, which is no name.
  const names = (await Promise.all(named)).filter(([user, name]) => name !== user);
  return { ...value, names: new Map(names) };
}

/** What a record names by ids, as far as it is still kept. */
async function relatedTo(
  record: PostmortemExport['postmortem']['record'],
  { store }: Needed,
): Promise<Related> {
  const [alerts, deploys, rollouts, incidents] = await Promise.all([
    found(record.alerts, (id) => store.alerts.get(id)),
    found(record.deploys, (id) => store.deploys.get(id)),
    found(record.rollouts, (id) => store.flags.get(id)),
    found(record.incidents, (id) => store.incidents.get(id)),
  ]);
  return { alerts, deploys, rollouts, incidents };
}

async function found<T>(ids: readonly string[], get: (id: string) => Promise<T | undefined>) {
  const all = await Promise.all(ids.map(get));
  return all.filter((one) => one !== undefined);
}

/** Everybody who is named anywhere in it, by Slack id. */
function usersIn({
  postmortem: { authors, approvedBy, actions },
  incident: { roles, declaredBy, duplicateOf },
  entries,
  related,
}: Pick<PostmortemExport, 'postmortem' | 'incident' | 'entries' | 'related'>): readonly string[] {
  const actors: readonly (Actor | undefined)[] = [
    ...[...authors, approvedBy, declaredBy, ...Object.values(roles), duplicateOf?.by],
    ...entries.flatMap(({ by, addedBy }) => [by, addedBy]),
    ...actions.map(({ closedBy }) => closedBy),
    ...(related?.alerts ?? []).map(({ acknowledged }) => acknowledged?.by),
  ];
  const users = actors.flatMap((actor) => (actor?.kind === 'person' ? [actor.user] : []));
  return [...new Set([...users, ...actions.flatMap(({ owner }) => owner ?? [])])];
}
