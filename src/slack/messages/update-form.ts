import type { ModalView } from '@slack/types';
import { z } from 'zod';
import type { IncidentChange } from '#domain/event.ts';
import {
  type Incident,
  type IncidentStatus,
  ROLES,
  type Role,
  SEVERITIES,
  STATUSES,
} from '#domain/incident/incident.ts';
import { LONGEST_TITLE } from '../declare-words.ts';
import { SEVERITY_OPTIONS } from './declare-form.ts';
import { formText, lineText, printOf } from './form-text.ts';
import { blockOf, checkedIn, chosenIn, type FormValues, typedIn } from './form-values.ts';
import { lineInput, personInput, plainText, selectInput, textInputs } from './inputs.ts';
import { servicesIn, servicesInput } from './services-input.ts';
import { CLEARED, clearedInput, drawnTimes, knownTimes, timesInputs, touchedTimes } from './times-inputs.ts';

export const UPDATE_FORM = 'incident-update';

/** What the form carries: the incident, and what stood in its fields. */
const UpdateState = z.object({
  incident: z.string(),
  channel: z.string().optional(),
  drawn: z.record(z.string(), z.string()),
});
export type UpdateState = z.infer<typeof UpdateState>;

const ROLE_LABELS: Readonly<Record<Role, string>> = {
  commander: 'Commander',
  communications: 'Communications',
  scribe: 'Scribe',
};

const SOME_OTHER = 'its text stays as it is; REST can change it.';

/** Asks for all that can be changed of an incident. `status` is what it begins with where somebody is about to set it. */
export function updateForm(
  incident: Incident,
  known: readonly string[],
  { channel, status = incident.status }: { readonly channel?: string; readonly status?: IncidentStatus },
): ModalView {
  const state = {
    incident: incident.id,
    ...(channel === undefined ? {} : { channel }),
    drawn: drawnOf(incident, known),
  };
  const held = ROLES.flatMap((role) =>
    incident.roles[role] === undefined ? [] : [[role, ROLE_LABELS[role]] as const],
  );
  return {
    type: 'modal',
    callback_id: UPDATE_FORM,
    private_metadata: JSON.stringify(state),
    title: plainText(status === incident.status ? `Update ${incident.id}` : `${incident.id}: ${status}`, 24),
    submit: plainText('Save', 24),
    close: plainText('Cancel', 24),
    blocks: [
      ...textInputs(
        {
          id: 'note',
          label: 'What is to be said?',
          placeholder: 'Rolled back to v1.4.1, errors are falling',
          hint: 'It is told in the incident’s thread and kept in its timeline.',
        },
        undefined,
        SOME_OTHER,
      ),
      selectInput(
        { id: 'status', label: 'Status' },
        status,
        STATUSES.map((one) => [one, capital(one)]),
      ),
      selectInput(
        { id: 'severity', label: 'Severity' },
        incident.severity,
        SEVERITY_OPTIONS.map(([value, label, why]) => [value, `${label}: ${why}`]),
      ),
      ...lineInput({ id: 'title', label: 'Title' }, incident.title, {
        limit: LONGEST_TITLE,
        isRequired: true,
      }),
      ...textInputs({ id: 'summary', label: 'What is known' }, incident.summary, SOME_OTHER),
      ...servicesInput({ id: 'services', label: 'Services' }, incident.services, known),
      ...ROLES.map((role) => personInput({ id: role, label: ROLE_LABELS[role] }, personIn(incident, role))),
      ...timesInputs(incident.times),
      ...clearedInput(
        [...held, ...knownTimes(incident.times)],
        'Empty these: nobody has the role, or the time is not known',
      ),
    ],
  };
}

/** What was changed of an incident; a change each further role. What nobody touched is in none. */
export type Updated = { readonly changes: readonly IncidentChange[]; readonly note?: string };

/** Reads the form back, or says what is wrong, by block. `incident` is as it now stands. */
export function updatedIn(
  values: FormValues,
  { drawn }: UpdateState,
  { incident, known }: { readonly incident: Incident; readonly known: readonly string[] },
): ({ readonly ok: true } & Updated) | { readonly ok: false; readonly errors: Record<string, string> } {
  const title = typedIn(values, 'title');
  const services = servicesIn(values, 'services', known);
  const errors = {
    ...(title === '' ? { [blockOf(values, 'title') ?? 'title']: 'An incident needs a title.' } : {}),
    ...('why' in services ? { [services.block]: services.why } : {}),
  };
  if (title === '' || 'why' in services) return { ok: false, errors };
  const summary = typedIn(values, 'summary');
  const severity = SEVERITIES.find((one) => one === chosenIn(values, 'severity'));
  const status = STATUSES.find((one) => one === chosenIn(values, 'status'));
  const times = touchedTimes(values, drawn);
  const change: IncidentChange = {
    ...(title !== undefined && printOf(lineText(title)) !== drawn.title ? { title: lineText(title) } : {}),
    ...(summary !== undefined && printOf(summary) !== drawn.summary ? { summary } : {}),
    ...(severity !== undefined && severity !== drawn.severity ? { severity } : {}),
    ...(status !== undefined && status !== drawn.status ? { status } : {}),
    ...(printOf(services.services.join('\n')) === drawn.services
      ? {}
      : { services: withGone(services.services, incident, known) }),
    ...(times === undefined ? {} : { times }),
  };
  const note = typedIn(values, 'note') ?? '';
  const [first, ...others] = rolesIn(values, drawn);
  const changes = [first === undefined ? change : { ...change, ...first }, ...others];
  return { ok: true, changes, ...(note === '' ? {} : { note }) };
}

/** Who has which role now: a change for each that is another one. */
function rolesIn(values: FormValues, drawn: UpdateState['drawn']): readonly Pick<IncidentChange, 'role'>[] {
  const cleared = checkedIn(values, CLEARED) ?? [];
  return ROLES.flatMap((role) => {
    const user = cleared.includes(role) ? '' : chosenIn(values, role);
    if (user === undefined || user === (drawn[role] ?? '')) return [];
    return [{ role: user === '' ? { role } : { role, holder: { kind: 'person' as const, user } } }];
  });
}

/** Services that are no longer configured cannot be chosen and are not lost by that. */
function withGone(
  chosen: readonly string[],
  { services }: Incident,
  known: readonly string[],
): readonly string[] {
  return [...new Set([...chosen, ...services.filter((name) => !known.includes(name))])];
}

function drawnOf(incident: Incident, known: readonly string[]): Record<string, string> {
  return {
    title: printOf(lineText(incident.title)),
    summary: printOf(formText(incident.summary ?? '')),
    severity: incident.severity,
    status: incident.status,
    services: printOf(incident.services.filter((name) => known.includes(name)).join('\n')),
    ...Object.fromEntries(ROLES.map((role) => [role, personIn(incident, role) ?? ''])),
    ...drawnTimes(incident.times),
  };
}

/** Only a person can be shown in a field for people. */
function personIn({ roles }: Incident, role: Role): string | undefined {
  const holder = roles[role];
  return holder?.kind === 'person' ? holder.user : undefined;
}

export function updateState(metadata: string): UpdateState | undefined {
  const read = metadata.startsWith('{') ? UpdateState.safeParse(JSON.parse(metadata)) : undefined;
  return read?.success === true ? read.data : undefined;
}

function capital(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}
