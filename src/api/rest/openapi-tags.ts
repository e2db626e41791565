import type { Operation } from '../operation.ts';

/** What each noun of the paths is about; one that is not here is told by its name. */
const NOUNS: Readonly<Record<string, string>> = {
  'action-items': 'What is to be done so that it does not happen again.',
  alerts: 'Alerts as they came, with what became of them.',
  audit: 'Who did what to what.',
  budgets: 'Error budgets: what is left, and how fast it goes.',
  compare: 'Two stretches of time beside each other.',
  coverage: 'What services lack to be observed.',
  deploys: 'Deploys and whether they did harm.',
  digest: 'How reliable the week was.',
  'error-patterns': 'Errors that come again and again.',
  flags: 'Feature flags, their rollouts, and the word on each step.',
  incidents: 'Incidents and their timelines.',
  postmortems: 'Post-mortems as typed values.',
  preflight: 'Whether now is a good time for a change.',
  query: 'PromQL, bounded.',
  readiness: 'Whether services may be changed now.',
  services: 'The services that are configured, and how they are.',
  slos: 'Objectives and what they are measured by.',
  snapshots: 'What was drawn, as data.',
  status: 'How all services are.',
  tasks: 'Work that is handed to agents, and what they found.',
};

/** Rollouts are looked at with their flags, whatever their address. */
const SAME: Readonly<Record<string, string>> = { rollouts: 'flags' };

/** The noun of a path, such as `flags` of `/api/v1/flags/{flag}`. */
export function tagOf(path: string): string {
  const noun = path.split('/')[3] ?? 'other';
  return SAME[noun] ?? noun;
}

export function tagsOf(operations: readonly Operation[]): readonly object[] {
  const names = [...new Set(operations.map(({ path }) => tagOf(path)))].toSorted();
  return names.map((name) => ({ name, description: NOUNS[name] ?? `What is asked of ${name}.` }));
}
