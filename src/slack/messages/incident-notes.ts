import type { NotedMessage, NudgeMessage } from '#app/message.ts';
import { isOpen } from '#domain/incident/incident.ts';
import { plain, type Rendered, rendered, section } from '../blocks.ts';
import { mentionOf } from './evidence.ts';
import { lengthWords } from './figures.ts';
import { button, INCIDENT_ACTION } from './incident-buttons.ts';
import { entryLine } from './incident-entries.ts';
import { headline, nameOf, titleOf } from './incident-facts.ts';

/** Asks for a word where nobody has given one for long; once it is resolved, says just that. */
export function nudgeMessage({ incident, quiet, mention }: NudgeMessage): Rendered {
  const { id, roles } = incident;
  const name = plain(id, 20);
  if (!isOpen(incident)) return rendered(`${name} is resolved`, [section(headline(incident))]);
  const call = mention === undefined ? '' : `${mentionOf(mention)} `;
  const isLed = roles.commander !== undefined;
  const asked = isLed ? 'How does it go?' : 'How does it go, and who leads?';
  const still = `no word on *${name}* (${titleOf(incident, 80)}) for ${lengthWords(quiet)}.`;
  const words = `:wave: ${call === '' ? 'No' : `${call}no`}${still.slice(2)} ${asked}`;
  return rendered(`${name}: no word for ${lengthWords(quiet)}. ${asked}`, [
    section(words),
    {
      type: 'actions',
      elements: [
        button('Update', INCIDENT_ACTION.update, id, 'primary'),
        ...(isLed ? [] : [button('Take command', INCIDENT_ACTION.lead, id)]),
        button('Resolve', INCIDENT_ACTION.resolve, id),
      ],
    },
  ]);
}

/** To one person: what became of the message that they marked. */
export function notedMessage({ line, entry, problem }: NotedMessage): Rendered {
  if (line !== undefined && entry !== undefined && problem === undefined) {
    const where = `Added to the timeline of ${nameOf(line)}`;
    const words = `:memo: ${where}: ${entryLine(entry, line.incident.declaredAt, 200)}`;
    return rendered(words, [section(words)]);
  }
  const where = line === undefined ? 'any timeline' : `the timeline of ${nameOf(line)}`;
  const why = problem === undefined ? 'its words could not be read' : plain(problem, 600).replace(/\.$/, '');
  const todo =
    line === undefined
      ? 'Mark it in the thread or channel of an open incident, or name one: `/obs incident note INC-12 what happened`.'
      : 'You can type it: `/obs incident note`, and what happened.';
  const words = `:warning: Not added to ${where}: ${why}. ${todo}`;
  return rendered(words, [section(words)]);
}
