import { Refusal } from '../refusal.ts';
import type { Channel, Workspace } from '../workspace.ts';
import { channelOf, joined, type Method, PAGE, text, writable } from './shared.ts';

/** Limits of a channel's name and topic (conversations.create, conversations.setTopic), and of the people invited in one call. */
const MOST = { name: 80, topic: 250, invited: 100 };

/** Conversations and who is in them. */
export const CONVERSATION_METHODS: Readonly<Record<string, Method>> = {
  'conversations.list': (args, { workspace }) => {
    const types = String(args.types ?? 'public_channel').split(',');
    const seen = workspace.channels.filter(({ isDirect, isPrivate, hasBot, isArchived }) => {
      if (isArchived === true && String(args.exclude_archived) === 'true') return false;
      if (isDirect) return types.includes('im');
      return isPrivate === true
        ? types.includes('private_channel') && hasBot
        : types.includes('public_channel');
    });
    const from = Number(args.cursor ?? 0);
    const limit = Math.min(PAGE.most, Number(args.limit ?? PAGE.usual));
    return {
      channels: seen.slice(from, from + limit).map(channelObject),
      response_metadata: { next_cursor: from + limit < seen.length ? String(from + limit) : '' },
    };
  },
  'conversations.open': (args, { workspace }) => {
    const user = text(args, 'users');
    if (!workspace.people.some(({ id }) => id === user)) throw new Refusal('user_not_found');
    const known = workspace.channels.find(({ name }) => name === user) ?? {
      id: workspace.nextId('D'),
      name: user,
      isDirect: true,
      hasBot: true,
    };
    if (!workspace.channels.includes(known)) workspace.channels.push(known);
    return { channel: { id: known.id } };
  },
  'conversations.create': (args, { workspace }) => {
    const name = nameFor(String(args.name), workspace);
    const channel: Channel = {
      ...{ id: workspace.nextId('C'), name, isDirect: false, hasBot: true },
      isPrivate: String(args.is_private) === 'true',
      members: [],
      created: Math.floor(workspace.clock.now() / 1000),
    };
    workspace.channels.push(channel);
    workspace.tell('channel', { channel: name });
    return { channel: channelObject(channel) };
  },
  'conversations.invite': (args, { workspace }) => {
    const channel = ordinary(writable(args, workspace));
    const users = String(args.users)
      .split(',')
      .map((id) => id.trim());
    if (users.length > MOST.invited) throw new Refusal('invalid_arguments', ['users: no more than 100']);
    const faults = users.flatMap((user) => {
      const error = inviteFault(user, channel, workspace);
      return error === undefined ? [] : [{ user, ok: false, error }];
    });
    const [first] = faults;
    const isForced = String(args.force) === 'true' && faults.length < users.length;
    if (first !== undefined && !isForced) throw new Refusal(first.error, [], { errors: faults });
    const invited = users.filter((user) => faults.every((fault) => fault.user !== user));
    channel.members = [...(channel.members ?? []), ...invited];
    workspace.tell('channel', { channel: channel.name });
    return { channel: channelObject(channel), ...(faults.length === 0 ? {} : { errors: faults }) };
  },
  'conversations.setTopic': (args, { workspace }) => {
    const channel = ordinary(writable(args, workspace));
    const topic = String(args.topic);
    if ([...topic].length > MOST.topic) throw new Refusal('too_long');
    channel.topic = topic;
    workspace.tell('channel', { channel: channel.name });
    return { channel: channelObject(channel) };
  },
  'conversations.archive': (args, { workspace }) => {
    const channel = ordinary(joined(args, workspace));
    if (channel.isArchived === true) throw new Refusal('already_archived');
    if (channel.name === 'general') throw new Refusal('cant_archive_general');
    channel.isArchived = true;
    workspace.tell('channel', { channel: channel.name });
    return {};
  },
  'conversations.info': (args, { workspace }) => ({
    channel: {
      ...channelObject(channelOf(args, workspace)),
      ...(String(args.include_num_members) === 'true'
        ? { num_members: countOf(channelOf(args, workspace), workspace) }
        : {}),
    },
  }),
  'conversations.join': (args, { workspace }) => {
    const channel = channelOf(args, workspace);
    if (channel.isDirect || channel.isPrivate === true)
      throw new Refusal('method_not_supported_for_channel_type');
    if (channel.isArchived === true) throw new Refusal('is_archived');
    const wasIn = channel.hasBot;
    channel.hasBot = true;
    return {
      channel: channelObject(channel),
      ...(wasIn
        ? { warning: 'already_in_channel', response_metadata: { warnings: ['already_in_channel'] } }
        : {}),
    };
  },
  'users.info': (args, { workspace }) => {
    const person = workspace.people.find(({ id }) => id === text(args, 'user'));
    if (person === undefined) throw new Refusal('user_not_found');
    return {
      user: {
        id: person.id,
        name: person.name,
        real_name: person.realName,
        tz: person.tz,
        team_id: person.team ?? workspace.team.id,
        profile: {
          real_name: person.realName,
          display_name: person.displayName ?? '',
        },
        is_bot: false,
        is_restricted: person.isGuest === true,
        is_ultra_restricted: false,
        ...(person.team === undefined ? {} : { is_stranger: true }),
      },
    };
  },
  'usergroups.users.list': (args, { workspace }) => {
    const users = workspace.groups.get(text(args, 'usergroup'));
    if (users === undefined) throw new Refusal('no_such_subteam');
    return { users };
  },
};

/** A channel as Slack hands it out. */
function channelObject(channel: Channel): object {
  const {
    id,
    name,
    isDirect,
    isPrivate = false,
    isArchived = false,
    hasBot,
    topic = '',
    created = 0,
  } = channel;
  if (isDirect)
    return { id, is_im: true, is_channel: false, is_private: true, user: name, is_archived: false };
  return {
    ...{ id, name, name_normalized: name, is_channel: !isPrivate, is_group: isPrivate, is_im: false },
    ...{ is_private: isPrivate, is_archived: isArchived, is_general: name === 'general', is_member: hasBot },
    ...{ created },
    topic: { value: topic, creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
  };
}

/** A name that a new channel may have: 80 lowercase letters, digits, hyphens and underscores. */
function nameFor(name: string, { channels }: Workspace): string {
  if (name === '') throw new Refusal('invalid_name_required');
  if ([...name].length > MOST.name) throw new Refusal('invalid_name_maxlength');
  if (/^[\p{P}_]+$/u.test(name)) throw new Refusal('invalid_name_punctuation');
  if (!/^[\p{Ll}\p{Lo}\p{M}\p{Nd}_-]+$/u.test(name)) throw new Refusal('invalid_name_specials');
  // Archived channels keep their names.
  if (channels.some((one) => !one.isDirect && one.name === name)) throw new Refusal('name_taken');
  return name;
}

/** A channel with a name, not a direct conversation. */
function ordinary(channel: Channel): Channel {
  if (channel.isDirect) throw new Refusal('method_not_supported_for_channel_type');
  return channel;
}

function inviteFault(user: string, { members }: Channel, { people, bot }: Workspace): string | undefined {
  if (user === '') return 'no_user';
  if (user === bot.id) return 'cant_invite_self';
  const person = people.find(({ id }) => id === user);
  if (person === undefined) return 'user_not_found';
  if (members === undefined || members.includes(user)) return 'already_in_channel';
  return person.team === undefined ? undefined : 'cant_invite';
}

function countOf({ members, hasBot }: Channel, { people }: Workspace): number {
  return (members ?? people).length + (hasBot ? 1 : 0);
}
