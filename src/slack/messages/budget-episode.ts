import type { BudgetMessage } from '#app/message.ts';
import type { Colour } from '#domain/budget/state.ts';
import { budgetSentence, stateWord } from '#domain/budget/words.ts';
import { lengthWords } from '#domain/length-words.ts';
import { context, plain, type Rendered, rendered, section, time } from '../blocks.ts';
import { COLOUR, factsOf, notesOf, policyOf } from './budget.ts';

/** The root of a budget’s episode, updated in place until the budget is well again, or is none any more. */
export function budgetMessage(message: BudgetMessage): Rendered {
  const { line, turned, since, owner, at } = message;
  const { state, more } = turnOf(message);
  const emoji = message.gone === true ? COLOUR.grey : COLOUR[line.colour];
  const name = `${plain(line.service, 80)} ${plain(line.slo, 60)}`;
  const title = `${emoji} Budget of *${plain(line.service, 80)}* ${plain(line.slo, 60)}: ${state}${more}`;
  const text = `${emoji} Budget of ${name}: ${state}`;
  const ownerWords = owner === undefined ? [] : [`owner ${plain(owner, 60)}`];
  const began = since === turned ? [] : [`began ${time(since, '{date_short_pretty} {time}')}`];
  if (message.gone === true) {
    const why = 'It was taken out of the configuration, so nobody counts it any more.';
    return rendered(text, [
      section(`${title}\n${why}`),
      context([`as of ${time(at)}`, ...began, ...ownerWords].join(' · ')),
    ]);
  }
  const facts = [...factsOf(line, at), ...began, `as of ${time(at)}`, ...ownerWords].join(' · ');
  return rendered(text, [
    section([title, budgetSentence({ ...line, subject: 'It' }), ...policyOf(line)].join('\n')),
    context([facts, ...notesOf(line)].join('\n')),
  ]);
}

/** What became of a budget with its last turn: `spent`, and since when. */
function turnOf({ line, before, since, turned, gone }: BudgetMessage): { state: string; more: string } {
  if (gone === true) return { state: 'no longer an SLO', more: '' };
  const from = ` since ${time(turned)}`;
  if (line.colour === 'green')
    return { state: 'well again', more: `${from}, after ${lengthWords(turned - since)}` };
  if (line.colour === 'grey')
    return { state: line.state.data === 'tooQuiet' ? 'too quiet to judge' : 'no data any more', more: from };
  return { state: stateWord(line), more: `${from}, ${WAS[before]} before` };
}

const WAS: Readonly<Record<Colour, string>> = {
  red: 'red',
  yellow: 'yellow',
  grey: 'without data',
  green: 'well',
};
