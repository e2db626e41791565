import type { ModalView } from '@slack/types';
import { z } from 'zod';
import type { Deploy } from '#domain/deploy.ts';
import type { Verdict } from '#domain/verdict/verdict.ts';
import { plain, section } from '../blocks.ts';
import { isVerdict } from './verdict.ts';

/** The form's callback id, and the one field that it has. */
export const EXPECTED_FORM = 'verdict-expected';
export const REASON = 'reason';

/** As long as a reason may be, in characters. */
const LONGEST_REASON = 500;

/** What a form carries from where it was opened to where it is sent: the deploy, the verdict that was seen, and the conversation in which the button stood. */
const FormPlace = z.object({
  deploy: z.string(),
  seen: z.custom<Verdict>((word) => typeof word === 'string' && isVerdict(word)).optional(),
  channel: z.string(),
});
export type FormPlace = z.infer<typeof FormPlace>;

/** Asks why a verdict is expected, and says what that means. */
export function expectedForm(deploy: Deploy, place: FormPlace): ModalView {
  const name = [deploy.service, deploy.version].flatMap((part) =>
    part === undefined ? [] : [plain(part, 80)],
  );
  return {
    type: 'modal',
    callback_id: EXPECTED_FORM,
    private_metadata: JSON.stringify(place),
    title: { type: 'plain_text', text: 'It’s expected' },
    submit: { type: 'plain_text', text: 'Record' },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [
      section(
        `*${name.join(' ')}* was found degraded. If that was to be expected, say why: the verdict and its evidence stay, it counts as right, and everybody reads the reason in its thread.`,
      ),
      {
        type: 'input',
        block_id: REASON,
        label: { type: 'plain_text', text: 'Why is it expected?' },
        element: {
          type: 'plain_text_input',
          action_id: REASON,
          multiline: true,
          min_length: 1,
          max_length: LONGEST_REASON,
          focus_on_load: true,
          placeholder: { type: 'plain_text', text: 'The nightly import runs at the same time' },
        },
      },
    ],
  };
}

/** What was typed into the form; empty where nothing was. */
export function reasonIn(values: FormValues): string {
  const typed = values[REASON]?.[REASON]?.value ?? '';
  return [...typed.trim()].slice(0, LONGEST_REASON).join('');
}

/** Where a form was opened; `undefined` where it is none of ours. */
export function formPlace(metadata: string): FormPlace | undefined {
  if (!metadata.startsWith('{')) return undefined;
  const read = FormPlace.safeParse(JSON.parse(metadata));
  return read.success ? read.data : undefined;
}

type FormValues = Readonly<Record<string, Readonly<Record<string, { readonly value?: string | null }>>>>;
