import { z } from 'zod';
import { Refusal } from '../refusal.ts';
import { block } from './blocks.ts';
import { items, plainText, words } from './composition.ts';
import { faultsOfWhole } from './wholes.ts';

/** Whether the file of a picture may be shown. */
export type Files = { isUsable(reference: { id?: string; url?: string }): boolean };

/** All blocks of a message together: the limit that bolt-js #2509 found, not documented. Tables have their own. */
const MESSAGE_TOTAL = 13_200;
/** Blocks in a message, and in a modal or a Home tab. */
const MOST = { message: 50, view: 100 } as const;
/** A view as JSON (views.open, `view_too_large`). */
const VIEW_TOTAL = 250_000;
/** Charts in a message. */
const MOST_CHARTS = 2;

/** Judges the blocks of a message; refuses with `invalid_blocks` and the JSON pointer of each fault, or `msg_blocks_too_long`. */
export function judgeBlocks(blocks: unknown, files: Files): void {
  refuseFaults('blocks', items(block, 0, MOST.message), blocks);
  const all = Array.isArray(blocks) ? blocks : [];
  const charts = all.filter(({ type }) => type === 'data_visualization').length;
  if (charts > MOST_CHARTS)
    throw new Refusal('invalid_blocks', [
      `no more than ${MOST_CHARTS} data_visualization blocks allowed [json-pointer:/blocks]`,
    ]);
  const faults = faultsOfWhole(all, '/blocks');
  if (faults.length > 0) throw new Refusal('invalid_blocks', faults);
  refuseUnusable(all, files);
  const counted = all.filter(({ type }) => type !== 'data_table' && type !== 'table');
  if (JSON.stringify(counted).length > MESSAGE_TOTAL + counted.length * 80)
    throw new Refusal('msg_blocks_too_long');
}

/** Judges the attachments of a message: of those only the blocks and a few facts are looked at, as of what is legacy. */
export function judgeAttachments(attachments: unknown, files: Files): void {
  const shape = items(z.looseObject({ blocks: items(block, 1, MOST.message).optional() }), 0, 100);
  refuseFaults('attachments', shape, attachments);
  for (const { blocks } of shape.parse(attachments)) if (blocks !== undefined) refuseUnusable(blocks, files);
}

const METADATA = {
  private_metadata: words(0, 3000).optional(),
  callback_id: words(1, 255).optional(),
  external_id: words(0, 255).optional(),
};
const modal = z
  .strictObject({
    type: z.literal('modal'),
    title: plainText(24),
    submit: plainText(24).optional(),
    close: plainText(24).optional(),
    blocks: items(block, 1, MOST.view),
    clear_on_close: z.boolean().optional(),
    notify_on_close: z.boolean().optional(),
    submit_disabled: z.boolean().optional(),
    ...METADATA,
  })
  .refine(({ blocks, submit }) => submit !== undefined || blocks.every(({ type }) => type !== 'input'), {
    error: 'missing required field: submit',
    path: ['submit'],
  });
const home = z.strictObject({
  type: z.literal('home'),
  blocks: items(block, 1, MOST.view),
  // Without meaning here, but Slack hands them out and takes them back.
  clear_on_close: z.boolean().optional(),
  notify_on_close: z.boolean().optional(),
  ...METADATA,
});

/** Judges a view; refuses with `invalid_arguments` and the JSON pointer of each fault, or `view_too_large`. */
export function judgeView(view: unknown, type: 'modal' | 'home', files: Files): void {
  if (JSON.stringify(view).length > VIEW_TOTAL) throw new Refusal('view_too_large');
  const shape = type === 'modal' ? modal : home;
  refuseFaults('view', shape, view, 'invalid_arguments');
  const { blocks } = shape.parse(view);
  const ids = blocks.flatMap(({ block_id: id }) => (id === undefined ? [] : [id]));
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined)
    throw new Refusal('invalid_arguments', [`block_id ${twice} already exists [json-pointer:/view/blocks]`]);
  const faults = faultsOfWhole(blocks, '/view/blocks');
  if (faults.length > 0) throw new Refusal('invalid_arguments', faults);
  refuseUnusable(blocks, files, '/view/blocks');
}

function refuseFaults(name: string, shape: z.ZodType, value: unknown, error = `invalid_${name}`): void {
  const { error: found } = shape.safeParse(value);
  if (found === undefined) return;
  throw new Refusal(
    error,
    found.issues.map((issue) => `${wordsOf(issue)} [json-pointer:/${[name, ...issue.path].join('/')}]`),
  );
}

/** An issue in Slack's manner of speaking. */
function wordsOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return `no more properties allowed: ${issue.keys.join(', ')}`;
    case 'invalid_union':
      return `unsupported type`;
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? `missing required field: ${String(issue.path.at(-1))}`
        : `must be ${issue.expected}`;
    default:
      return issue.message;
  }
}

/** Pictures in blocks, sections and contexts have to be usable: processed, and seen by the bot. */
function refuseUnusable(value: unknown, files: Files, at = '/blocks'): void {
  const faults = unusableIn(value, files, at);
  if (faults.length > 0) throw new Refusal('invalid_blocks', faults);
}

function unusableIn(value: unknown, files: Files, at: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === 'slack_file' && !files.isUsable(inner)
      ? [`invalid slack file [json-pointer:${at}/slack_file]`]
      : unusableIn(inner, files, `${at}/${name}`),
  );
}
