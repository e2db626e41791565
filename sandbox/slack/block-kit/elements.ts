import { z } from 'zod';
import {
  actionId,
  choice,
  confirm,
  conversationFilter,
  dispatchConfig,
  flag,
  items,
  option,
  optionGroup,
  overflowOption,
  plainText,
  slackFile,
  url,
  words,
  workflow,
} from './composition.ts';

/** Elements of reference/block-kit/block-elements, each with its limits; unknown properties are refused. */
const PLACED = { action_id: actionId.optional(), focus_on_load: flag.optional() };
const ASKED = { ...PLACED, placeholder: plainText(150).optional() };
const SELECT = { ...ASKED, confirm: confirm.optional() };
const MANY = { ...SELECT, max_selected_items: z.int().min(1).optional() };
const CHOICES = {
  options: items(option, 1, 100).optional(),
  option_groups: items(optionGroup, 1, 100).optional(),
};
const CONVERSATIONS = {
  default_to_current_conversation: flag.optional(),
  filter: conversationFilter.optional(),
};
const DATE = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, { error: 'must be a date such as 2026-11-24' });
const TIME = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'must be a time such as 12:00' });
const NUMBER = z.union([z.string().regex(/^-?\d+(\.\d+)?$/), z.number()]);

type Choices = { options?: unknown; option_groups?: unknown };

/** Options or groups of options, one of the two. */
function oneSource<T extends z.ZodType<Choices>>(shape: T) {
  return shape.refine(
    ({ options, option_groups: groups }) => (options === undefined) !== (groups === undefined),
    {
      error: 'must have exactly one of options and option_groups',
    },
  );
}

function ordered(low: unknown, high: unknown): boolean {
  return low === undefined || high === undefined || Number(low) <= Number(high);
}

export const button = z.strictObject({
  type: z.literal('button'),
  text: plainText(75),
  action_id: actionId.optional(),
  url: url.optional(),
  value: words(0, 2000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  confirm: confirm.optional(),
  accessibility_label: words(0, 75).optional(),
});

const workflowButton = z.strictObject({
  type: z.literal('workflow_button'),
  text: plainText(75),
  action_id: actionId.optional(),
  workflow,
  style: z.enum(['primary', 'danger']).optional(),
  accessibility_label: words(0, 75).optional(),
});

export const image = z
  .strictObject({
    type: z.literal('image'),
    alt_text: words(1, 2000),
    image_url: url.optional(),
    slack_file: slackFile.optional(),
  })
  .refine(({ image_url: address, slack_file: file }) => (address === undefined) !== (file === undefined), {
    error: 'must have exactly one of image_url and slack_file',
  });

const checkboxes = z.strictObject({
  type: z.literal('checkboxes'),
  ...PLACED,
  confirm: confirm.optional(),
  options: items(choice, 1, 10),
  initial_options: items(choice, 1, 10).optional(),
});
const radioButtons = z.strictObject({
  type: z.literal('radio_buttons'),
  ...PLACED,
  confirm: confirm.optional(),
  options: items(choice, 1, 10),
  initial_option: choice.optional(),
});
const overflow = z.strictObject({
  type: z.literal('overflow'),
  action_id: actionId.optional(),
  confirm: confirm.optional(),
  options: items(overflowOption, 1, 5),
});
const datepicker = z.strictObject({
  type: z.literal('datepicker'),
  ...SELECT,
  initial_date: DATE.optional(),
});
const timepicker = z.strictObject({
  type: z.literal('timepicker'),
  ...SELECT,
  initial_time: TIME.optional(),
  timezone: words(1, 255).optional(),
});
const datetimepicker = z.strictObject({
  type: z.literal('datetimepicker'),
  ...PLACED,
  confirm: confirm.optional(),
  initial_date_time: z.int().min(1_000_000_000).max(9_999_999_999).optional(),
});

const staticSelect = oneSource(
  z.strictObject({
    type: z.literal('static_select'),
    ...SELECT,
    ...CHOICES,
    initial_option: option.optional(),
  }),
);
const multiStaticSelect = oneSource(
  z.strictObject({
    type: z.literal('multi_static_select'),
    ...MANY,
    ...CHOICES,
    initial_options: items(option, 1, 100).optional(),
  }),
);
const QUERY = { min_query_length: z.int().min(0).optional() };
const ID = z.string().min(1);
const selects = [
  staticSelect,
  multiStaticSelect,
  z.strictObject({
    type: z.literal('external_select'),
    ...SELECT,
    ...QUERY,
    initial_option: option.optional(),
  }),
  z.strictObject({
    type: z.literal('multi_external_select'),
    ...MANY,
    ...QUERY,
    initial_options: items(option, 1, 100).optional(),
  }),
  z.strictObject({ type: z.literal('users_select'), ...SELECT, initial_user: ID.optional() }),
  z.strictObject({ type: z.literal('multi_users_select'), ...MANY, initial_users: z.array(ID).optional() }),
  z.strictObject({
    type: z.literal('conversations_select'),
    ...SELECT,
    ...CONVERSATIONS,
    initial_conversation: ID.optional(),
    response_url_enabled: flag.optional(),
  }),
  z.strictObject({
    type: z.literal('multi_conversations_select'),
    ...MANY,
    ...CONVERSATIONS,
    initial_conversations: z.array(ID).optional(),
  }),
  z.strictObject({
    type: z.literal('channels_select'),
    ...SELECT,
    initial_channel: ID.optional(),
    response_url_enabled: flag.optional(),
  }),
  z.strictObject({
    type: z.literal('multi_channels_select'),
    ...MANY,
    initial_channels: z.array(ID).optional(),
  }),
] as const;

const inputs = [
  z
    .strictObject({
      type: z.literal('plain_text_input'),
      ...ASKED,
      initial_value: words(0, 3000).optional(),
      multiline: flag.optional(),
      min_length: z.int().min(0).max(3000).optional(),
      max_length: z.int().min(1).max(3000).optional(),
      dispatch_action_config: dispatchConfig.optional(),
    })
    .refine(({ min_length: low, max_length: high }) => ordered(low, high), {
      error: 'min_length must not exceed max_length',
    }),
  z
    .strictObject({
      type: z.literal('number_input'),
      ...ASKED,
      is_decimal_allowed: flag,
      initial_value: NUMBER.optional(),
      min_value: NUMBER.optional(),
      max_value: NUMBER.optional(),
      dispatch_action_config: dispatchConfig.optional(),
    })
    .refine(({ min_value: low, max_value: high }) => ordered(low, high), {
      error: 'min_value must not exceed max_value',
    }),
  z.strictObject({
    type: z.literal('email_text_input'),
    ...ASKED,
    initial_value: z.string().optional(),
    dispatch_action_config: dispatchConfig.optional(),
  }),
  z.strictObject({
    type: z.literal('url_text_input'),
    ...ASKED,
    initial_value: z.string().optional(),
    dispatch_action_config: dispatchConfig.optional(),
  }),
  z.strictObject({
    type: z.literal('rich_text_input'),
    ...ASKED,
    initial_value: z.looseObject({ type: z.string() }).optional(),
    dispatch_action_config: dispatchConfig.optional(),
  }),
  z.strictObject({
    type: z.literal('file_input'),
    action_id: actionId.optional(),
    filetypes: z.array(z.string().min(1)).optional(),
    max_files: z.int().min(1).max(10).optional(),
  }),
] as const;

const pickers = [datepicker, timepicker, datetimepicker] as const;

/** What may stand in a section beside its text. */
export const accessory = z.discriminatedUnion('type', [
  button,
  workflowButton,
  image,
  checkboxes,
  radioButtons,
  overflow,
  datepicker,
  timepicker,
  ...selects,
]);

/** What may stand in an actions block. */
export const interactive = z.discriminatedUnion('type', [
  button,
  workflowButton,
  checkboxes,
  radioButtons,
  overflow,
  ...pickers,
  ...selects,
]);

/** What an input block may ask with. */
export const inputElement = z.discriminatedUnion('type', [
  checkboxes,
  radioButtons,
  ...pickers,
  ...selects,
  ...inputs,
]);

const feedbackButton = z.strictObject({
  text: plainText(75),
  value: words(1, 2000),
  accessibility_label: words(0, 75).optional(),
});

/** What may stand in a context_actions block. */
export const contextAction = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('feedback_buttons'),
    action_id: actionId.optional(),
    positive_button: feedbackButton,
    negative_button: feedbackButton,
  }),
  z.strictObject({
    type: z.literal('icon_button'),
    action_id: actionId.optional(),
    icon: z.string().min(1),
    text: plainText(75),
    value: words(1, 2000).optional(),
    confirm: confirm.optional(),
    accessibility_label: words(0, 75).optional(),
    visible_to_user_ids: items(ID, 0, 10).optional(),
  }),
]);

/** A source of a task: an address with its words. */
export const urlSource = z.strictObject({ type: z.literal('url'), url, text: words(1, 3000).optional() });
