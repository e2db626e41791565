import type { Clock, Ports, Store } from '#app/ports.ts';
import { failure, type Outcome, success } from '#domain/problem.ts';
import type { Calls } from './calls.ts';
import type { Refusal } from './refusal.ts';

/** How long a file may take to become usable before it is uploaded anew, and then before the text stands in, in milliseconds. */
const READY_WITHIN = 8_000;
/** Files that are tried for one picture. */
const FILES = 2;
/** How long the bytes may take on their way, in milliseconds. */
const UPLOAD_WITHIN = 30_000;

type UploadPorts = { calls: Calls; store: Store; clock: Clock; failpoint: Ports['failpoint'] };

/**
 * Brings a snapshot's picture to Slack and waits until messages may show it: Slack takes files at once and processes them later
 * (`mimetype` is empty until then). A picture is uploaded once, and once more when its file never becomes ready; gives its file id.
 */
export async function upload(snapshot: string, ports: UploadPorts): Promise<Outcome<string>> {
  const { store, clock, failpoint } = ports;
  for (let files = 0; files < FILES; files += 1) {
    const known = await store.uploads.find(snapshot);
    if (known?.ready === true) return success(known.file);
    const sent = known === undefined ? await send(snapshot, ports) : success(known.file);
    if (!sent.ok) return sent;
    const file = sent.value;
    if (known === undefined) {
      await store.uploads.record(snapshot, file, false, clock.now());
      failpoint('upload-recorded');
    }
    const ready = await untilReady(file, ports);
    if (!ready.ok) return ready;
    if (ready.value) {
      await store.uploads.record(snapshot, file, true, clock.now());
      return success(file);
    }
    // Nobody must wait again for a file that Slack has lost.
    await store.uploads.forget(snapshot);
  }
  return failure(
    'slack-upload-failed',
    `Slack made none of ${FILES} files of the picture ready within ${READY_WITHIN / 1000} s.`,
  );
}

async function untilReady(file: string, { calls, clock }: UploadPorts): Promise<Outcome<boolean>> {
  const deadline = clock.now() + READY_WITHIN;
  for (let wait = 200; clock.now() + wait < deadline; wait = Math.min(2000, wait * 1.5)) {
    await clock.sleep(wait);
    const info = await calls.patiently('files.info', (client) => client.files.info({ file }));
    if (!info.ok) return info.refusal.code === 'file_not_found' ? success(false) : notTaken(info.refusal);
    if (info.value.file?.mimetype !== undefined && info.value.file.mimetype !== '') return success(true);
  }
  return success(false);
}

async function send(snapshot: string, { calls, store, failpoint }: UploadPorts): Promise<Outcome<string>> {
  const picture = await store.snapshots.picture(snapshot);
  if (picture === undefined) return failure('slack-upload-failed', 'The picture is no longer kept.');
  const filename = `${snapshot}.png`;
  const target = await calls.patiently('files.getUploadURLExternal', (client) =>
    client.files.getUploadURLExternal({ filename, length: picture.png.length }),
  );
  if (!target.ok) return notTaken(target.refusal);
  const { upload_url: url, file_id: file } = target.value;
  if (url === undefined || file === undefined)
    return failure('slack-upload-failed', 'Slack gave no address for the picture.');
  failpoint('upload-begun');
  const bytes = await sendBytes(url, picture.png);
  if (!bytes.ok) return bytes;
  failpoint('upload-sent');
  // No channel: posting the message that shows the file is what shares it.
  const completed = await calls.patiently('files.completeUploadExternal', (client) =>
    client.files.completeUploadExternal({ files: [{ id: file, title: filename }] }),
  );
  if (!completed.ok) return notTaken(completed.refusal);
  failpoint('upload-completed-not-recorded');
  return success(file);
}

/** Sends the bytes of a file to the address that Slack gave for it. */
export async function sendBytes(url: string, bytes: Uint8Array): Promise<Outcome<void>> {
  try {
    const sent = await fetch(url, {
      method: 'POST',
      body: new Blob([new Uint8Array(bytes)]),
      signal: AbortSignal.timeout(UPLOAD_WITHIN),
    });
    if (sent.ok) return success(undefined);
    return failure('slack-upload-failed', `Slack answered ${sent.status} to the file's bytes.`);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return failure('slack-unreachable', `The file's bytes did not reach Slack: ${error.message}.`);
  }
}

function notTaken({ code, certain }: Refusal) {
  return certain && code !== 'unreachable' && code !== 'ratelimited'
    ? failure('slack-upload-failed', `Slack refused the picture: ${code}.`)
    : failure('slack-unreachable', `Slack could not take the picture: ${code}.`);
}
