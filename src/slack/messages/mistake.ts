import type { KnownBlock } from '@slack/types';
import type { ProblemAnswer, Stopped } from '#app/answer.ts';
import { explain, PROBLEMS } from '#domain/problem.ts';
import { code, context, cut, plain, type Rendered, rendered, section } from '../blocks.ts';

/** Action ids of buttons that ask what stands in their value begin so. */
export const TRY = 'try:';

/** Why a question could not be answered: where understanding stopped, and whole commands that may have been meant. */
export function mistakeBlocks({ problem, suggestions, stopped }: ProblemAnswer): Rendered {
  const meant = stopped?.meant === undefined ? '' : ` Did you mean *${plain(stopped.meant, 60)}*?`;
  const tries = suggestions
    .slice(0, 5)
    .map((command) => code(`/obs ${command}`))
    .join(' or ');
  const remedy =
    tries === ''
      ? ` ${PROBLEMS[problem.code].remedy}`
      : ` ${meant === '' ? 'Did you mean' : 'As a whole:'} ${tries}${meant === '' ? '?' : ''}`;
  const marked = stopped === undefined ? '' : `${markedWords(stopped)}\n`;
  const where = problem.where === undefined ? [] : [context(plain(problem.where))];
  return rendered(plain(explain(problem), 800), [
    section(`${marked}${plain(problem.what, 600)}${meant}${remedy}`),
    ...where,
    ...tryButtons(suggestions),
  ]);
}

/** The words as they were typed, with the first that was not understood in bold between pointers. */
function markedWords({ before, word, after }: Stopped): string {
  const wrong = word === '' ? '…' : plain(word, 60);
  const rest = after === '' ? '' : ` ${plain(after, 200)}`;
  const good = before === '' ? '' : `${plain(before, 300)} `;
  return `> ${good}:point_right: *${wrong}*${rest}`;
}

/** A button for each command that may have been meant; pressing it asks that. */
function tryButtons(suggestions: readonly string[]): readonly KnownBlock[] {
  const buttons = suggestions.slice(0, 5).map((command, i) => ({
    type: 'button' as const,
    text: { type: 'plain_text' as const, text: cut(`/obs ${command}`, 75) },
    action_id: `${TRY}${i}`,
    value: cut(command, 1900),
  }));
  return buttons.length === 0 ? [] : [{ type: 'actions', elements: buttons }];
}
