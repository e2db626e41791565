import type { KnownBlock } from '@slack/types';
import type { GroupLine, ReminderMessage, UmbrellaListMessage, UmbrellaMessage } from '#app/message.ts';
import { lengthWords } from '#domain/length-words.ts';
import { context, plain, type Rendered, rendered, section, time } from '../blocks.ts';
import { EMOJI } from './alert.ts';
import { counted } from './figures.ts';

/** The root of a storm's thread: how much fires, and what is most urgent. */
export function umbrellaMessage(message: UmbrellaMessage): Rendered {
  const { umbrella, groups, firing, pages, unacknowledged, worst } = message;
  const over = firing === 0;
  const emoji = over
    ? ':large_green_circle:'
    : unacknowledged === 0
      ? ':large_orange_circle:'
      : ':red_circle:';
  const more = umbrella.before.length;
  const headline = over
    ? `${emoji} *Alert storm over* · all ${groups} groups resolved`
    : `${emoji} *Alert storm* · ${firing} of ${counted(groups, 'group')} firing · since ${time(umbrella.startedAt)}`;
  const facts = [
    ...(pages > 0 ? [counted(pages, 'page')] : []),
    ...(over ? [] : [unacknowledged === 0 ? 'all acknowledged' : `${unacknowledged} not acknowledged`]),
    ...(more > 0 ? [`${more} more began just before and have threads of their own`] : []),
  ];
  const rest = groups - worst.length;
  const lines = [...worst.map(lineOf), ...(rest > 0 ? [`… and ${rest} more; the thread lists all`] : [])];
  const blocks: KnownBlock[] = [
    section(headline),
    ...(facts.length === 0 ? [] : [context(facts.join(' · '))]),
    ...(over || lines.length === 0 ? [] : [section(lines.join('\n'))]),
    ...(over || unacknowledged === 0 ? [] : [acknowledgeAll(umbrella.id, unacknowledged)]),
  ];
  const state = over
    ? `over, all ${groups} groups resolved`
    : `${firing} of ${counted(groups, 'group')} firing`;
  const names = worst.slice(0, 3).map(({ name }) => plain(name, 60));
  return rendered(`Alert storm ${state}${over ? '' : ` · ${names.join(', ')}`}`, blocks);
}

/** A part of the list of everything in a storm. */
export function umbrellaListMessage({ from, groups }: UmbrellaListMessage): Rendered {
  const title = `Groups ${from + 1} to ${from + groups.length}`;
  const halves = [groups.slice(0, 15), groups.slice(15)].filter((half) => half.length > 0);
  return rendered(title, [context(title), ...halves.map((half) => section(half.map(lineOf).join('\n')))]);
}

/** What nobody has acknowledged; once somebody has, it says so. */
export function reminderMessage({ name, since, waiting, owner, settled, at }: ReminderMessage): Rendered {
  const what = waiting === 1 ? `*${plain(name, 120)}*` : `*${waiting} pages*, the oldest ${plain(name, 80)},`;
  const verb = waiting === 1 ? 'has' : 'have';
  const told = owner === undefined ? '' : ` · owner ${plain(owner, 60)}`;
  const words =
    settled === undefined
      ? `:bell: ${what} ${verb} been firing for ${lengthWords(at - since)} and nobody has acknowledged${told}`
      : `:white_check_mark: ${what} ${verb} been ${settled}`;
  const text =
    settled === undefined
      ? `Not acknowledged for ${lengthWords(at - since)}: ${waiting === 1 ? plain(name, 120) : `${waiting} pages`}`
      : `${plain(name, 120)} ${settled}`;
  return rendered(text, [section(words)]);
}

function lineOf(group: GroupLine): string {
  const { name, service, status, severity, since, resolvedAt, alerts, acknowledged } = group;
  const emoji =
    status === 'resolved' ? ':large_green_circle:' : acknowledged ? ':large_orange_circle:' : EMOJI[severity];
  const state =
    status === 'resolved' && resolvedAt !== undefined
      ? `resolved after ${lengthWords(resolvedAt - since)}`
      : `since ${time(since)}${acknowledged ? ', acknowledged' : ''}`;
  const many = alerts > 1 ? ` · ${alerts} alerts` : '';
  return `${emoji} *${plain(name, 60)}* · ${plain(service ?? 'no known service', 40)}${many} · ${state}`;
}

function acknowledgeAll(umbrella: string, count: number): KnownBlock {
  return {
    type: 'actions',
    elements: [
      {
        type: 'button',
        style: 'primary',
        text: { type: 'plain_text', text: `Acknowledge all ${count}` },
        action_id: 'acknowledge-all',
        value: umbrella,
      },
    ],
  };
}
