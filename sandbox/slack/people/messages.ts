import {
  type Answer,
  answerTo,
  type Choosable,
  elementsOf,
  optionOf,
  type Placed,
  stateOf,
  withIds,
} from '../block-kit/answers.ts';
import { sentMessage } from '../message-words.ts';
import { reacted, unreacted } from '../reactions.ts';
import type { Acknowledged } from '../transport.ts';
import type { Channel, Ephemeral, Message, Person } from '../workspace.ts';
import {
  APP,
  channelOf,
  choosable,
  NOTHING_SENT,
  personOf,
  tellLinks,
  tellReaction,
  type Wire,
} from './wire.ts';

/** A shortcut that the app declares in its manifest. */
export type Shortcut = { readonly callbackId: string; readonly name: string };

/** What people do with messages. */
export type WithMessages = {
  /** Types a slash command in a channel. */
  command(person: string, channel: string, text: string): Promise<Acknowledged>;
  /** Presses a button of a message, posted or ephemeral. Rejects when there is no such button. */
  press(
    person: string,
    channel: string,
    ts: string,
    actionId: string,
    blockId?: string,
  ): Promise<Acknowledged>;
  /** Picks something in a select, date picker, overflow menu or group of boxes of a message: the value of an option, an id, a date. */
  choose(
    person: string,
    channel: string,
    ts: string,
    actionId: string,
    value: unknown,
    blockId?: string,
  ): Promise<Acknowledged>;
  /** Mentions the bot, in a channel or in a thread of it. Slack tells of no mention in a direct conversation. */
  mention(person: string, channel: string, text: string, thread?: string): Promise<Acknowledged>;
  /** Says something plain, with Slack’s escapes (`&lt;`, `<@U…>`, `<https://…|label>`). The bot does not subscribe to messages, and hears of links to its own domains alone. */
  say(person: string, channel: string, text: string, thread?: string): Message;
  /** Uses a message shortcut of the app. */
  shortcut(person: string, channel: string, ts: string, callbackId: string): Promise<Acknowledged>;
  /** Puts an emoji under a message, named without colons. */
  react(person: string, channel: string, ts: string, name: string): Promise<Acknowledged>;
  unreact(person: string, channel: string, ts: string, name: string): Promise<Acknowledged>;
};

/** Slack makes links of bare addresses. */
function withLinks(text: string): string {
  return text.replaceAll(/(?<![<|\w])https?:\/\/[^\s|<>]+/g, '<$&>');
}

export function withMessages(wire: Wire, shortcuts: readonly Shortcut[]): WithMessages {
  const { workspace } = wire;
  const at = (by: string, where: string) => {
    const who = personOf(workspace, by);
    return { who, place: channelOf(workspace, where, who) };
  };
  const said = (who: Person, place: Channel, ts: string): Message | Ephemeral => {
    const found =
      workspace.find(place.id, ts) ?? workspace.ephemerals.find((one) => one.ts === ts && one.to === who.id);
    if (found === undefined) throw new Error(`there is no message ${ts}`);
    return found;
  };
  const posted = (place: Channel, ts: string): Message => {
    const found = workspace.find(place.id, ts);
    if (found === undefined) throw new Error(`there is no message ${ts} in ${place.name}`);
    return found;
  };
  const add = (who: Person, place: Channel, text: string, thread: string | undefined): Message => {
    if (place.isArchived === true) throw new Error(`${place.name} is archived`);
    if (text === '') throw new Error('there is nothing to say');
    const root = thread === undefined ? undefined : posted(place, thread);
    if (root?.thread_ts !== undefined && root.thread_ts !== root.ts)
      throw new Error(`${thread} is a reply itself`);
    const message: Message = {
      ...{ ts: workspace.nextTs(), channel: place.id, user: who.id, text: withLinks(text) },
      ...(thread === undefined ? {} : { thread_ts: thread }),
    };
    // Who says something in a public channel joined it before.
    if (place.members !== undefined && !place.members.includes(who.id))
      place.members = [...place.members, who.id];
    workspace.messages.push(message);
    workspace.tell('message', { ...message, channel: place.name });
    return message;
  };
  const act = (
    by: string,
    where: string,
    ts: string,
    find: (all: readonly Placed[]) => readonly [Placed, object],
  ) => {
    const { who, place } = at(by, where);
    const message = said(who, place, ts);
    const blocks = message.blocks ?? [];
    const [{ blockId, actionId, element }, more] = find(elementsOf(blocks));
    const { confirm: _, options: __, option_groups: ___, ...shown } = element;
    return wire.interact(who, {
      type: 'block_actions',
      trigger_id: workspace.newTrigger(who.id),
      container: {
        ...{ type: 'message', message_ts: ts, channel_id: place.id, is_ephemeral: 'to' in message },
        ...(message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts }),
      },
      channel: { id: place.id, name: nameOf(place) },
      message:
        'to' in message
          ? { type: 'message', ...message, blocks: withIds(blocks) }
          : { channel: place.id, ...sentMessage(message, workspace) },
      state: { values: stateOf(blocks, { [blockId]: { [actionId]: more } }) },
      response_url: wire.newResponseUrl(place.id, who.id),
      actions: [{ ...shown, block_id: blockId, action_id: actionId, ...more, action_ts: workspace.nextTs() }],
    });
  };
  const named = (
    all: readonly Placed[],
    actionId: string,
    blockId: string | undefined,
    ts: string,
  ): Placed => {
    const found = all.find((one) => one.actionId === actionId && (blockId ?? one.blockId) === one.blockId);
    if (found === undefined) throw new Error(`there is no button or menu ${actionId} on ${ts}`);
    return found;
  };
  return {
    async command(by, where, text) {
      const [slash = '/obs', ...rest] = text.split(' ');
      const { who, place } = at(by, where);
      return wire.command({
        command: slash,
        text: rest.join(' '),
        user_id: who.id,
        user_name: who.name,
        channel_id: place.id,
        channel_name: nameOf(place),
        team_id: workspace.team.id,
        team_domain: 'sandbox',
        api_app_id: APP,
        trigger_id: workspace.newTrigger(who.id),
        response_url: wire.newResponseUrl(place.id, who.id),
      });
    },
    async press(by, where, ts, actionId, blockId) {
      return act(by, where, ts, (all) => {
        const placed = named(all, actionId, blockId, ts);
        if (placed.element.type !== 'button') throw new Error(`${actionId} on ${ts} is no button`);
        return [placed, {}];
      });
    },
    async choose(by, where, ts, actionId, value, blockId) {
      return act(by, where, ts, (all) => {
        const placed = named(all, actionId, blockId, ts);
        return [placed, chosenIn(placed, value, choosable(workspace))];
      });
    },
    async mention(by, where, text, thread) {
      const { who, place } = at(by, where);
      const message = add(who, place, `<@${workspace.bot.id}> ${text}`, thread);
      if (place.isDirect || !place.hasBot) return NOTHING_SENT;
      return wire.event({ type: 'app_mention', ...message, event_ts: message.ts });
    },
    say(by, where, text, thread) {
      const { who, place } = at(by, where);
      const message = add(who, place, text, thread);
      void tellLinks(wire, place, message);
      return message;
    },
    async shortcut(by, where, ts, callbackId) {
      const { who, place } = at(by, where);
      if (!shortcuts.some((one) => one.callbackId === callbackId))
        throw new Error(`the app declares no message shortcut ${callbackId}`);
      const message = posted(place, ts);
      return wire.interact(who, {
        ...{ type: 'message_action', callback_id: callbackId, trigger_id: workspace.newTrigger(who.id) },
        ...{ response_url: wire.newResponseUrl(place.id, who.id), action_ts: workspace.nextTs() },
        ...{ message_ts: ts, message: sentMessage(message, workspace) },
        channel: { id: place.id, name: nameOf(place) },
      });
    },
    async react(by, where, ts, name) {
      const { who, place } = at(by, where);
      const message = posted(place, ts);
      if (!reacted(message, who.id, name)) throw new Error(`${who.name} has put ${name} there already`);
      workspace.tell('reaction', { channel: place.name, ts, reaction: name });
      return tellReaction(wire, 'reaction_added', { user: who.id, reaction: name, channel: place.id, ts });
    },
    async unreact(by, where, ts, name) {
      const { who, place } = at(by, where);
      if (!unreacted(posted(place, ts), who.id, name))
        throw new Error(`${who.name} has not put ${name} there`);
      workspace.tell('reaction', { channel: place.name, ts, reaction: name });
      return tellReaction(wire, 'reaction_removed', { user: who.id, reaction: name, channel: place.id, ts });
    },
  };
}

/** What picking a value in an element sends: the option of an overflow menu, else the element’s answer. */
export function chosenIn(placed: Placed, value: unknown, among: Choosable): Answer {
  const { actionId, element } = placed;
  if (element.type !== 'overflow') return answerTo(placed, value, among);
  const option = optionOf(element, value);
  if (option === undefined) throw new Error(`${actionId}: there is no option ${JSON.stringify(value)}`);
  return { type: 'overflow', selected_option: option };
}

function nameOf({ isDirect, name }: Channel): string {
  return isDirect ? 'directmessage' : name;
}
