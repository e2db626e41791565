import type { Button, KnownBlock } from '@slack/types';
import { type Incident, type IncidentStatus, isOpen } from '#domain/incident/incident.ts';
import type { ReviewState } from '#domain/incident/postmortem.ts';
import { plain } from '../blocks.ts';

/** Action ids of the buttons with which incidents are worked on; the value of each is the incident's id and, after a colon, what is to be. */
export const INCIDENT_ACTION = {
  declare: 'declare',
  update: 'incident-update',
  next: 'incident-next',
  resolve: 'incident-resolve',
  lead: 'incident-lead',
  catchup: 'incident-catchup',
  timeline: 'incident-timeline',
  postmortem: 'postmortem-open',
  review: 'postmortem-review',
  export: 'postmortem-export',
  actionDone: 'action-done',
  actionLater: 'action-later',
  actionDrop: 'action-drop',
  homeDeclare: 'home-declare',
} as const;

/** What usually comes next. */
const NEXT: Readonly<Partial<Record<IncidentStatus, IncidentStatus>>> = {
  investigating: 'identified',
  identified: 'mitigating',
  mitigating: 'monitoring',
};

/** A button of ours. */
export function button(text: string, action: string, value: string, style?: 'primary' | 'danger'): Button {
  return {
    ...{ type: 'button', text: { type: 'plain_text', text }, action_id: action, value },
    ...(style === undefined ? {} : { style }),
  };
}

/** What may be done with an incident as it stands, the most likely first. */
export function incidentButtons(incident: Incident, postmortem: ReviewState | undefined): KnownBlock {
  const { id, status, roles, duplicateOf } = incident;
  const look = [
    button('Catch me up', INCIDENT_ACTION.catchup, id),
    button('Timeline', INCIDENT_ACTION.timeline, id),
  ];
  const update = button('Update', INCIDENT_ACTION.update, id);
  if (duplicateOf !== undefined) return { type: 'actions', elements: [update, ...look] };
  if (!isOpen(incident)) {
    const written = postmortem === undefined ? [] : [postmortemButton(id, postmortem)];
    return { type: 'actions', elements: [...written, update, ...look] };
  }
  const next = NEXT[status];
  const isLed = roles.commander !== undefined;
  const elements = [
    ...(!isLed ? [button('Take command', INCIDENT_ACTION.lead, id, 'primary' as const)] : []),
    ...(next === undefined ? [] : [button(`Mark ${next}`, INCIDENT_ACTION.next, `${id}:${next}`)]),
    button('Resolve', INCIDENT_ACTION.resolve, id, isLed && status === 'monitoring' ? 'primary' : undefined),
    update,
    ...look,
  ];
  return { type: 'actions', elements };
}

/** Opens the post-mortem's form; what is to be done there depends on its state. */
export function postmortemButton(id: string, state: ReviewState): Button {
  return state === 'draft'
    ? button('Fill in post-mortem', INCIDENT_ACTION.postmortem, id, 'primary')
    : button('Post-mortem', INCIDENT_ACTION.postmortem, id);
}

/** Opens the form in which an incident is declared from an alert, a deploy or a rollout. */
export function declareButton(kind: 'alert' | 'deploy' | 'rollout', id: string): Button {
  return button('Declare incident', INCIDENT_ACTION.declare, `${kind}:${id}`);
}

/** What stands where that button stood, once there is an incident. */
export function declaredWords(incident: string): string {
  return `:rotating_light: part of *${plain(incident, 20)}*`;
}
