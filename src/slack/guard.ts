import type { Clock } from '#app/ports.ts';
import { type Duration, MINUTE } from '#domain/time.ts';
import type { Called, Calls } from './delivery/calls.ts';
import type { ChannelBook } from './delivery/channel-book.ts';

/** Who may ask beside the full members of the workspace, and to what asking is limited. Empty lists limit nothing. */
export type Allow = {
  readonly guests: boolean;
  /** Ids of other workspaces (`T…`) whose people may ask through shared channels. */
  readonly workspaces: readonly string[];
  /** Ids of user groups (`S…`): only who is in one of them may ask. */
  readonly groups: readonly string[];
  /** Channels (`#name` or id): only there may be asked. */
  readonly channels: readonly string[];
};

/** Who asks, and in which conversation. `isNowhere`: on the Home tab, from a menu or in a form opened there, where no channel is. */
export type Asker = { readonly user: string; readonly channel?: string; readonly isNowhere?: true };

/** Whether somebody may ask; if not, why not, in words for them. */
export type Permission = { readonly ok: true } | { readonly ok: false; readonly why: string };

/** What is known of a person is believed for so long: somebody who was made a guest is one here soon. */
const BELIEVED_FOR: Duration = 10 * MINUTE;

/** Slack waits three seconds for an acknowledgement; asking who somebody is may take most of it, should Slack say to wait a second. */
const ASKED_WITHIN: Duration = 2200;

const UNKNOWN: Permission = {
  ok: false,
  why: 'I could not check with Slack whether you may ask me; please try again.',
};

type Kept<T> = { readonly value: T; readonly at: number };

/** Decides who gets answers. What it has to ask Slack is kept for ten minutes; what cannot be found out is a no. */
export class Guard {
  private readonly people = new Map<string, Kept<Permission>>();
  private readonly bots = new Set<string>();
  private readonly members = new Map<string, Kept<ReadonlySet<string>>>();
  private team: string | undefined;
  private readonly allow: Allow;
  private readonly parts: { calls: Calls; channels: ChannelBook; clock: Clock };

  constructor(allow: Allow, parts: { calls: Calls; channels: ChannelBook; clock: Clock }) {
    this.allow = allow;
    this.parts = parts;
  }

  async permits(asker: Asker): Promise<Permission> {
    const { clock } = this.parts;
    const given = new AbortController();
    const late = clock.sleep(ASKED_WITHIN, given.signal).then(() => UNKNOWN);
    const permission = await Promise.race([this.find(asker), late]);
    given.abort();
    return permission;
  }

  private async find(asker: Asker): Promise<Permission> {
    const place = await this.placePermits(asker);
    if (!place.ok) return place;
    const person = await this.personPermits(asker);
    return person.ok ? this.groupsPermit(asker) : person;
  }

  /** Whether somebody is in one of these user groups. Who cannot be found out is in none. */
  async isIn(user: string, groups: readonly string[]): Promise<boolean> {
    for (const group of groups) {
      const members = await this.membersOf(group);
      if (members.ok && members.value.has(user)) return true;
    }
    return false;
  }

  /** Whether a machine acts under this id, as far as can be found out. */
  async isBot(user: string): Promise<boolean> {
    await this.personPermits({ user });
    return this.bots.has(user);
  }

  private async placePermits({ channel, isNowhere }: Asker): Promise<Permission> {
    const { channels } = this.allow;
    if (channels.length === 0 || isNowhere === true) return { ok: true };
    for (const allowed of channels) {
      const id = await this.parts.channels.idOf(allowed);
      if (id.ok && id.value === channel) return { ok: true };
    }
    return { ok: false, why: `I answer only in ${channels.join(', ')}.` };
  }

  private async personPermits({ user }: Asker): Promise<Permission> {
    const kept = this.fresh(this.people.get(user));
    if (kept !== undefined) return kept;
    const { calls, clock } = this.parts;
    const [team, info] = await Promise.all([
      this.ownTeam(),
      calls.patiently('users.info', (client) => client.users.info({ user })),
    ]);
    if (!team.ok || !info.ok || info.value.user === undefined) return UNKNOWN;
    const permission = this.judge(info.value.user, team.value);
    if (info.value.user.is_bot === true) this.bots.add(user);
    this.people.set(user, { value: permission, at: clock.now() });
    return permission;
  }

  private judge(
    person: {
      team_id?: string;
      is_stranger?: boolean;
      is_restricted?: boolean;
      is_ultra_restricted?: boolean;
      enterprise_user?: { teams?: string[] };
    },
    own: string,
  ): Permission {
    const teams = [person.team_id ?? '', ...(person.enterprise_user?.teams ?? [])];
    const isOurs = teams.includes(own) && person.is_stranger !== true;
    if (!isOurs && !teams.some((team) => this.allow.workspaces.includes(team)))
      return { ok: false, why: 'I answer only people of the workspace that I belong to.' };
    const isGuest = person.is_restricted === true || person.is_ultra_restricted === true;
    if (isGuest && !this.allow.guests) return { ok: false, why: 'I do not answer guests of this workspace.' };
    return { ok: true };
  }

  private async groupsPermit({ user }: Asker): Promise<Permission> {
    const { groups } = this.allow;
    if (groups.length === 0) return { ok: true };
    for (const group of groups) {
      const members = await this.membersOf(group);
      if (!members.ok) return UNKNOWN;
      if (members.value.has(user)) return { ok: true };
    }
    return {
      ok: false,
      why: 'I answer only members of certain groups; ask whoever runs Bellbuoy to be added.',
    };
  }

  private async membersOf(group: string): Promise<Called<ReadonlySet<string>>> {
    const kept = this.fresh(this.members.get(group));
    if (kept !== undefined) return { ok: true, value: kept };
    const { calls, clock } = this.parts;
    const listed = await calls.patiently('usergroups.users.list', (client) =>
      client.usergroups.users.list({ usergroup: group }),
    );
    if (!listed.ok) return listed;
    const value = new Set(listed.value.users ?? []);
    this.members.set(group, { value, at: clock.now() });
    return { ok: true, value };
  }

  private async ownTeam(): Promise<Called<string>> {
    if (this.team !== undefined) return { ok: true, value: this.team };
    const who = await this.parts.calls.patiently('auth.test', (client) => client.auth.test());
    if (!who.ok) return who;
    this.team = who.value.team_id ?? '';
    return { ok: true, value: this.team };
  }

  private fresh<T>(kept: Kept<T> | undefined): T | undefined {
    if (kept === undefined) return undefined;
    const age = this.parts.clock.now() - kept.at;
    return age >= 0 && age < BELIEVED_FOR ? kept.value : undefined;
  }
}
