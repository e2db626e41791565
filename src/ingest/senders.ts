import { alertmanager } from './alertmanager.ts';
import { deploy } from './deploy.ts';
import { github } from './github.ts';
import type { Sender } from './sender.ts';

/** Every kind of sender that is understood, by its name in the path. */
export const SENDERS: readonly Sender[] = [alertmanager, deploy, github];
