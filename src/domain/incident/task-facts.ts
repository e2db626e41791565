import type { AgentTask } from '../agent-task/agent-task.ts';
import { confidenceWords } from '../agent-task/confidence.ts';
import type { TaskReport } from '../agent-task/report.ts';
import type { Incident } from './incident.ts';
import type { TimelineEntry } from './timeline.ts';

/** Whether an incident is about what an agent task is about: it holds the alert, deploy or rollout, or the service whose budget burns. */
export function isAbout(incident: Incident, { subject }: Pick<AgentTask, 'subject'>): boolean {
  switch (subject.kind) {
    case 'alert':
      return incident.alerts.includes(subject.id);
    case 'deploy':
      return incident.deploys.includes(subject.id);
    case 'rollout':
      return incident.rollouts.includes(subject.id);
    case 'budget':
      return incident.services.includes(subject.service);
  }
}

/** What an agent task tells: each of its reports. */
export function factsOfTask({ id, title, reports }: AgentTask): readonly TimelineEntry[] {
  return reports.map((report): TimelineEntry => {
    const what = report.number === 1 ? `reports on ${title}` : `corrects its report on ${title}`;
    return {
      ...{ key: `report:${id}:${report.number}`, kind: 'report', at: report.at, by: report.by },
      text: `${what}: ${foundWords(report)}`,
      reference: { kind: 'task', id },
    };
  });
}

/** The likeliest hypothesis in the words of whoever reports, and how sure they are. */
function foundWords({ hypotheses, summary }: TaskReport): string {
  const [first] = hypotheses;
  if (first === undefined) return `no cause found. ${summary}`;
  const { word, share } = confidenceWords(first.confidence);
  return `${first.statement} (${word}, ${share})`;
}
