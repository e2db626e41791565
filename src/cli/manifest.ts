import { manifestOf } from '#slack/manifest.ts';
import type { ExitStatus, Terminal } from './terminal.ts';

/** Prints Slack's app manifest for a mode, to be pasted where Slack makes an app. */
export function manifest(
  { mode, url, pages }: { mode: string; url?: string; pages?: string },
  terminal: Terminal,
): ExitStatus {
  if (mode !== 'http' && mode !== 'socket') {
    terminal.err(`--mode ${mode}: expected http or socket.`);
    return 2;
  }
  if (mode === 'http' && (url === undefined || !/^https:\/\/[^/]+/.test(url))) {
    terminal.err('--mode http needs --url, the https address under which Slack reaches Bellbuoy.');
    return 2;
  }
  if (pages !== undefined && !/^https?:\/\/[^/]+/.test(pages)) {
    terminal.err(
      `--pages ${pages}: expected the address of the pages, such as https://bellbuoy.example.com.`,
    );
    return 2;
  }
  terminal.out(JSON.stringify(manifestOf(mode, url ?? '', pages), undefined, 2));
  return 0;
}
