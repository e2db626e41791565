import type { PostmortemExport } from '#app/incident-ports.ts';
import { harmLasted, linesOf, textOf, timesOfBoth, uneditedIn } from '#domain/incident/fields.ts';
import { isOpen } from '#domain/incident/incident.ts';
import type * as domain from '#domain/incident/postmortem.ts';
import { timeDoubts } from '#domain/incident/time-doubts.ts';
import { present } from '#domain/optional.ts';
import { doubtOf, durationsOf, timesOf } from './incident-times.ts';
import { budgetCostOf, incidentFactsOf } from './incidents.ts';
import { type Names, whoOf } from './people.ts';
import { type ActionItem, type Evidence, POSTMORTEM_SCHEMA, type Postmortem } from './postmortem.ts';
import { linksOf } from './postmortem-links.ts';
import { entryOf } from './timeline.ts';
import { finite, secondsOf, timeOf } from './values.ts';

/** A post-mortem as the JSON file that people export. */
export function postmortemJson(value: PostmortemExport): string {
  return `${JSON.stringify(postmortemOf(value), null, 2)}\n`;
}

/** A post-mortem in its published shape. */
export function postmortemOf(value: PostmortemExport): Postmortem {
  const { postmortem, incident, entries, names, zone, related } = value;
  const { fields, record, revision, state, approvedBy, approvedAt } = postmortem;
  const text = (name: domain.TextField) => textOf(fields, name);
  const lines = (name: domain.TextField) => [...linesOf(fields, name)];
  const times = timesOfBoth(postmortem, incident);
  const durations = durationsOf(times);
  const writtenAt = Math.max(postmortem.updatedAt, incident.touchedAt);
  const doubts = timeDoubts(times, { writtenAt, recorded: incident.times, isOver: !isOpen(incident) });
  return {
    schema: POSTMORTEM_SCHEMA,
    incident: incidentFactsOf(incident, names),
    ...{ title: text('title') ?? incident.title, revision, state, zone },
    authors: postmortem.authors.map((author) => whoOf(author, names)),
    ...{ createdAt: timeOf(postmortem.createdAt), updatedAt: timeOf(postmortem.updatedAt) },
    ...present({
      approvedBy: approvedBy && whoOf(approvedBy, names),
      approvedAt: approvedAt === undefined ? undefined : timeOf(approvedAt),
      ...{ summary: text('summary'), background: text('background'), resolution: text('resolution') },
      supportingInformation: text('supportingInformation'),
    }),
    ...{ times: timesOf(times), durations },
    impact: {
      ...present({
        ...{
          description: text('impact'),
          customers: text('customerImpact'),
          duration: secondsOf(harmLasted(times) ?? Number.NaN),
        },
      }),
      requests: record.requests.map(({ service, failed, all }) => ({
        service,
        ...present({ failed: counted(failed), all: counted(all) }),
      })),
      budgets: record.costs.map(budgetCostOf),
    },
    detection: present({
      ...{ source: fields.detectionSource, description: text('detection'), duration: durations.toDetect },
    }),
    trigger: present({
      ...{ kind: fields.triggerKind, reference: fields.triggerReference?.trim() || undefined },
      description: text('trigger'),
    }),
    rootCause: present({ category: fields.causeCategory, summary: text('rootCause') }),
    contributingFactors: lines('contributingFactors'),
    lessons: { wentWell: lines('wentWell'), wentBadly: lines('wentBadly'), gotLucky: lines('gotLucky') },
    actionItems: postmortem.actions.map((action) => actionItemOf(action, names)),
    evidence: record.evidence.map(evidenceOf),
    timeline: entries.map((entry) => entryOf(entry, names)),
    links: linksOf(record, related, names),
    ...{ unedited: [...uneditedIn(postmortem)], missing: [...record.missing] },
    doubts: doubts.map(doubtOf),
  };
}

export function actionItemOf(
  { id, title, kind, state, owner, due, url, createdAt, closedAt, closedBy }: domain.ActionItem,
  names?: Names,
): ActionItem {
  return {
    ...{ id, title, kind, state, createdAt: timeOf(createdAt) },
    ...present({
      ...{ owner: owner === undefined ? undefined : whoOf({ kind: 'person', user: owner }, names), due, url },
      closedAt: closedAt === undefined ? undefined : timeOf(closedAt),
      closedBy: closedBy && whoOf(closedBy, names),
    }),
  };
}

function evidenceOf({ snapshot, title, takenAt, range, step, queries, values }: domain.Evidence): Evidence {
  return {
    ...{ snapshot, title, takenAt: timeOf(takenAt), from: timeOf(range.from), to: timeOf(range.to) },
    ...present({ step: secondsOf(step) }),
    queries: queries.map(({ source, promql, line }) => ({ source, promql, line })),
    values: values.map(({ panel, line, unit, last, min, mean, max }) => ({
      ...{ panel, line, unit },
      ...present({ last: finite(last), min: finite(min), mean: finite(mean), max: finite(max) }),
    })),
  };
}

/** A count of requests, which extrapolation can bring a little below nothing. */
function counted(count: number): number | undefined {
  return finite(Math.max(0, count));
}
