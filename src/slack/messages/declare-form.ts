import type { ModalView } from '@slack/types';
import { z } from 'zod';
import { type IncidentSeverity, SEVERITIES } from '#domain/incident/incident.ts';
import { context, plain } from '../blocks.ts';
import { LONGEST_TITLE } from '../declare-words.ts';
import { lineText } from './form-text.ts';
import { blockOf, chosenIn, type FormValues, typedIn } from './form-values.ts';
import { lineInput, plainText, radioInput, textInputs } from './inputs.ts';
import { servicesIn, servicesInput } from './services-input.ts';

export const DECLARE_FORM = 'incident-declare';

/** What each severity means, in a line. */
export const SEVERITY_OPTIONS: readonly (readonly [IncidentSeverity, string, string])[] = [
  ['sev1', 'Sev 1', 'Everybody is hit, or data is at risk'],
  ['sev2', 'Sev 2', 'Many are hit, or something important does not work'],
  ['sev3', 'Sev 3', 'Some are hit, or it works with a way around'],
  ['sev4', 'Sev 4', 'Nobody outside notices (yet)'],
];

/** What the form carries: what it was opened on, and the conversation in which; without one it was opened from a menu or the Home tab. */
const DeclareState = z.object({
  subject: z.object({ kind: z.enum(['alert', 'deploy', 'rollout']), id: z.string() }).optional(),
  channel: z.string().optional(),
});
export type DeclareState = z.infer<typeof DeclareState>;

/** What the form begins with. */
export type DeclareDraft = {
  readonly title?: string;
  readonly severity?: IncidentSeverity;
  readonly services: readonly string[];
  /** What it is declared from, in words. */
  readonly from?: string;
};

/** Asks what is wrong, how badly and where. `known` are all services that are configured. */
export function declareForm(draft: DeclareDraft, known: readonly string[], state: DeclareState): ModalView {
  const { title, severity = 'sev3', services, from } = draft;
  const said = from === undefined ? '' : `Declared from ${plain(from, 200)}, whose thread will tell so. `;
  return {
    type: 'modal',
    callback_id: DECLARE_FORM,
    private_metadata: JSON.stringify(state),
    title: plainText('Declare an incident', 24),
    submit: plainText('Declare', 24),
    close: plainText('Cancel', 24),
    blocks: [
      context(`${said}All of it can be changed later.`),
      ...lineInput(
        { id: 'title', label: 'What is wrong?', placeholder: 'Nobody can pay by card' },
        // A title that is made of an alert is cut to what a title may be; the alert itself stands in the timeline.
        title === undefined ? undefined : [...lineText(title)].slice(0, LONGEST_TITLE - 30).join(''),
        { limit: LONGEST_TITLE, isRequired: true },
      ),
      radioInput({ id: 'severity', label: 'How bad is it?' }, severity, SEVERITY_OPTIONS),
      ...servicesInput({ id: 'services', label: 'Services' }, services, known),
      ...textInputs(
        { id: 'summary', label: 'What is known?', placeholder: 'Since when, who is hit, what was tried' },
        undefined,
        '',
      ),
    ],
  };
}

/** What was declared; or what is wrong with it, by block. */
export function declaredIn(
  values: FormValues,
  known: readonly string[],
):
  | {
      readonly ok: true;
      readonly title: string;
      readonly severity: IncidentSeverity;
      readonly services: readonly string[];
      readonly summary?: string;
    }
  | { readonly ok: false; readonly errors: Record<string, string> } {
  const title = lineText(typedIn(values, 'title') ?? '');
  const severity = SEVERITIES.find((one) => one === chosenIn(values, 'severity')) ?? 'sev3';
  const found = servicesIn(values, 'services', known);
  const errors = {
    ...(title === ''
      ? { [blockOf(values, 'title') ?? 'title']: 'Please say in a few words what is wrong.' }
      : {}),
    ...('why' in found ? { [found.block]: found.why } : {}),
  };
  if (title === '' || 'why' in found) return { ok: false, errors };
  const summary = typedIn(values, 'summary') ?? '';
  return { ok: true, title, severity, services: found.services, ...(summary === '' ? {} : { summary }) };
}

export function declareState(metadata: string): DeclareState {
  const read = metadata.startsWith('{') ? DeclareState.safeParse(JSON.parse(metadata)) : undefined;
  return read?.success === true ? read.data : {};
}
