import type { Message, Workspace } from '../slack/workspace.ts';

/** One thing that happened, as `npm run demo -- --json` prints it. `ms` since the story began. */
export type Happening = {
  readonly at: string;
  readonly kind: string;
  readonly what: string;
  readonly channel?: string;
  readonly thread?: string;
  readonly pictures?: number;
  readonly ms: number;
};

/** Waits until the workspace holds what is looked for; rejects, naming it, after `patience` ms. */
export function until<T>(
  workspace: Workspace,
  what: string,
  find: () => T | undefined,
  patience: number,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const found = find();
      if (found === undefined) return;
      leave();
      clearInterval(again);
      clearTimeout(timer);
      resolve(found);
    };
    const leave = workspace.onHappening(look);
    const again = setInterval(look, 250);
    const timer = setTimeout(() => {
      leave();
      clearInterval(again);
      reject(new Error(`waited ${patience / 1000} s for ${what}`));
    }, patience);
    look();
  });
}

/** Root messages of the bot, newest last, whose words match. */
export function roots({ messages, bot }: Workspace, words: RegExp): readonly Message[] {
  return messages.filter(
    ({ user, text, thread_ts }) => user === bot.id && thread_ts === undefined && words.test(text),
  );
}

/** What stands in a message's thread, the message itself first. */
export function threadOf({ messages }: Workspace, root: Message): readonly Message[] {
  return [
    root,
    ...messages.filter(({ channel, thread_ts }) => channel === root.channel && thread_ts === root.ts),
  ];
}

/** How many pictures these messages show. */
export function picturesIn(messages: readonly Message[]): number {
  return messages.reduce((sum, { blocks }) => sum + (blocks ?? []).filter(isImage).length, 0);
}

/** Waits until the likely causes in an alert's thread begin with what is looked for. */
export function firstCause(
  workspace: Workspace,
  alert: Message,
  cause: RegExp,
  patience: number,
): Promise<Message> {
  return until(
    workspace,
    `likely causes that begin with ${cause.source}`,
    () =>
      threadOf(workspace, alert).find(({ blocks }) => {
        const [, first = ''] = /Likely causes\*\\n1\. (.*?)(?:\\n|"\})/.exec(JSON.stringify(blocks)) ?? [];
        return cause.test(first);
      }),
    patience,
  );
}

function isImage(block: unknown): boolean {
  return typeof block === 'object' && block !== null && 'type' in block && block.type === 'image';
}
