import { type Decision, NOTHING, type State } from './decision.ts';
import type { Actor, IncidentEvent, IncidentResult } from './event.ts';
import { changedFields, changedOnlyBy } from './incident/changed-fields.ts';
import { announceJob, announcePostmortemJob, remindJobs, remindKey } from './incident/jobs.ts';
import { mergeFields, refreshFields } from './incident/merge.ts';
import { type ActionItem, POSTMORTEM_VERSION, type Postmortem } from './incident/postmortem.ts';
import { isSameActor, whyNotReviewed } from './incident/review.ts';
import type { TimelineEntry } from './incident/timeline.ts';
import { type Job, job, PRIORITY } from './job.ts';
import { present } from './optional.ts';
import type { Instant } from './time.ts';

type Of<Type extends (IncidentEvent | IncidentResult)['type']> = Extract<
  IncidentEvent | IncidentResult,
  { type: Type }
>;

/** What the record knows of a resolved incident is its first draft; later it renews what nobody has touched. What is approved stays as it is. */
export function onRecorded(
  state: State,
  { incident, fields, record }: Of<'postmortemRecorded'>,
  at: Instant,
  now: Instant,
): Decision {
  const { postmortem: known } = state;
  if (known === undefined) {
    const draft: Postmortem = {
      ...{ version: POSTMORTEM_VERSION, incident, revision: 1, state: 'draft', createdAt: at, updatedAt: at },
      ...{ authors: [], fields, drafted: fields, actions: [], record },
    };
    const drafted: TimelineEntry = {
      ...{
        key: 'postmortem:drafted',
        kind: 'postmortem',
        at,
        text: 'a post-mortem is drafted from the record',
      },
    };
    return {
      ...NOTHING,
      postmortem: draft,
      entries: [{ incident, entry: drafted }],
      jobs: [announcePostmortemJob(incident, now), announceJob(incident, now, PRIORITY.progress)],
    };
  }
  if (known.state === 'approved') return NOTHING;
  const { writtenBy: _, ...kept } = known;
  const renewed = { ...kept, fields: refreshFields(known, fields), drafted: fields, record };
  return JSON.stringify(renewed) === JSON.stringify(kept) ? NOTHING : saved(renewed, at, now);
}

/** Keeps what somebody wrote beside what others wrote meanwhile. What was approved has to be looked at again. */
export function onEdited(
  { postmortem: known, base, since = [] }: State,
  { fields, by }: Of<'postmortemEdited'>,
  at: Instant,
  now: Instant,
): Decision {
  if (known === undefined) return NOTHING;
  // From a revision that nobody has any more everything may have changed: then both are kept.
  const own = changedOnlyBy(by, base, since);
  const merged = mergeFields(base?.fields ?? {}, known.fields, fields, own);
  if (changedFields(known.fields, merged).length === 0) return NOTHING;
  return saved(written({ ...known, fields: merged }, by), at, now);
}

export function onReviewed(
  { postmortem: known }: State,
  id: number,
  { state, by }: Of<'postmortemReviewed'>,
  at: Instant,
  now: Instant,
): Decision {
  if (known === undefined || whyNotReviewed(known, state, by) !== undefined) return NOTHING;
  const { approvedBy: _, approvedAt: __, ...rest } = known;
  const reviewed: Postmortem = {
    ...rest,
    state,
    ...(state === 'approved' ? { approvedBy: by, approvedAt: at } : {}),
  };
  const text = { draft: 'is a draft again', inReview: 'is ready for review', approved: 'is approved' }[state];
  const entry: TimelineEntry = {
    ...{ key: `postmortem:${state}:${id}`, kind: 'postmortem', at, by, text: `the post-mortem ${text}` },
  };
  return { ...saved(reviewed, at, now), entries: [{ incident: known.incident, entry }] };
}

/** A new action item gets the next number; one that is known is what was sent from then on. */
export function onActionWritten(
  { postmortem: known, catalog }: State,
  { action: { id, ...sent }, by }: Of<'actionWritten'>,
  at: Instant,
  now: Instant,
): Decision {
  if (known === undefined) return NOTHING;
  const before = known.actions.find((action) => action.id === id);
  if (id !== undefined && before === undefined) return NOTHING;
  const action: ActionItem = {
    ...sent,
    id: before?.id ?? `${known.incident}-${nextNumber(known.actions)}`,
    createdAt: before?.createdAt ?? at,
    ...closing(before, sent.state, by, at),
  };
  if (JSON.stringify(action) === JSON.stringify(before)) return NOTHING;
  return withAction(written(known, by), action, { zone: catalog.zone, at, now });
}

/** Done, dropped, open again, or due on another day. */
export function onActionMoved(
  { postmortem: known, catalog }: State,
  { action: id, state, due, by }: Of<'actionMoved'>,
  at: Instant,
  now: Instant,
): Decision {
  const before = known?.actions.find((action) => action.id === id);
  if (known === undefined || before === undefined) return NOTHING;
  const { closedAt: _, closedBy: __, ...open } = before;
  const action: ActionItem = {
    ...open,
    ...present({ state, due }),
    ...closing(before, state ?? before.state, by, at),
  };
  if (JSON.stringify(action) === JSON.stringify(before)) return NOTHING;
  return withAction(known, action, { zone: catalog.zone, at, now });
}

/** Has a post-mortem written out and shared where it was asked for. `id` is the event’s. */
export function onExportAsked(
  id: number,
  { incident, format, place, thread, by }: Of<'exportAsked'>,
  now: Instant,
): Decision {
  const task = { kind: 'exportPostmortem' as const, incident, format, place, by, ...present({ thread }) };
  return { ...NOTHING, jobs: [job(`export:${id}`, `export:${id}`, now, PRIORITY.answer, task)] };
}

function saved(postmortem: Postmortem, at: Instant, now: Instant, jobs: readonly Job[] = []): Decision {
  const { incident, revision } = postmortem;
  return {
    ...NOTHING,
    postmortem: { ...postmortem, revision: revision + 1, updatedAt: at },
    jobs: [announcePostmortemJob(incident, now), announceJob(incident, now, PRIORITY.progress), ...jobs],
  };
}

function written(postmortem: Postmortem, by: Actor): Postmortem {
  const { authors, state } = postmortem;
  const isKnown = authors.some((author) => isSameActor(author, by));
  const { approvedBy: _, approvedAt: __, ...unapproved } = postmortem;
  return {
    ...(state === 'approved' ? { ...unapproved, state: 'inReview' as const } : postmortem),
    authors: isKnown ? authors : [...authors, by],
    writtenBy: by,
  };
}

function withAction(
  postmortem: Postmortem,
  action: ActionItem,
  { zone, at, now }: { readonly zone: string; readonly at: Instant; readonly now: Instant },
): Decision {
  const { incident, actions } = postmortem;
  const isKnown = actions.some(({ id }) => id === action.id);
  const all = isKnown ? actions.map((one) => (one.id === action.id ? action : one)) : [...actions, action];
  return {
    ...saved({ ...postmortem, actions: all }, at, now, remindJobs(incident, action, zone, now)),
    cancel: [remindKey(action.id)],
  };
}

function closing(
  before: ActionItem | undefined,
  state: ActionItem['state'],
  by: Actor,
  at: Instant,
): Pick<ActionItem, 'closedAt' | 'closedBy'> {
  if (state === 'open') return {};
  const { closedAt, closedBy } = before ?? {};
  return before?.state === state ? present({ closedAt, closedBy }) : { closedAt: at, closedBy: by };
}

/** Numbers are never given twice, also when items were dropped: none is ever deleted. */
function nextNumber(actions: readonly ActionItem[]): number {
  return actions.reduce((most, { id }) => Math.max(most, Number(id.split('-').at(-1))), 0) + 1;
}
