import { judgeAttachments, judgeBlocks } from '../block-kit/judge.ts';
import { asList, asObject, parsed } from '../json.ts';
import { Refusal } from '../refusal.ts';
import { usableFiles } from '../rules.ts';
import type { Message, Workspace } from '../workspace.ts';
import type { Args, Context } from './shared.ts';

/** Slack cuts a longer text, and warns. */
export const TEXT_CUT = 40_000;
/** Metadata of a message may hold so much, as JSON; Slack names the error but no figure. */
const METADATA_LIMIT = 16_000;

export function contentOf(
  args: Args,
  { workspace, areFilesRefused }: Context,
): Pick<Message, 'text' | 'blocks' | 'metadata'> {
  const blocks = args.blocks === undefined ? undefined : asList(parsed(args.blocks));
  const files = usableFiles(workspace);
  if (blocks !== undefined) judgeBlocks(blocks, files);
  if (args.attachments !== undefined) judgeAttachments(parsed(args.attachments), files);
  const shown = (blocks ?? []).findIndex((block) => asObject(block).slack_file !== undefined);
  if (shown >= 0 && areFilesRefused())
    throw new Refusal('invalid_blocks', [`invalid slack file [json-pointer:/blocks/${shown}/slack_file]`]);
  const words = typeof args.text === 'string' ? args.text : '';
  if (words === '' && blocks === undefined && args.attachments === undefined) throw new Refusal('no_text');
  return {
    text: words.slice(0, TEXT_CUT),
    ...(blocks === undefined ? {} : { blocks }),
    ...(args.metadata === undefined ? {} : { metadata: metadataOf(args.metadata) }),
  };
}

function metadataOf(value: unknown): unknown {
  const metadata = asObject(parsed(value));
  if (typeof metadata.event_type !== 'string' || typeof metadata.event_payload !== 'object')
    throw new Refusal('invalid_metadata_format', ['metadata needs event_type and event_payload']);
  if (JSON.stringify(metadata).length > METADATA_LIMIT) throw new Refusal('metadata_too_large');
  return metadata;
}

/** Showing a file in a message is what shares it. */
export function share(blocks: readonly unknown[] | undefined, { files }: Workspace): void {
  for (const block of blocks ?? []) {
    const file = files.get(String(asObject(asObject(block).slack_file ?? {}).id));
    if (file !== undefined) file.isShared = true;
  }
}
