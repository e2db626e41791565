import { type Shortcut, type WithMessages, withMessages } from './people/messages.ts';
import { type WithViews, withViews } from './people/views.ts';
import type { Wire } from './people/wire.ts';

export type { Shortcut } from './people/messages.ts';

/** What people do in the workspace, each as the payload that Slack sends for it. */
export type People = WithMessages & WithViews;

/** The shortcuts that the app declares in its manifest. */
export type Shortcuts = {
  readonly messageShortcuts: readonly Shortcut[];
  readonly globalShortcuts: readonly Shortcut[];
};

export function createPeople(wire: Wire, { messageShortcuts, globalShortcuts }: Shortcuts): People {
  return { ...withMessages(wire, messageShortcuts), ...withViews(wire, globalShortcuts) };
}
