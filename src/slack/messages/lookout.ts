import type { Button, KnownBlock } from '@slack/types';
import { HEALTH_ORDER } from '#app/answers/health.ts';
import type { HealthTurn, LookoutMessage, LookoutTurnMessage } from '#app/lookout-message.ts';
import { lengthWords } from '#domain/length-words.ts';
import { context, packed, plain, type Rendered, rendered, section, time } from '../blocks.ts';
import { budgetNote, minutes } from './budget.ts';
import { changeLine } from './changes.ts';
import { HEALTH, problemNotes, readingLine, who } from './figures.ts';

/** The button that ends a watch; its value is the key of the message. */
export const STOP_ACTION = 'watch-stop';

/** Alerts, changes and turns that are listed. */
const LISTED = 5;

/** A service that is watched, as it now is; at the end what became of it. */
export function lookoutMessage(message: LookoutMessage): Rendered {
  return message.ended === undefined ? running(message) : over(message, message.ended);
}

/** Said in the thread of a watch: the service does worse. */
export function lookoutTurnMessage({ service, before, turn }: LookoutTurnMessage): Rendered {
  const { emoji, word } = HEALTH[turn.health];
  const text = `${emoji} *${plain(service, 80)}* is now: ${word} (was ${HEALTH[before].word})`;
  return rendered(text, [section([text, ...turn.why.slice(0, LISTED).map((why) => plain(why))].join('\n'))]);
}

function running(message: LookoutMessage): Rendered {
  const { service, from, until, at, turns, question, key, now } = message;
  const last = turns.at(-1);
  const { emoji, word } = HEALTH[last?.health ?? 'noData'];
  const text = `${emoji} *${plain(service, 80)}* ${word} · watching, ${lengthWords(at - from)} of ${lengthWords(until - from)}`;
  return rendered(text, [
    section([text, ...(last?.why ?? []).slice(0, LISTED).map((why) => plain(why))].join('\n')),
    section(readings(message)),
    ...what(message),
    { type: 'actions', elements: [stopButton(key)] },
    ...problemNotes(now.problems),
    context(
      `for <@${question.by}>, until ${time(until)} · seen ${time(at, '{time_secs}')}, again each minute`,
    ),
  ]);
}

function over(message: LookoutMessage, ended: NonNullable<LookoutMessage['ended']>): Rendered {
  const { service, from, until, turns, question, lost = [], blind } = message;
  const last = turns.at(-1)?.health ?? 'noData';
  const worst = worstOf(turns);
  const was =
    worst === undefined || worst.health === last
      ? 'all along'
      : `at the end; at worst ${HEALTH[worst.health].word}, from ${time(worst.at)}`;
  const text = `${HEALTH[last].emoji} *${plain(service, 80)}* watched for ${lengthWords(ended.at - from)}: ${HEALTH[last].word} ${was}`;
  const costs = lost
    .filter(({ used }) => used > 0)
    .map(({ slo, used }) => `${plain(slo, 60)} ${minutes(used)}`);
  const facts = [
    ended.by === undefined
      ? `over at ${time(ended.at)}`
      : `stopped by ${who(ended.by)} at ${time(ended.at)}, of ${lengthWords(until - from)}`,
    ...(blind === undefined ? [] : [`nothing was seen for ${lengthWords(blind)} in between`]),
    `for <@${question.by}>`,
  ];
  return rendered(text, [
    section(text),
    section(readings(message)),
    ...what(message),
    ...(costs.length === 0 ? [] : [section(`*Budget spent meanwhile*: ${costs.join(', ')}`)]),
    context(facts.join(' · ')),
  ]);
}

function readings({ now, begun, budget }: LookoutMessage): string {
  return [
    `now: ${readingLine(now)}`,
    `at the beginning: ${readingLine(begun)}`,
    ...(budget === undefined ? [] : [budgetNote(budget)]),
  ].join('\n');
}

/** What fires and fired, what changed, and how its health went. */
function what({ alerts, fired, changes, turns, ended, at }: LookoutMessage): readonly KnownBlock[] {
  const open = alerts
    .slice(0, LISTED)
    .map(({ name, severity, since }) => `${plain(name, 80)} (${severity}) since ${time(since)}`);
  const gone = fired.filter((name) => alerts.every((alert) => alert.name !== name));
  const lines = [
    ...(open.length === 0 ? [] : [`*Firing*: ${open.join(', ')}${more(alerts.length)}`]),
    ...(gone.length === 0
      ? []
      : [
          `*Fired and resolved*: ${gone
            .slice(0, LISTED)
            .map((name) => plain(name, 80))
            .join(', ')}${more(gone.length)}`,
        ]),
    ...(changes.length === 0
      ? []
      : [
          '*Changed since*',
          ...changes
            .slice(0, LISTED)
            .map((change, i) => changeLine(change, i, `${lengthWords(at - change.at)} ago`)),
        ]),
    ...(turns.length < 2
      ? []
      : [
          `*How it went*: ${turns
            .slice(-LISTED - 1)
            .map((turn) => `${time(turn.at)} ${HEALTH[turn.health].word}`)
            .join(' → ')}`,
        ]),
  ];
  if (lines.length > 0) return packed(lines);
  return ended === undefined ? [] : [context('Nothing fired, and nothing changed.')];
}

function more(count: number): string {
  return count > LISTED ? ` and ${count - LISTED} more` : '';
}

function worstOf(turns: readonly HealthTurn[]): HealthTurn | undefined {
  return turns.toSorted((a, b) => HEALTH_ORDER.indexOf(a.health) - HEALTH_ORDER.indexOf(b.health))[0];
}

function stopButton(key: string): Button {
  return {
    type: 'button',
    action_id: STOP_ACTION,
    text: { type: 'plain_text', text: 'Stop' },
    value: key,
  };
}
