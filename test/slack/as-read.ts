import type { KnownBlock } from '@slack/types';
import type { Answer } from '#app/answer.ts';
import type { Message } from '#app/message.ts';
import { judgeBlocks } from '#sandbox/slack/block-kit/judge.ts';
import type { Rendered } from '#slack/blocks.ts';
import { answerBlocks } from '#slack/messages/answer.ts';
import { render } from '#slack/messages/render.ts';
import { THREAD } from './given-incidents.ts';

/** Every picture is there. */
export const FILES = { isUsable: () => true };

/** A message as it is read, a line a row, dates as people see them in UTC, people by name, buttons by their words. */
export function lines({ blocks }: Pick<Rendered, 'blocks'>): readonly string[] {
  judgeBlocks(blocks, FILES);
  return seen(blocks.map(told).join('\n')).split('\n');
}

/** A block as it is read. */
export function told(block: KnownBlock): string {
  if (block.type === 'section') return block.text?.text ?? '';
  if (block.type === 'context') return block.elements[0]?.type === 'mrkdwn' ? block.elements[0].text : '';
  if (block.type !== 'actions') return `[${block.type}]`;
  return block.elements.map((one) => (one.type === 'button' ? `[${one.text.text}]` : '')).join(' ');
}

/** A text as it is read: what breaks formatting and the way to our thread left out. */
export function seen(text: string): string {
  return text
    .replaceAll('\u200b', '')
    .replaceAll(/<!date\^[^|]*\|(\d\d:\d\d) UTC>/g, '$1')
    .replaceAll('<@U0KIM00000>', '@kim')
    .replaceAll('<@U0RAE00000>', '@rae')
    .replaceAll(`<${THREAD}|`, '<');
}

/** What a message says. */
export function said(message: Message): readonly string[] {
  return lines(render(message, undefined));
}

/** What an answer says. */
export function answered(answer: Answer): readonly string[] {
  return lines(answerBlocks(answer));
}
