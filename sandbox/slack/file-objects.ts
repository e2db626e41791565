import type { File, Workspace } from './workspace.ts';

type Json = Readonly<Record<string, unknown>>;

/** Slack’s names for kinds of files, by the end of the file’s name. */
const KINDS: Readonly<Record<string, readonly [mimetype: string, filetype: string]>> = {
  png: ['image/png', 'png'],
  jpg: ['image/jpeg', 'jpg'],
  gif: ['image/gif', 'gif'],
  md: ['text/markdown', 'markdown'],
  json: ['application/json', 'json'],
  csv: ['text/csv', 'csv'],
  txt: ['text/plain', 'text'],
  html: ['text/html', 'html'],
};

/** The kind of a file; what has no ending that Slack knows is binary. */
export function kindOf(name: string): readonly [mimetype: string, filetype: string] {
  return KINDS[/\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ''] ?? ['application/octet-stream', 'binary'];
}

/** A file as Slack hands it out: without its kind until it is processed, and with the messages into which it was uploaded. */
export function fileObject(id: string, workspace: Workspace): Json {
  const file = workspace.files.get(id);
  if (file === undefined) return { id, mode: 'tombstone' };
  const isReady = file.readyAt !== undefined && workspace.clock.now() >= file.readyAt;
  const [mimetype, filetype] = isReady ? kindOf(file.name) : ['', ''];
  const address = `https://sandbox.slack.example/files/${workspace.bot.id}/${file.id}/${encodeURIComponent(file.name)}`;
  return {
    ...{ id, name: file.name, title: file.title ?? file.name, mimetype, filetype, size: file.size },
    ...{ user: workspace.bot.id, mode: 'hosted', is_external: false },
    ...{ permalink: address, url_private: address, url_private_download: `${address}?download=1` },
    shares: sharesOf(file, workspace),
  };
}

function sharesOf({ shares = [] }: File, { channels }: Workspace): Json {
  const by = { public: new Map<string, object[]>(), private: new Map<string, object[]>() };
  for (const { channel, ts, thread_ts } of shares) {
    const place = channels.find(({ id }) => id === channel);
    const kind = place?.isDirect === true || place?.isPrivate === true ? by.private : by.public;
    kind.set(channel, [
      ...(kind.get(channel) ?? []),
      { ts, ...(thread_ts === undefined ? {} : { thread_ts }) },
    ]);
  }
  return Object.fromEntries(
    Object.entries(by)
      .filter(([, map]) => map.size > 0)
      .map(([kind, map]) => [kind, Object.fromEntries(map)]),
  );
}
