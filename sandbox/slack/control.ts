import { NotSent } from './people/views.ts';
import type { People } from './people.ts';
import type { Acknowledged } from './transport.ts';

/** What the page asks for, all of it text; `values` and `value` are JSON. */
export type Asked = Readonly<Record<string, string>>;

/** Does what somebody does on the page. Gives what is to be told of it: `failed`, and `errors` by block; nothing when there is no such thing to do. */
export async function control(people: People, what: string, asked: Asked): Promise<object | undefined> {
  const { person = '', channel = '', text = '', ts = '', action = '', thread, block, name = '' } = asked;
  const values = JSON.parse(asked.values ?? '{}');
  const value: unknown = asked.value === undefined ? undefined : JSON.parse(asked.value);
  const place = block === undefined ? {} : { blockId: block };
  const run: (() => Promise<Acknowledged> | undefined) | undefined = {
    command: () => people.command(person, channel, text),
    press: () => people.press(person, channel, ts, action, block),
    choose: () => people.choose(person, channel, ts, action, value, block),
    mention: () => people.mention(person, channel, text, thread),
    say: () => {
      people.say(person, channel, text, thread);
      return undefined;
    },
    shortcut: () => people.shortcut(person, channel, ts, name),
    global: () => people.globalShortcut(person, name),
    react: () => people.react(person, channel, ts, name),
    unreact: () => people.unreact(person, channel, ts, name),
    home: () => people.openHome(person),
    submit: () => people.submit(person, values),
    'press-view': () =>
      people.pressInView(person, action, { ...place, values, ...(value === undefined ? {} : { value }) }),
    dismiss: () => people.dismiss(person, asked.all === 'true'),
  }[what];
  if (run === undefined) return undefined;
  try {
    const { failed, ...acknowledged } = (await run()) ?? { status: 200, ms: 0 };
    const [thing = ''] = text.split(' ');
    const words =
      failed === undefined ? {} : { failed: `${thing || 'That'} failed with the error “${failed}”` };
    return { ...acknowledged, ...words };
  } catch (error) {
    if (error instanceof NotSent) return { errors: error.errors };
    // What a person cannot do here, in words for the page.
    if (error instanceof Error) return { failed: error.message };
    throw error;
  }
}
