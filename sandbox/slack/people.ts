import type { Acknowledged, Transport } from './transport.ts';
import type { Channel, Message, Person, Workspace } from './workspace.ts';

/** What people do in the workspace, each as the payload that Slack sends for it. */
export type People = {
  /** Types a slash command in a channel. */
  command(person: string, channel: string, text: string): Promise<Acknowledged>;
  /** Presses a button of a message, posted or ephemeral. Rejects when there is no such button. */
  press(person: string, channel: string, ts: string, actionId: string): Promise<Acknowledged>;
  /** Mentions the bot, in a channel or in a thread of it. */
  mention(person: string, channel: string, text: string, thread?: string): Promise<Acknowledged>;
  /** Opens the bot's Home tab. */
  openHome(person: string): Promise<Acknowledged>;
  /** Submits the modal that a person has open, with its values by block and action. */
  submit(person: string, values: Readonly<Record<string, Record<string, unknown>>>): Promise<Acknowledged>;
  /** Closes the modal that a person has open; the bot hears of it when it asked to. */
  dismiss(person: string): Promise<Acknowledged>;
};

const APP = 'A0SANDBOX1';

export function createPeople(
  workspace: Workspace,
  transport: Transport,
  newResponseUrl: (channel: string, to: string) => string,
): People {
  const team = { id: workspace.team.id, domain: 'sandbox' };
  const userOf = ({ id, name }: Person) => ({ id, username: name, name, team_id: workspace.team.id });
  const event = (facts: Readonly<Record<string, unknown>>) =>
    transport.send('events_api', {
      type: 'event_callback',
      team_id: workspace.team.id,
      api_app_id: APP,
      event_id: workspace.nextId('Ev'),
      event_time: Math.floor(Date.now() / 1000),
      event: facts,
    });
  return {
    command(by, where, text) {
      const [slash = '/obs', ...rest] = text.split(' ');
      const place = channelOf(workspace, where);
      const who = personOf(workspace, by);
      return transport.send('slash_commands', {
        command: slash,
        text: rest.join(' '),
        user_id: who.id,
        user_name: who.name,
        channel_id: place.id,
        channel_name: place.isDirect ? 'directmessage' : place.name,
        team_id: workspace.team.id,
        team_domain: 'sandbox',
        api_app_id: APP,
        trigger_id: workspace.newTrigger(who.id),
        response_url: newResponseUrl(place.id, who.id),
      });
    },
    async press(by, where, ts, actionId) {
      const place = channelOf(workspace, where);
      const who = personOf(workspace, by);
      const said =
        workspace.find(place.id, ts) ??
        workspace.ephemerals.find((one) => one.ts === ts && one.to === who.id);
      const action = buttonsOf(said?.blocks ?? []).find((button) => button.action_id === actionId);
      if (said === undefined || action === undefined)
        throw new Error(`there is no button ${actionId} on ${ts}`);
      const { confirm: _, ...pressed } = action;
      return transport.send('interactive', {
        type: 'block_actions',
        team,
        user: userOf(who),
        api_app_id: APP,
        trigger_id: workspace.newTrigger(who.id),
        container: {
          ...{ type: 'message', message_ts: ts, channel_id: place.id, is_ephemeral: 'to' in said },
          ...(said.thread_ts === undefined ? {} : { thread_ts: said.thread_ts }),
        },
        channel: { id: place.id, name: place.name },
        message: { type: 'message', ...said },
        response_url: newResponseUrl(place.id, who.id),
        actions: [{ block_id: 'b1', ...pressed, action_ts: workspace.nextTs() }],
      });
    },
    async mention(by, where, text, thread) {
      const place = channelOf(workspace, where);
      const who = personOf(workspace, by);
      const said: Message = {
        ts: workspace.nextTs(),
        channel: place.id,
        user: who.id,
        text: `<@${workspace.bot.id}> ${text}`,
        ...(thread === undefined ? {} : { thread_ts: thread }),
      };
      workspace.messages.push(said);
      workspace.tell('message', { ...said, channel: place.name });
      return event({ type: 'app_mention', ...said, event_ts: said.ts });
    },
    async openHome(by) {
      const { id } = personOf(workspace, by);
      return event({
        type: 'app_home_opened',
        user: id,
        channel: `D0${id.slice(2)}`,
        tab: 'home',
        event_ts: workspace.nextTs(),
      });
    },
    async submit(by, values) {
      const who = personOf(workspace, by);
      const view = workspace.modals.get(who.id);
      if (view === undefined) throw new Error(`${who.name} has no modal open`);
      const acknowledged = await transport.send('interactive', {
        type: 'view_submission',
        team,
        user: userOf(who),
        api_app_id: APP,
        trigger_id: workspace.newTrigger(who.id),
        view: { ...view, state: { values } },
      });
      workspace.afterSubmit(who.id, acknowledged.body);
      return acknowledged;
    },
    async dismiss(by) {
      const who = personOf(workspace, by);
      const view = workspace.modals.get(who.id);
      workspace.afterSubmit(who.id, undefined);
      if (view?.notify_on_close !== true) return { status: 200, ms: 0 };
      const facts = { team, user: userOf(who), api_app_id: APP, view, is_cleared: false };
      return transport.send('interactive', { type: 'view_closed', ...facts });
    },
  };
}

function personOf({ people }: Workspace, name: string): Person {
  const found = people.find((one) => one.id === name || one.name === name);
  if (found === undefined) throw new Error(`nobody is called ${name}`);
  return found;
}

function channelOf({ channels }: Workspace, name: string): Channel {
  const found = channels.find((one) => one.id === name || `#${one.name}` === name || one.name === name);
  if (found === undefined) throw new Error(`there is no channel ${name}`);
  return found;
}

type Button = Readonly<Record<string, unknown>>;

function buttonsOf(blocks: readonly unknown[]): readonly Button[] {
  return blocks.flatMap((block) => {
    if (typeof block !== 'object' || block === null) return [];
    const elements = 'elements' in block && Array.isArray(block.elements) ? block.elements : [];
    return 'accessory' in block ? [...elements, block.accessory] : elements;
  });
}
