/** Where something that others ask for stands in our shapes: paths in the post-mortem's (or `incident:` the incident's), or why it stands in neither. */
export type Home = { readonly at: readonly string[] } | { readonly elsewhere: string };

const at = (...paths: readonly string[]): Home => ({ at: paths });
const elsewhere = (why: string): Home => ({ elsewhere: why });

/** What published templates ask for, by the name of the section. */
export const SECTIONS: Readonly<Record<string, Home>> = {
  title: at('title'),
  date: at('times.started', 'times.resolved', 'createdAt'),
  authors: at('authors'),
  status: at('state'),
  last_modified: at('updatedAt'),
  summary: at('summary'),
  impact: at('impact.description', 'impact.duration', 'impact.requests', 'impact.budgets'),
  customer_impact: at('impact.customers'),
  background: at('background'),
  root_causes_plural: at('rootCause.category', 'rootCause.summary', 'contributingFactors'),
  trigger: at('trigger.kind', 'trigger.reference', 'trigger.description'),
  detection: at('detection.source', 'detection.description', 'detection.duration'),
  resolution_or_mitigation: at('resolution', 'times.mitigated', 'times.resolved'),
  action_items: at('actionItems'),
  went_well: at('lessons.wentWell'),
  went_wrong: at('lessons.wentBadly'),
  got_lucky: at('lessons.gotLucky'),
  timeline: at('timeline'),
  supporting_information: at('supportingInformation', 'evidence', 'links'),
};

const PAGING = elsewhere('paging: lists of ours have `limit` and `nextCursor`');
const FILTER = elsewhere('a parameter of the list, not a property of an incident');
const WORKFLOW = elsewhere('an answer to a request: what came of it is in the timeline and the audit log');
const OF_ALERT = elsewhere('the alert’s own record; a post-mortem has what identifies it and when it fired');
const OTHER_WAY = elsewhere('a state of that product’s alert inbox, which we do not have');
const KEYS = elsewhere('settings of that product’s connections; keys do not belong into documents');
const SUGGESTED = elsewhere(
  'incidents are declared by people or through the API, never suggested or predicted',
);

const OF_AN_ALERT: Readonly<Record<string, Home>> = {
  id: at('links.alerts.id'),
  name: at('links.alerts.name'),
  status: at('links.alerts.resolvedAt'),
  severity: at('links.alerts.severity'),
  lastReceived: at('links.alerts.heardAt'),
  firingStartTime: at('links.alerts.startedAt'),
  startedAt: at('links.alerts.startedAt'),
  environment: at('links.alerts.labels', 'links.deploys.environment'),
  isFullDuplicate: OTHER_WAY,
  isPartialDuplicate: OTHER_WAY,
  duplicateReason: OTHER_WAY,
  service: at('links.alerts.service'),
  source: at('links.alerts.source'),
  apiKeyRef: KEYS,
  message: at('timeline.text'),
  description: at('timeline.text'),
  pushed: OTHER_WAY,
  event_id: OF_ALERT,
  url: at('links.alerts.url'),
  labels: at('links.alerts.labels'),
  fingerprint: at('links.alerts.fingerprints'),
  deleted: OTHER_WAY,
  dismissUntil: OTHER_WAY,
  dismissed: OTHER_WAY,
  assignee: at('links.alerts.acknowledgedBy'),
  providerId: KEYS,
  providerType: at('links.alerts.source'),
  note: at('timeline.text', 'timeline.by'),
  isNoisy: OTHER_WAY,
  enriched_fields: OTHER_WAY,
  incident: at('incident.id'),
};

const OF_A_DRAFT: Readonly<Record<string, Home>> = {
  user_generated_name: at('incident.title', 'title'),
  assignee: at('incident.roles.commander'),
  user_summary: at('incident.summary', 'summary'),
  same_incident_in_the_past_id: at('links.incidents.id'),
};

const OF_AN_INCIDENT: Readonly<Record<string, Home>> = {
  ...OF_A_DRAFT,
  id: at('incident.id', 'incident:id'),
  start_time: at('times.started', 'incident:times.started'),
  last_seen_time: at('incident.touchedAt', 'incident:touchedAt'),
  end_time: at('times.resolved', 'incident:times.resolved'),
  creation_time: at('incident.declaredAt', 'incident:declaredAt'),
  alerts_count: at('links.alerts', 'incident:alerts'),
  alert_sources: at('links.alerts.source'),
  severity: at('incident.severity', 'incident:severity'),
  status: at('incident.status', 'incident:status'),
  services: at('incident.services', 'incident:services'),
  is_predicted: SUGGESTED,
  is_confirmed: SUGGESTED,
  generated_summary: at('summary', 'unedited'),
  ai_generated_name: at('title', 'unedited'),
  rule_fingerprint: at('links.alerts.groupKey'),
  fingerprint: at('links.alerts.fingerprints'),
  merged_into_incident_id: at('incident.duplicateOf.incident', 'incident:duplicateOf.incident'),
  merged_by: at('incident.duplicateOf.by', 'incident:duplicateOf.by'),
  merged_at: at('incident.duplicateOf.at', 'incident:duplicateOf.at'),
};

const PAGED = { limit: PAGING, offset: PAGING, count: PAGING, items: PAGING };
const SEVERITY = at('incident.severity');

/** What a product's incident and all that belongs to it have, by schema and property; of a list of words, by word. */
export const PROPERTIES: Readonly<Record<string, Readonly<Record<string, Home>>>> = {
  IncidentDto: OF_AN_INCIDENT,
  IncidentDtoIn: OF_A_DRAFT,
  IncidentSeverity: { critical: SEVERITY, high: SEVERITY, warning: SEVERITY, info: SEVERITY, low: SEVERITY },
  IncidentStatus: {
    firing: at('incident.status'),
    acknowledged: at('times.acknowledged'),
    resolved: at('times.resolved'),
    merged: at('incident.duplicateOf'),
  },
  IncidentStatusChangeDto: { status: at('timeline.kind'), comment: at('timeline.text') },
  MergeIncidentsRequestDto: {
    source_incident_ids: at('incident.id'),
    destination_incident_id: at('incident.duplicateOf.incident'),
  },
  MergeIncidentsResponseDto: {
    ...{ merged_incident_ids: WORKFLOW, skipped_incident_ids: WORKFLOW, failed_incident_ids: WORKFLOW },
    ...{ destination_incident_id: at('incident.duplicateOf.incident'), message: WORKFLOW },
  },
  IncidentCommit: {
    ...{ accepted: SUGGESTED, original_suggestion: SUGGESTED, changes: SUGGESTED, incident: at('incident') },
  },
  IncidentsClusteringSuggestion: { incident_suggestion: SUGGESTED, suggestion_id: SUGGESTED },
  IncidentsPaginatedResultsDto: PAGED,
  IncidentListFilterParamsDto: {
    ...{ statuses: FILTER, severities: FILTER, assignees: FILTER, services: FILTER, sources: FILTER },
  },
  IncidentSorting: Object.fromEntries(
    ['creation_time', 'start_time', 'last_seen_time', 'severity', 'status', 'alerts_count'].flatMap((name) =>
      [name, `-${name}`].map((word) => [word, FILTER]),
    ),
  ),
  AlertDto: OF_AN_ALERT,
  AlertWithIncidentLinkMetadataDto: { ...OF_AN_ALERT, is_created_by_ai: at('timeline.addedBy.kind') },
  AlertWithIncidentLinkMetadataPaginatedResultsDto: PAGED,
  AlertSeverity: {
    critical: at('links.alerts.severity'),
    high: at('links.alerts.severity'),
    warning: at('links.alerts.severity'),
    info: at('links.alerts.severity'),
    low: at('links.alerts.severity'),
  },
  AlertStatus: {
    firing: at('links.alerts.startedAt'),
    resolved: at('links.alerts.resolvedAt'),
    acknowledged: at('links.alerts.acknowledgedAt'),
    suppressed: OF_ALERT,
    pending: OF_ALERT,
  },
};

/** A home as the decision record writes it. */
export function words(home: Home): string {
  return 'at' in home ? home.at.map((path) => `\`${path}\``).join(', ') : home.elsewhere;
}
