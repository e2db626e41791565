import type { LinkUnfurls } from '@slack/web-api';
import type { Clock, Log, Ports, Store, Unfurls } from '#app/ports.ts';
import { failure, success } from '#domain/problem.ts';
import { image, section } from './blocks.ts';
import type { Calls } from './delivery/calls.ts';
import { upload } from './delivery/upload.ts';
import { answerBlocks } from './messages/answer.ts';

/** What is shown below a link is its beginning: so many blocks, and a picture. */
const BLOCKS = 2;

/** Slack will not take it, however often it is asked: the message is gone, or the link is none of ours to Slack. */
const HOPELESS = new Set([
  ...[
    'cannot_find_message',
    'cannot_unfurl_url',
    'cannot_unfurl_message',
    'cannot_find_channel',
    'channel_not_found',
  ],
  ...[
    'not_in_channel',
    'invalid_unfurl_id',
    'missing_scope',
    'invalid_arguments',
    'invalid_unfurls_format',
    'message_not_found',
  ],
]);

type Parts = {
  readonly calls: Calls;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly failpoint: Ports['failpoint'];
};

/** Shows below links what they lead to. */
export function createUnfurls({ calls, log, ...parts }: Parts): Unfurls {
  return {
    async unfurl(target, previews) {
      const unfurls: LinkUnfurls = {};
      for (const { address, answer, picture } of previews) {
        const file = picture === undefined ? undefined : await upload(picture.snapshot, { calls, ...parts });
        if (file?.ok === false)
          log.warn({ problem: file.problem }, 'a picture of a link did not reach Slack');
        const { blocks, text } = answerBlocks(answer);
        const shown = blocks.slice(0, BLOCKS);
        unfurls[address] = {
          blocks: [
            ...(shown.length === 0 ? [section(text)] : shown),
            ...(picture !== undefined && file?.ok === true ? [image(file.value, picture.alt)] : []),
          ],
        };
      }
      const to =
        'unfurl' in target
          ? { unfurl_id: target.unfurl, source: 'composer' as const }
          : { channel: target.channel, ts: target.ts };
      const told = await calls.patiently('chat.unfurl', (client) => client.chat.unfurl({ ...to, unfurls }));
      if (told.ok) return success(undefined);
      const { code } = told.refusal;
      if (HOPELESS.has(code)) {
        log.info({ refusal: told.refusal }, 'Slack shows nothing below a link');
        return success(undefined);
      }
      return failure('slack-unreachable', `A link could not be shown: ${code}.`);
    },
  };
}
