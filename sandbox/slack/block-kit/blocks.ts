import { z } from 'zod';
import { anyText, blockId, flag, items, mrkdwn, plainText, slackFile, url, words } from './composition.ts';
import { dataTable, dataVisualization, table } from './data.ts';
import {
  accessory,
  button,
  contextAction,
  image as imageElement,
  inputElement,
  interactive,
  urlSource,
} from './elements.ts';
import { richText } from './rich-text.ts';

/** Blocks of reference/block-kit/blocks, each with its limits; unknown properties are refused. */
const NAMED = { block_id: blockId.optional() };

const section = z
  .strictObject({
    type: z.literal('section'),
    ...NAMED,
    text: anyText(3000).optional(),
    fields: items(anyText(2000), 1, 10).optional(),
    accessory: accessory.optional(),
    expand: flag.optional(),
  })
  .refine(({ text, fields }) => text !== undefined || fields !== undefined, {
    error: 'missing required field: text',
  });

const image = z
  .strictObject({
    type: z.literal('image'),
    ...NAMED,
    alt_text: words(1, 2000),
    title: plainText(2000).optional(),
    image_url: url.optional(),
    slack_file: slackFile.optional(),
  })
  .refine(({ image_url: address, slack_file: file }) => (address === undefined) !== (file === undefined), {
    error: 'must have exactly one of image_url and slack_file',
  });

const task = {
  task_id: words(1, 255),
  title: words(1, 3000),
  status: z.enum(['pending', 'in_progress', 'complete', 'error']),
  details: richText.optional(),
  output: richText.optional(),
  sources: z.array(urlSource).optional(),
};

const card = z
  .strictObject({
    type: z.literal('card'),
    ...NAMED,
    hero_image: imageElement.optional(),
    icon: imageElement.optional(),
    slack_icon: z.strictObject({ type: z.literal('icon'), name: z.string().min(1) }).optional(),
    title: anyText(150).optional(),
    subtitle: anyText(150).optional(),
    body: anyText(200).optional(),
    subtext: anyText(200).optional(),
    actions: items(button, 1, 3).optional(),
  })
  .refine(
    ({ hero_image: hero, title, actions, body }) =>
      [hero, title, actions, body].some((one) => one !== undefined),
    { error: 'must have at least one of hero_image, title, actions and body' },
  );

const simple = [
  section,
  image,
  richText,
  table,
  dataTable,
  dataVisualization,
  card,
  z.strictObject({ type: z.literal('header'), ...NAMED, text: plainText(150) }),
  z.strictObject({ type: z.literal('divider'), ...NAMED }),
  z.strictObject({
    type: z.literal('context'),
    ...NAMED,
    elements: items(z.discriminatedUnion('type', [imageElement, plainText(3000), mrkdwn(3000)]), 1, 10),
  }),
  z.strictObject({ type: z.literal('actions'), ...NAMED, elements: items(interactive, 1, 25) }),
  z.strictObject({
    type: z.literal('input'),
    ...NAMED,
    label: plainText(2000),
    element: inputElement,
    hint: plainText(2000).optional(),
    optional: flag.optional(),
    dispatch_action: flag.optional(),
  }),
  z.strictObject({
    type: z.literal('file'),
    ...NAMED,
    external_id: words(1, 255),
    source: z.literal('remote'),
  }),
  z.strictObject({
    type: z.literal('video'),
    ...NAMED,
    alt_text: words(1, 200),
    title: plainText(200),
    thumbnail_url: url,
    video_url: url,
    title_url: url.optional(),
    author_name: words(0, 50).optional(),
    description: plainText(200).optional(),
    provider_icon_url: url.optional(),
    provider_name: words(0, 50).optional(),
  }),
  z.strictObject({ type: z.literal('markdown'), ...NAMED, text: words(1, 12_000) }),
  z.strictObject({
    type: z.literal('alert'),
    ...NAMED,
    text: anyText(200),
    level: z.enum(['default', 'info', 'warning', 'error', 'success']).optional(),
  }),
  z.strictObject({ type: z.literal('carousel'), ...NAMED, elements: items(card, 1, 10) }),
  z.strictObject({ type: z.literal('context_actions'), ...NAMED, elements: items(contextAction, 1, 5) }),
  z.strictObject({ type: z.literal('task_card'), ...NAMED, ...task }),
  z.strictObject({
    type: z.literal('plan'),
    ...NAMED,
    title: words(1, 3000),
    tasks: z.array(z.strictObject({ type: z.literal('task_card').optional(), ...NAMED, ...task })).optional(),
  }),
] as const;

const inContainer = z.discriminatedUnion('type', simple);

/** Any block. */
export const block = z.discriminatedUnion('type', [
  ...simple,
  z.strictObject({
    type: z.literal('container'),
    ...NAMED,
    title: plainText(150),
    subtitle: anyText(150).optional(),
    child_blocks: items(inContainer, 1, 10),
    width: z.string().min(1).optional(),
    is_collapsible: flag.optional(),
    default_collapsed: flag.optional(),
    has_header_divider: flag.optional(),
  }),
]);
