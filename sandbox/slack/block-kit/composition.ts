import { z } from 'zod';

/** A string of `least` to `most` characters; Slack counts code points. */
export function words(least: number, most: number) {
  return z.string().superRefine((text, issues) => {
    const length = [...text].length;
    if (length < least)
      issues.addIssue({ code: 'custom', message: `must be more than ${least - 1} characters` });
    if (length > most)
      issues.addIssue({ code: 'custom', message: `must be less than ${most + 1} characters` });
  });
}

/** A list of `least` to `most` items. */
export function items<T extends z.ZodType>(item: T, least: number, most: number) {
  return z
    .array(item)
    .min(least, { error: `no fewer than ${least} items allowed` })
    .max(most, { error: `no more than ${most} items allowed` });
}

export const flag = z.boolean();
export const actionId = words(1, 255);
export const blockId = words(1, 255);
export const url = words(1, 3000);

export function plainText(most: number) {
  return z.strictObject({ type: z.literal('plain_text'), text: words(1, most), emoji: flag.optional() });
}

export function mrkdwn(most: number) {
  return z.strictObject({ type: z.literal('mrkdwn'), text: words(1, most), verbatim: flag.optional() });
}

/** A text object of either kind (reference/block-kit/composition-objects/text-object). */
export function anyText(most: number) {
  return z.discriminatedUnion('type', [plainText(most), mrkdwn(most)]);
}

/** A confirmation dialog (…/confirmation-dialog-object): 100, 300, 30 and 30 characters. */
export const confirm = z.strictObject({
  title: plainText(100),
  text: anyText(300),
  confirm: plainText(30),
  deny: plainText(30),
  style: z.enum(['primary', 'danger']).optional(),
});

/** An option (…/option-object): 75 characters, value 150, description 75; selects and menus take plain text only. */
export const option = z.strictObject({
  text: plainText(75),
  value: words(1, 150),
  description: plainText(75).optional(),
});
export const overflowOption = option.extend({ url: url.optional() });
/** Options of radio buttons and checkboxes may be formatted. */
export const choice = z.strictObject({
  text: anyText(75),
  value: words(1, 150),
  description: anyText(75).optional(),
});
export const optionGroup = z.strictObject({ label: plainText(75), options: items(option, 1, 100) });

export const conversationFilter = z
  .strictObject({
    include: items(z.enum(['im', 'mpim', 'private', 'public']), 1, 4).optional(),
    exclude_external_shared_channels: flag.optional(),
    exclude_bot_users: flag.optional(),
  })
  .refine((filter) => Object.keys(filter).length > 0, { error: 'must have at least one property' });

export const dispatchConfig = z.strictObject({
  trigger_actions_on: items(z.enum(['on_enter_pressed', 'on_character_entered']), 1, 2).optional(),
});

/** A file of Slack's (…/slack-file-object): by id or by address, never both. */
export const slackFile = z
  .strictObject({
    id: z
      .string()
      .regex(/^F[A-Z0-9]{7,}$/)
      .optional(),
    url: url.optional(),
  })
  .refine(({ id, url: address }) => (id === undefined) !== (address === undefined), {
    error: 'must have exactly one of id and url',
  });

export const workflow = z.strictObject({
  trigger: z.strictObject({
    url,
    customizable_input_parameters: z
      .array(z.strictObject({ name: z.string().min(1), value: z.string() }))
      .optional(),
  }),
});
