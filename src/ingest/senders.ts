import { alertmanager } from './alertmanager.ts';
import { argocd } from './argocd.ts';
import { cdevents } from './cdevents.ts';
import { deploy } from './deploy.ts';
import { flags } from './flags.ts';
import { flux } from './flux.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import { grafana } from './grafana.ts';
import type { Sender } from './sender.ts';

/** Every kind of sender that is understood, by its name in the path. */
export const SENDERS: readonly Sender[] = [
  ...[alertmanager, argocd, cdevents, deploy],
  ...[flags, flux, github, gitlab, grafana],
];
