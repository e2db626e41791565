import type { Act } from '#domain/incident/act.ts';
import type { Incident } from '#domain/incident/incident.ts';
import type { Place } from '../app.ts';
import type { Rendered } from '../blocks.ts';
import { answerBlocks } from '../messages/answer.ts';
import { declareForm } from '../messages/declare-form.ts';
import { updateForm } from '../messages/update-form.ts';
import { mentionedIn, named } from '../plain-text.ts';
import { FORM_TOO_LATE, opened } from './forms.ts';
import type { Parts } from './incidents.ts';
import { MAY_NOT, mayChange } from './may-change.ts';
import { NO_POSTMORTEM, openPostmortem } from './postmortems.ts';

/** Where and by whom something was typed. `trigger` opens a form; a mention has none. */
export type Typed = {
  readonly by: string;
  readonly place: Place;
  readonly key: string;
  readonly trigger?: string;
};

const NO_FORM = 'Slack opens forms only from a command or a button: type it as `/obs …`, or press *Update*.';

/**
 * Does what somebody typed: commits it, or opens the form that it asks for. Gives what is to be said to them alone, if anything. `ack` is called once what was typed is committed.
 */
export async function act(
  typedAct: Act,
  typed: Typed,
  parts: Parts,
  ack: () => Promise<void>,
): Promise<Rendered | string | undefined> {
  const { asks } = parts;
  const wanted = await inNames(typedAct, parts);
  const by = { kind: 'person' as const, user: typed.by };
  const commit = async (event: Parameters<typeof asks.submit>[0]) => {
    await asks.submit(event, typed.key);
    asks.failpoint('pressed-not-acknowledged');
    await ack();
  };
  if (wanted.act === 'declare') {
    const { title, severity, services } = wanted;
    if (title === undefined) {
      await ack();
      const known = asks.catalog.current().services.map(({ name }) => name);
      const draft = { services, ...(severity === undefined ? {} : { severity }) };
      return form(typed, declareForm(draft, known, { channel: typed.place.channel }), parts);
    }
    await commit({
      ...{ type: 'incidentDeclared', title, services, by, place: typed.place.channel },
      ...(severity === undefined ? {} : { severity }),
    });
    return undefined;
  }
  const found = await meant(wanted.incident, wanted.act, typed.place, parts);
  if ('text' in found) {
    await ack();
    return found;
  }
  if (CHANGES.has(wanted.act) && !(await mayChange(found, typed.by, wanted.act, parts))) {
    await ack();
    return MAY_NOT;
  }
  const incident = found.id;
  switch (wanted.act) {
    case 'note':
      await commit({ type: 'timelineNoted', incident, text: wanted.text, at: asks.clock.now(), by });
      return `Added to the timeline of ${incident}.`;
    case 'status':
      await commit({
        ...{ type: 'incidentChanged', incident, change: { status: wanted.status }, by },
        ...(wanted.text === undefined ? {} : { note: wanted.text }),
      });
      return `${incident} is ${wanted.status}.`;
    case 'severity':
      await commit({ type: 'incidentChanged', incident, change: { severity: wanted.severity }, by });
      return `${incident} is ${wanted.severity.replace('sev', 'sev ')}.`;
    case 'role': {
      const holder = { kind: 'person' as const, user: wanted.user ?? typed.by };
      await commit({
        type: 'incidentChanged',
        incident,
        change: { role: { role: wanted.role, holder } },
        by,
      });
      return `<@${holder.user.replaceAll(/\W/g, '')}> is ${wanted.role} of ${incident}.`;
    }
    case 'update': {
      await ack();
      const known = asks.catalog.current().services.map(({ name }) => name);
      return form(typed, updateForm(found, known, { channel: typed.place.channel }), parts);
    }
    case 'postmortem':
      await ack();
      if (typed.trigger === undefined) return NO_FORM;
      return openPostmortem(incident, { trigger: typed.trigger, channel: typed.place.channel }, parts);
    case 'export': {
      if ((await asks.postmortem(incident)) === undefined) {
        await ack();
        return NO_POSTMORTEM;
      }
      const { channel: place, thread } = typed.place;
      await commit({
        ...{ type: 'exportAsked', incident, format: wanted.format, place, by },
        ...(thread === undefined ? {} : { thread }),
      });
      return undefined;
    }
  }
}

/** The same with people by name in the words that are kept: whoever reads them may not be in Slack. */
async function inNames(wanted: Act, { names }: Parts): Promise<Act> {
  const plain = async (words: string) => named(words, await names.of(mentionedIn(words)));
  if (wanted.act === 'declare' && wanted.title !== undefined)
    return { ...wanted, title: await plain(wanted.title) };
  const isSaid = wanted.act === 'note' || wanted.act === 'status';
  return isSaid && wanted.text !== undefined ? { ...wanted, text: await plain(wanted.text) } : wanted;
}

/** What only some may do, where groups of responders are configured. */
const CHANGES: ReadonlySet<Act['act']> = new Set(['status', 'severity', 'role', 'update']);

/** The incident that is meant: the one named, the one worked on here, or the only one that is open; else which there are, as an answer. */
async function meant(
  id: string | undefined,
  what: Act['act'],
  place: Place,
  { asks }: Parts,
): Promise<Incident | Rendered> {
  if (id !== undefined) {
    const known = await asks.incident(id);
    return known ?? answerBlocks(await asks.answerNow({ ask: 'incident', incident: id }, place));
  }
  const here = await asks.incidentAt(place);
  if (here !== undefined) return here;
  const open = await asks.openIncidents();
  const [only, ...others] = open;
  if (only !== undefined && others.length === 0 && what !== 'postmortem' && what !== 'export') return only;
  const ask = what === 'postmortem' || what === 'export' ? ('postmortem' as const) : ('incident' as const);
  return answerBlocks(await asks.answerNow({ ask }, place));
}

async function form(
  { trigger }: Typed,
  view: Parameters<typeof opened>[1],
  parts: Parts,
): Promise<string | undefined> {
  if (trigger === undefined) return NO_FORM;
  return (await opened(trigger, view, parts)) ? undefined : FORM_TOO_LATE;
}
