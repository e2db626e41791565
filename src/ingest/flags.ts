import { bearerToken } from './authenticate.ts';
import { readFlagChange } from './flag-change.ts';
import type { Sender } from './sender.ts';

/** Changes of feature flags: our own small body, or what a flag service sends. */
export const flags: Sender = {
  name: 'flags',
  authenticate: bearerToken,
  parse: ({ json, at }) => readFlagChange(json, at),
};
