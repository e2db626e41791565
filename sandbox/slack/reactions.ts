import type { Message } from './workspace.ts';

/** Puts a person’s emoji under a message; false when it is there already. */
export function reacted(message: Message, user: string, name: string): boolean {
  const { reactions = [] } = message;
  const known = reactions.find((one) => one.name === name);
  if (known?.users.includes(user) === true) return false;
  message.reactions =
    known === undefined
      ? [...reactions, { name, users: [user] }]
      : reactions.map((one) => (one === known ? { name, users: [...one.users, user] } : one));
  return true;
}

/** Takes a person’s emoji away; false when there is none. */
export function unreacted(message: Message, user: string, name: string): boolean {
  const { reactions = [] } = message;
  if (!reactions.some((one) => one.name === name && one.users.includes(user))) return false;
  message.reactions = reactions
    .map((one) => (one.name === name ? { name, users: one.users.filter((id) => id !== user) } : one))
    .filter(({ users }) => users.length > 0);
  return true;
}
