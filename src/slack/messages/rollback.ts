import type { RollbackMessage } from '#app/message.ts';
import type { RollbackOutcome } from '#domain/rollback-way.ts';
import { plain, type Rendered, rendered, section } from '../blocks.ts';
import { who } from './figures.ts';

/** A rollback that somebody asked for by a button, and what came of it. */
export function rollbackMessage({ service, version, environment, asked }: RollbackMessage): Rendered {
  const to = asked.to === undefined ? '' : ` to ${plain(asked.to, 80)}`;
  const host = plain(asked.host, 100);
  const what = `roll ${plain(service, 80)} back from ${plain(version, 80)}${to} (${plain(environment, 40)})`;
  const { emoji, words } = resultOf(asked.outcome);
  const text = `${who(asked.by)} asked ${host} to ${what}. ${words}`;
  return rendered(text, [section(`${emoji} ${text}`)]);
}

function resultOf(outcome: RollbackOutcome | undefined): { emoji: string; words: string } {
  if (outcome === undefined) return { emoji: ':rewind:', words: 'No answer yet.' };
  const what = plain(outcome.what, 300);
  switch (outcome.kind) {
    case 'taken':
      return { emoji: ':rewind:', words: `It took the request: ${what}` };
    case 'refused':
      return { emoji: ':x:', words: `*Nothing was rolled back*: ${what}` };
    case 'unknown':
      return {
        emoji: ':warning:',
        words: `*Whether it rolls back is not known*: ${what}. It is not asked again by itself; look there before you press again.`,
      };
  }
}
