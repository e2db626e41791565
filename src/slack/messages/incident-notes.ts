import type { NotedMessage, NudgeMessage } from '#app/message.ts';
import { isOpen } from '#domain/incident/incident.ts';
import { lengthWords } from '#domain/length-words.ts';
import { plain, type Rendered, rendered, section } from '../blocks.ts';
import { mentionOf } from './evidence.ts';
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
  const asked = isLed ? 'How is it going?' : 'How is it going, and who leads?';
  const still = `quiet for ${lengthWords(quiet)}. ${asked}`;
  return rendered(`${name} has been ${still}`, [
    section(`:wave: ${call}*${name}* (${titleOf(incident, 80)}) has been ${still}`),
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
  const where = line === undefined ? '' : ` to the timeline of ${nameOf(line)}`;
  const why = problem === undefined ? 'Its words could not be read.' : plain(problem, 600);
  const todo =
    line === undefined
      ? '`/obs incident` lists what is open.'
      : `You can type it instead: \`/obs incident note ${plain(line.incident.id, 20)} what happened\`.`;
  const words = `:warning: Not added${where}. ${why} ${todo}`;
  return rendered(words, [section(words)]);
}
