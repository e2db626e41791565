import type { IncidentSeverity, IncidentStatus, Role } from './incident.ts';

/**
 * Something that people do by a command and not ask. Without `incident` the one is meant in whose thread or channel it was typed. Users are Slack ids.
 */
export type Act =
  | {
      readonly act: 'declare';
      /** Absent where nothing was typed: the form asks for it. */
      readonly title?: string;
      readonly severity?: IncidentSeverity;
      readonly services: readonly string[];
    }
  | { readonly act: 'note'; readonly incident?: string; readonly text: string }
  | {
      readonly act: 'status';
      readonly incident?: string;
      readonly status: IncidentStatus;
      readonly text?: string;
    }
  | { readonly act: 'severity'; readonly incident?: string; readonly severity: IncidentSeverity }
  /** Without `user` it is whoever typed it. */
  | { readonly act: 'role'; readonly incident?: string; readonly role: Role; readonly user?: string }
  /** Opens the form with all that can be changed. */
  | { readonly act: 'update'; readonly incident?: string }
  /** Opens the post-mortem's form. */
  | { readonly act: 'postmortem'; readonly incident?: string }
  | { readonly act: 'export'; readonly incident?: string; readonly format: 'markdown' | 'json' };
