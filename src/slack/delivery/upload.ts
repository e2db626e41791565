import type { WebClient } from '@slack/web-api';
import type { Clock, Store } from '#app/ports.ts';
import { failure, type Outcome, success } from '#domain/problem.ts';

/** How long a file may take to become usable before the text stands in, in milliseconds. */
const READY_WITHIN = 15_000;
/** How long the bytes may take on their way, in milliseconds. */
const UPLOAD_WITHIN = 30_000;

/**
 * Brings a snapshot's picture to Slack and waits until messages may show it: Slack takes files at once and processes them later
 * (`mimetype` is empty until then). A picture is uploaded once; gives its file id.
 */
export async function upload(
  snapshot: string,
  { client, store, clock }: { client: WebClient; store: Store; clock: Clock },
): Promise<Outcome<string>> {
  const known = await store.uploads.find(snapshot);
  if (known?.ready === true) return success(known.file);
  const file = known?.file ?? (await send(snapshot, client, store));
  if (file === undefined) return failure('slack-upload-failed', 'The picture is no longer kept.');
  await store.uploads.record(snapshot, file, false, clock.now());
  const deadline = clock.now() + READY_WITHIN;
  for (let wait = 150; clock.now() < deadline; wait = Math.min(2000, wait * 1.5)) {
    const info = await client.files.info({ file });
    if (info.file?.mimetype !== undefined && info.file.mimetype !== '') {
      await store.uploads.record(snapshot, file, true, clock.now());
      return success(file);
    }
    await clock.sleep(wait);
  }
  // Another attempt must not wait for a file that Slack has lost.
  await store.uploads.forget(snapshot);
  return failure(
    'slack-upload-failed',
    `Slack did not make the picture ready within ${READY_WITHIN / 1000} s.`,
  );
}

async function send(snapshot: string, client: WebClient, store: Store): Promise<string | undefined> {
  const picture = await store.snapshots.picture(snapshot);
  if (picture === undefined) return undefined;
  const filename = `${snapshot}.png`;
  const target = await client.files.getUploadURLExternal({ filename, length: picture.png.length });
  if (target.upload_url === undefined || target.file_id === undefined) return undefined;
  const sent = await fetch(target.upload_url, {
    method: 'POST',
    body: new Blob([new Uint8Array(picture.png)]),
    signal: AbortSignal.timeout(UPLOAD_WITHIN),
  });
  if (!sent.ok) throw new Error(`the upload was answered ${sent.status}`);
  // No channel: posting the message that shows the file is what shares it.
  await client.files.completeUploadExternal({ files: [{ id: target.file_id, title: filename }] });
  return target.file_id;
}
