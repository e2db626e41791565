import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createElement, type ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { Message as Blocks } from 'slack-blocks-to-jsx';
import { elementsOf, withIds } from './block-kit/answers.ts';
import { fileObject } from './file-objects.ts';
import { asList, asObject } from './json.ts';
import type { Ephemeral, Message, View, Workspace } from './workspace.ts';

type Shown = Message | Ephemeral;
type Theme = 'light' | 'dark';

const own = (name: string) => fileURLToPath(new URL(`./page/${name}`, import.meta.url));
const SCRIPTS = ['page', 'dom', 'fields', 'controls', 'typed', 'views', 'messages'];
const STYLES = ['page', 'messages', 'forms'];

const FILES: Readonly<Record<string, { path: string; type: string }>> = {
  '': { path: own('index.html'), type: 'text/html' },
  'blocks.css': {
    path: fileURLToPath(import.meta.resolve('slack-blocks-to-jsx/dist/style.css')),
    type: 'text/css',
  },
  ...Object.fromEntries(
    SCRIPTS.map((name) => [`${name}.js`, { path: own(`${name}.js`), type: 'text/javascript' }]),
  ),
  ...Object.fromEntries(
    STYLES.map((name) => [`${name}.css`, { path: own(`${name}.css`), type: 'text/css' }]),
  ),
};

/** A file of the page, or nothing under that name. */
export async function pageFile(name: string): Promise<{ type: string; body: Buffer } | undefined> {
  const file = FILES[name];
  if (file === undefined) return undefined;
  return { type: `${file.type}; charset=utf-8`, body: await readFile(file.path) };
}

/** What the page shows: everything said, each message's blocks as HTML in the theme. */
export function pageState(workspace: Workspace, theme: Theme, shortcuts: object = {}): object {
  const { channels, people, messages, ephemerals, bot } = workspace;
  const shown = (said: Shown) => ({
    ...said,
    html: htmlOf(said, workspace, theme),
    controls: elementsOf(said.blocks ?? []),
    ...('files' in said ? { attached: (said.files ?? []).map((id) => fileObject(id, workspace)) } : {}),
  });
  const views = (kept: Iterable<readonly [string, View]>) =>
    Object.fromEntries(
      [...kept].map(([user, view]) => [
        user,
        {
          ...view,
          parts: partsOf(view, workspace, theme),
          depth: workspace.modals.stackOf(user).length,
        },
      ]),
    );
  return {
    channels,
    people,
    bot,
    ...shortcuts,
    messages: messages.map(shown),
    ephemerals: ephemerals.map(shown),
    homes: views(workspace.homes),
    modals: views(workspace.modals),
  };
}

/** A view's blocks in order: inputs as they are, for the page to make fields of; everything else as HTML, with what people use in it. */
function partsOf(view: View, workspace: Workspace, theme: Theme): readonly object[] {
  return asList(view.blocks).map((block) => {
    const controls = elementsOf([block]);
    return asObject(block).type === 'input'
      ? { input: block, controls }
      : { html: render([block], workspace, theme), controls };
  });
}

/** What the library draws where a menu or a field is to be. */
const PLACE = { type: 'plain_text', text: '…' };

const rendered = new WeakMap<object, Map<string, string>>();

/** The HTML of a message. Kept until its content changes: an update of a message gives it new blocks. */
function htmlOf(said: Shown, workspace: Workspace, theme: Theme): string {
  const words = said.text === '' ? [] : [{ type: 'section', text: { type: 'mrkdwn', text: said.text } }];
  const content = said.blocks ?? words;
  const below = 'unfurls' in said ? Object.values(said.unfurls ?? {}).flat() : [];
  if (below.length > 0) return render([...content, ...below], workspace, theme);
  const kept = rendered.get(content) ?? new Map<string, string>();
  const html = kept.get(theme) ?? render(content, workspace, theme);
  kept.set(theme, html);
  rendered.set(content, kept);
  return html;
}

function render(blocks: readonly unknown[], { people, bot }: Workspace, theme: Theme): string {
  const name = (id: string) => [...people, bot].find((person) => person.id === id)?.realName ?? id;
  return renderToStaticMarkup(
    createElement(Blocks, {
      blocks: withIds(blocks).map(asDrawn) as Parameters<typeof Blocks>[0]['blocks'],
      name: '',
      logo: '',
      theme,
      withoutWrapper: true,
      hooks: {
        // A name that no emoji has is left as it was typed, as in a time with seconds.
        emoji: (named, draw): ReactNode => {
          const drawn = draw(named);
          return drawn === named.name ? `:${named.name}:` : drawn;
        },
        user: ({ id }): ReactNode => createElement('span', { className: 'mention' }, `@${name(id)}`),
        date: ({ timestamp, format, fallback }): ReactNode =>
          createElement('time', { 'data-at': timestamp, 'data-format': format }, fallback),
      },
    }),
  );
}

/**
 * A block as the library is to draw it. It shows pictures by address; ours are Slack's files. What people use becomes a button whose id
 * says where it stands, for the page to put the right thing in its place.
 */
function asDrawn(block: unknown): unknown {
  const fields = asObject(block);
  const placed = (element: unknown) => {
    const { type, action_id: action } = asObject(element);
    const [known] = elementsOf([{ type: 'actions', elements: [element] }]);
    if (known === undefined) return element;
    const id = { action_id: `${fields.block_id}␟${action}` };
    return type === 'button' ? { ...known.element, ...id } : { type: 'button', text: PLACE, ...id };
  };
  const file = fields.slack_file === undefined ? undefined : asObject(fields.slack_file);
  return {
    ...fields,
    ...(file === undefined ? {} : { image_url: `/files/${String(file.id)}` }),
    ...(Array.isArray(fields.elements) ? { elements: fields.elements.map(placed) } : {}),
    ...(Array.isArray(fields.actions) ? { actions: fields.actions.map(placed) } : {}),
    ...(fields.accessory === undefined ? {} : { accessory: placed(fields.accessory) }),
    ...(Array.isArray(fields.child_blocks) ? { child_blocks: fields.child_blocks.map(asDrawn) } : {}),
  };
}
