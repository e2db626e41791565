import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createElement, type ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { Message as Blocks } from 'slack-blocks-to-jsx';
import { asList, asObject } from './json.ts';
import type { Ephemeral, Message, View, Workspace } from './workspace.ts';

type Shown = Message | Ephemeral;
type Theme = 'light' | 'dark';

const FILES: Readonly<Record<string, { path: string; type: string }>> = {
  '': { path: fileURLToPath(new URL('./page/index.html', import.meta.url)), type: 'text/html' },
  'page.css': { path: fileURLToPath(new URL('./page/page.css', import.meta.url)), type: 'text/css' },
  'messages.css': { path: fileURLToPath(new URL('./page/messages.css', import.meta.url)), type: 'text/css' },
  'page.js': { path: fileURLToPath(new URL('./page/page.js', import.meta.url)), type: 'text/javascript' },
  'fields.js': { path: fileURLToPath(new URL('./page/fields.js', import.meta.url)), type: 'text/javascript' },
  'blocks.css': {
    path: fileURLToPath(import.meta.resolve('slack-blocks-to-jsx/dist/style.css')),
    type: 'text/css',
  },
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
  const shown = (said: Shown) => ({ ...said, html: htmlOf(said, workspace, theme) });
  const views = (kept: Iterable<readonly [string, View]>) =>
    Object.fromEntries(
      [...kept].map(([user, view]) => [user, { ...view, parts: partsOf(view, workspace, theme) }]),
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

/** A view's blocks in order: inputs as they are, for the page to make fields of; everything else as HTML. */
function partsOf(view: View, workspace: Workspace, theme: Theme): readonly object[] {
  return asList(view.blocks).map((block) =>
    asObject(block).type === 'input' ? { input: block } : { html: render([block], workspace, theme) },
  );
}

const rendered = new WeakMap<object, Map<string, string>>();

/** The HTML of a message. Kept until its content changes: an update of a message gives it new blocks. */
function htmlOf(said: Shown, workspace: Workspace, theme: Theme): string {
  const content = said.blocks ?? [{ type: 'section', text: { type: 'mrkdwn', text: said.text || ' ' } }];
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
      blocks: blocks.map(withAddress) as Parameters<typeof Blocks>[0]['blocks'],
      name: '',
      logo: '',
      theme,
      withoutWrapper: true,
      hooks: {
        user: ({ id }): ReactNode => createElement('span', { className: 'mention' }, `@${name(id)}`),
        date: ({ timestamp, format, fallback }): ReactNode =>
          createElement('time', { 'data-at': timestamp, 'data-format': format }, fallback),
      },
    }),
  );
}

/** The library shows pictures by address; ours are Slack's files. */
function withAddress(block: unknown): unknown {
  const fields = asObject(block);
  if (fields.type === 'image' && fields.slack_file !== undefined)
    return { ...fields, image_url: `/files/${String(asObject(fields.slack_file).id)}` };
  if (Array.isArray(fields.blocks)) return { ...fields, blocks: asList(fields.blocks).map(withAddress) };
  return block;
}
