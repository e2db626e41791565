import { Refusal } from './refusal.ts';
import type { Workspace } from './workspace.ts';

type Json = Readonly<Record<string, unknown>>;

/** Limits of Block Kit, from Slack's reference: field of a block → most characters. */
const TEXT_LIMITS: Readonly<Record<string, number>> = { section: 3000, header: 150, context: 3000 };
const TOTAL_LIMIT = 13_200;

/** Checks blocks as Slack does; refuses with `invalid_blocks` and the JSON pointer of each fault. */
export function checkBlocks(blocks: readonly unknown[], workspace: Workspace, most = 50): void {
  const faults: string[] = [];
  if (blocks.length > most) faults.push(`no more than ${most} items allowed [json-pointer:/blocks]`);
  blocks.forEach((block, i) => {
    faults.push(...faultsOf(asObject(block), `/blocks/${i}`, workspace));
  });
  if (faults.length > 0) throw new Refusal('invalid_blocks', faults);
  if (JSON.stringify(blocks).length > TOTAL_LIMIT + blocks.length * 80)
    throw new Refusal('msg_blocks_too_long');
}

function faultsOf(block: Json, at: string, workspace: Workspace): readonly string[] {
  switch (block.type) {
    case 'section':
    case 'header':
      return block.text === undefined && !Array.isArray(block.fields)
        ? [`missing required field: text [json-pointer:${at}]`]
        : textFaults(asObject(block.text ?? {}), `${at}/text`, TEXT_LIMITS[block.type] ?? 3000);
    case 'context': {
      const elements = asList(block.elements);
      const count =
        elements.length > 10 ? [`no more than 10 items allowed [json-pointer:${at}/elements]`] : [];
      return [
        ...count,
        ...elements.flatMap((item, i) =>
          asObject(item).type === 'image' ? [] : textFaults(asObject(item), `${at}/elements/${i}`, 3000),
        ),
      ];
    }
    case 'actions': {
      const elements = asList(block.elements);
      const count =
        elements.length > 25 || elements.length === 0
          ? [`between 1 and 25 items allowed [json-pointer:${at}/elements]`]
          : [];
      return [
        ...count,
        ...elements.flatMap((item, i) => buttonFaults(asObject(item), `${at}/elements/${i}`)),
      ];
    }
    case 'image':
      return imageFaults(block, at, workspace);
    case 'input':
      return textFaults(asObject(block.label ?? {}), `${at}/label`, 2000);
    case 'divider':
      return [];
    default:
      return [`unsupported type: ${String(block.type)} [json-pointer:${at}/type]`];
  }
}

function imageFaults(block: Json, at: string, workspace: Workspace): readonly string[] {
  const alt = block.alt_text;
  const faults =
    typeof alt !== 'string' || alt === '' || alt.length > 2000
      ? [`invalid alt_text [json-pointer:${at}/alt_text]`]
      : [];
  if (block.slack_file === undefined)
    return block.image_url === undefined ? [...faults, `missing image [json-pointer:${at}]`] : faults;
  const file = workspace.files.get(String(asObject(block.slack_file).id));
  const isReady = file?.readyAt !== undefined && workspace.clock.now() >= file.readyAt;
  return isReady ? faults : [...faults, `invalid slack file [json-pointer:${at}/slack_file]`];
}

function buttonFaults(button: Json, at: string): readonly string[] {
  if (button.type !== 'button') return [`unsupported type: ${String(button.type)} [json-pointer:${at}]`];
  return [
    ...textFaults(asObject(button.text), `${at}/text`, 75),
    ...(String(button.value ?? '').length > 2000 ? [`value too long [json-pointer:${at}/value]`] : []),
    ...(String(button.url ?? '').length > 3000 ? [`url too long [json-pointer:${at}/url]`] : []),
    ...(String(button.action_id ?? '').length > 255
      ? [`action_id too long [json-pointer:${at}/action_id]`]
      : []),
    ...(button.confirm === undefined ? [] : confirmFaults(asObject(button.confirm), `${at}/confirm`)),
  ];
}

function confirmFaults(confirm: Json, at: string): readonly string[] {
  return [
    ...textFaults(asObject(confirm.title), `${at}/title`, 100),
    ...textFaults(asObject(confirm.text), `${at}/text`, 300),
    ...textFaults(asObject(confirm.confirm), `${at}/confirm`, 30),
    ...textFaults(asObject(confirm.deny), `${at}/deny`, 30),
  ];
}

function textFaults(text: Json, at: string, limit: number): readonly string[] {
  const { type, text: words } = text;
  if (type !== 'plain_text' && type !== 'mrkdwn')
    return [`unsupported type: ${String(type)} [json-pointer:${at}/type]`];
  if (typeof words !== 'string' || words.length === 0)
    return [`must be more than 0 characters [json-pointer:${at}/text]`];
  return words.length > limit ? [`must be less than ${limit + 1} characters [json-pointer:${at}/text]`] : [];
}

export function asObject(value: unknown): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refusal('invalid_arguments', ['expected an object']);
  return Object.fromEntries(Object.entries(value));
}

export function asList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Refusal('invalid_arguments', ['expected a list']);
  return value;
}
