import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { argocdNotifications } from '#generate/argocd.ts';
import { fluxNotifications } from '#generate/flux.ts';
import type { ExitStatus, Terminal } from './terminal.ts';

export type SenderOptions = {
  readonly url: string;
  readonly environment?: string;
  readonly cluster?: string;
  readonly out?: string;
};

const WRITERS = {
  argocd: { file: 'argocd-notifications-cm.yaml', text: argocdNotifications },
  flux: { file: 'bellbuoy-flux.yaml', text: fluxNotifications },
} as const;

/** Prints what a deployment tool needs to send here, or writes it into a folder. */
export async function generateSender(
  tool: keyof typeof WRITERS,
  options: SenderOptions,
  terminal: Terminal,
): Promise<ExitStatus> {
  const wrong = mistakeIn(options);
  if (wrong !== undefined) {
    terminal.err(wrong);
    return 2;
  }
  const { file, text } = WRITERS[tool];
  const written = text(options);
  if (options.out === undefined) {
    terminal.out(written.trimEnd());
    return 0;
  }
  const path = join(options.out, file);
  try {
    await mkdir(options.out, { recursive: true });
    await writeFile(path, written);
  } catch (error) {
    terminal.err(
      `${options.out}: cannot be written (${error instanceof Error ? error.message : String(error)})`,
    );
    return 1;
  }
  terminal.out(`${path}; how to install it stands at its top.`);
  return 0;
}

/** Names go into templates and labels: what could mean something there is refused. */
function mistakeIn({ url, environment, cluster }: SenderOptions): string | undefined {
  if (!URL.canParse(url) || !/^https?:\/\/[^\s'"{}$]+$/.test(url))
    return `--url ${url}: expected the address under which Bellbuoy is reached, such as https://bellbuoy.example.com.`;
  for (const [option, name] of Object.entries({ environment, cluster })) {
    if (name !== undefined && !/^[\w.-]{1,63}$/.test(name))
      return `--${option} ${name}: expected letters, digits, dots, dashes or underscores.`;
  }
  return undefined;
}
