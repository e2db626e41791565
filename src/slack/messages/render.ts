import type { Message } from '#app/message.ts';
import type { Rendered } from '../blocks.ts';
import { alertMessage, alertSnapshotMessage } from './alert.ts';
import { answerMessage, workingMessage } from './answer.ts';
import { budgetMessage } from './budget-episode.ts';
import { baselineMessage, deployMessage, deployReportMessage } from './deploy.ts';
import { digestMessage } from './digest.ts';
import { incidentEntryMessage, incidentLinkMessage, incidentMessage } from './incident.ts';
import { notedMessage, nudgeMessage } from './incident-notes.ts';
import { lookoutMessage, lookoutTurnMessage } from './lookout.ts';
import { actionDueMessage, postmortemMessage } from './postmortem.ts';
import { rollbackMessage } from './rollback.ts';
import { rolloutMessage } from './rollout.ts';
import { rolloutStepMessage } from './rollout-step.ts';
import { taskReportMessage } from './task-report.ts';
import { reminderMessage, umbrellaListMessage, umbrellaMessage } from './umbrella.ts';

/** Any message as Slack shows it. `file` is the Slack file of its picture, once there is one. */
export function render(message: Message, file: string | undefined): Rendered {
  switch (message.about) {
    case 'alert':
      return alertMessage(message);
    case 'alertSnapshot':
      return alertSnapshotMessage(message, file);
    case 'umbrella':
      return umbrellaMessage(message);
    case 'umbrellaList':
      return umbrellaListMessage(message);
    case 'reminder':
      return reminderMessage(message);
    case 'deploy':
      return deployMessage(message);
    case 'baseline':
      return baselineMessage(message);
    case 'deployReport':
      return deployReportMessage(message, file);
    case 'rollout':
      return rolloutMessage(message);
    case 'rolloutStep':
      return rolloutStepMessage(message, file);
    case 'budget':
      return budgetMessage(message);
    case 'rollback':
      return rollbackMessage(message);
    case 'incident':
      return incidentMessage(message);
    case 'incidentEntry':
      return incidentEntryMessage(message);
    case 'incidentLink':
      return incidentLinkMessage(message);
    case 'nudge':
      return nudgeMessage(message);
    case 'noted':
      return notedMessage(message);
    case 'postmortem':
      return postmortemMessage(message);
    case 'actionDue':
      return actionDueMessage(message);
    case 'taskReport':
      return taskReportMessage(message);
    case 'digest':
      return digestMessage(message, file);
    case 'lookout':
      return lookoutMessage(message);
    case 'lookoutTurn':
      return lookoutTurnMessage(message);
    case 'working':
      return workingMessage(message);
    case 'answer':
      return answerMessage(message, file);
  }
}
