import type { ModalView } from '@slack/types';
import { z } from 'zod';
import { LONGEST_PLAN } from '#domain/digest/plan.ts';
import { plain, section } from '../blocks.ts';
import { lineText } from './form-text.ts';
import { type FormValues, typedIn } from './form-values.ts';

/** The form's callback id, and the one field that it has. */
export const PLAN_FORM = 'digest-plan';
export const PLAN = 'plan';

/** What a form carries from the button to where it is sent: the budget, the digest in which the button stood (none where one person alone saw it), and the conversation. */
const PlanPlace = z.object({
  service: z.string(),
  slo: z.string(),
  channel: z.string(),
  ts: z.string().optional(),
});
export type PlanPlace = z.infer<typeof PlanPlace>;

/** Asks what a team means to do about a budget. */
export function planForm(place: PlanPlace): ModalView {
  return {
    type: 'modal',
    callback_id: PLAN_FORM,
    private_metadata: JSON.stringify(place),
    title: { type: 'plain_text', text: 'Recovery plan' },
    submit: { type: 'plain_text', text: 'Keep' },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [
      section(
        `What will bring *${plain(place.service, 80)}* ${plain(place.slo, 80)} back within its budget? The plan stands in this digest, and in the next ones beside what the budget spent since.`,
      ),
      {
        type: 'input',
        block_id: PLAN,
        label: { type: 'plain_text', text: 'The plan, in a sentence' },
        element: {
          type: 'plain_text_input',
          action_id: PLAN,
          multiline: true,
          min_length: 1,
          max_length: LONGEST_PLAN,
          focus_on_load: true,
          placeholder: { type: 'plain_text', text: 'Cap the pool at 40 connections, by Thursday' },
        },
      },
    ],
  };
}

/** What was typed into the form, on one line; empty where nothing was. */
export function planIn(values: FormValues): string {
  return [...lineText(typedIn(values, PLAN) ?? '')].slice(0, LONGEST_PLAN).join('');
}

/** Where a form was opened, or what a button names; `undefined` where it is none of ours. */
export function planPlace(written: string, more: Partial<PlanPlace> = {}): PlanPlace | undefined {
  if (!written.startsWith('{')) return undefined;
  const read = PlanPlace.safeParse({ ...JSON.parse(written), ...more });
  return read.success ? read.data : undefined;
}
