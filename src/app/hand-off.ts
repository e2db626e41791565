import type { AgentTask } from '#domain/agent-task/agent-task.ts';
import type { HandOff, HandOffChange } from '#domain/agent-task/hand-off.ts';
import { rankCauses } from '#domain/causes.ts';
import { present } from '#domain/optional.ts';
import { findService, type Service } from '#domain/service.ts';
import { shareWords } from '#domain/share-words.ts';
import { type Duration, HOUR, type Instant, MINUTE, SECOND } from '#domain/time.ts';
import { formatValue } from '#domain/units.ts';
import type { Onset } from '#domain/verdict/verdict.ts';
import type { RecentChange } from './answer.ts';
import { changesIn } from './answers/changes.ts';
import { expressionEvidence, mostTelling, signalEvidence } from './hand-off-evidence.ts';
import { linksIn, shortTitle, subjectFacts } from './hand-off-subject.ts';
import { similarByFacets } from './incident-similar.ts';
import { beganAround } from './jobs/alert-causes.ts';
import type { Ports } from './ports.ts';

/** How long metrics are waited for, whatever becomes of them: an agent is better off with less than with nothing. */
const WAITS: Duration = 20 * SECOND;

/** How long the stretches are that are set beside each other. */
const SHORTEST: Duration = 5 * MINUTE;
const LONGEST: Duration = 30 * MINUTE;

/** How far before the onset a change is still worth naming. */
const LOOK_BACK: Duration = 24 * HOUR;

/** Most of each that are handed off. */
const MOST = { changes: 10, alerts: 20, related: 10 } as const;

/** Reads what is known of a task's subject. What cannot be read, or not in time, is said in `missing`; the rest is handed off all the same. */
export async function handOffOf(task: AgentTask, ports: Ports): Promise<HandOff> {
  const { store, catalog, clock } = ports;
  const now = clock.now();
  const service = task.service === undefined ? undefined : findService(catalog.current(), task.service);
  const facts = await subjectFacts(task, ports);
  const { expression, snapshot } = facts;
  const source = service?.source ?? 'default';
  const onset =
    facts.began ??
    (service === undefined
      ? undefined
      : await inTime('When it began', beganAround(service, task.since, ports), ports));
  const began =
    onset === undefined || 'late' in onset ? undefined : onset.at === undefined ? undefined : onset;
  const stretches = stretchesAround(began?.at ?? task.since, now);
  const [signals, measured, changes, similar, firing, related] = await Promise.all([
    service === undefined
      ? {
          evidence: [],
          problems: [
            `No configured service fits${task.service === undefined ? '' : ` ${task.service}`}: no signals were read.`,
          ],
        }
      : inTime('The signals of the service', signalEvidence(service, stretches, ports), ports),
    expression === undefined
      ? { evidence: [], problems: [] }
      : inTime(
          'The alert’s expression',
          expressionEvidence({ expression, source, ...present({ snapshot }) }, stretches, ports),
          ports,
        ),
    service === undefined
      ? []
      : changesOf(service, began ?? { at: task.since, plusMinus: MINUTE }, now, store),
    similarByFacets(facts.facets, facts.incident, ports),
    alsoFiring(task, service, store),
    relatedTo(task, now, store),
  ]);
  const read = [measured, signals].map((one) =>
    'late' in one ? { evidence: [], problems: [one.late] } : one,
  );
  const evidence = read.flatMap((one) => one.evidence);
  const late = onset !== undefined && 'late' in onset ? [onset.late] : [];
  const untold = began === undefined && late.length === 0 && service !== undefined;
  return {
    at: now,
    observed: { ...facts.observed, headline: headlineOf(facts.observed.headline, evidence) },
    ...present({ began }),
    ...{ evidence, changes, similar, alsoFiring: firing },
    ...(related.length === 0 ? {} : { related }),
    links: [...facts.links, ...serviceLinks(service, { from: stretches.before.from, to: now })],
    missing: [
      ...facts.missing,
      ...late,
      ...(untold ? ['When it began could not be told from the signals by now.'] : []),
      ...read.flatMap((one) => one.problems),
    ],
  };
}

/** What was read, or that it took too long. */
async function inTime<T extends object | undefined>(
  what: string,
  reading: Promise<T>,
  { clock }: Pick<Ports, 'clock'>,
): Promise<T | { readonly late: string }> {
  const done = new AbortController();
  const late = clock
    .sleep(WAITS, done.signal)
    .then(() => ({ late: `${what} could not be read within ${WAITS / SECOND} s.` }));
  try {
    return await Promise.race([reading, late]);
  } finally {
    done.abort();
  }
}

/** What is now, since it began, beside as long a stretch before. */
function stretchesAround(began: Instant, now: Instant) {
  const length = Math.min(LONGEST, Math.max(SHORTEST, now - began));
  const start = Math.min(began, now - length);
  return { before: { from: start - length, to: start }, now: { from: now - length, to: now } };
}

/** Changes of the service and of what it depends on: found harmful first, then closest in time, own before a dependency’s; what came after is last. */
async function changesOf(
  service: Service,
  began: Onset,
  now: Instant,
  store: Ports['store'],
): Promise<readonly HandOffChange[]> {
  const all = await changesIn(service, { from: began.at - LOOK_BACK, to: now + 1 }, store);
  const judged = await Promise.all(
    all.map(async (change) => ({ ...change, verdict: await verdictOn(change, store) })),
  );
  const harmful = judged.map((change) =>
    change.verdict === 'degraded' ? { ...change, isProven: true as const } : change,
  );
  return rankCauses(harmful, began)
    .slice(0, MOST.changes)
    .map(({ kind, id, service: of, relation, at, actor, url, verdict, ...change }): HandOffChange => {
      const isProven = kind === 'flag' && 'isProven' in change ? change.isProven : undefined;
      const what =
        'version' in change
          ? `${of} ${change.version}`
          : `${change.flag} ${shareWords(change.share)} on ${of}`;
      return { kind, id, service: of, relation, what, at, ...present({ actor, url, verdict, isProven }) };
    });
}

async function verdictOn(change: RecentChange, { deploys }: Ports['store']): Promise<string | undefined> {
  if (change.kind === 'flag') return change.isProven === true ? 'stop' : undefined;
  return (await deploys.get(change.id))?.watch?.verdict?.verdict;
}

async function alsoFiring(
  { subject }: AgentTask,
  service: Service | undefined,
  { alerts }: Ports['store'],
): Promise<HandOff['alsoFiring']> {
  const names = service === undefined ? [] : [service.name, ...service.dependsOn];
  const open = await Promise.all(names.map((name) => alerts.open(name)));
  return open
    .flat()
    .filter(({ id }) => subject.kind !== 'alert' || subject.id !== id)
    .slice(0, MOST.alerts)
    .map(({ id, name, service: of }) => ({ id, name, ...present({ service: of }) }));
}

/** Other tasks of the service that nobody has reported on. */
async function relatedTo(
  { id, service }: AgentTask,
  now: Instant,
  { agentTasks }: Ports['store'],
): Promise<NonNullable<HandOff['related']>> {
  if (service === undefined) return [];
  const lists = await Promise.all(
    (['preparing', 'open', 'claimed'] as const).map((state) =>
      agentTasks.list({ now, state, service, limit: MOST.related }),
    ),
  );
  return lists
    .flat()
    .filter((other) => other.id !== id && other.overAt === undefined)
    .slice(0, MOST.related)
    .map((other) => ({ task: other.id, title: other.title }));
}

/** The sentence of the subject, with what got worse where it tells no figures itself. */
function headlineOf(headline: string, evidence: HandOff['evidence']): string {
  // A verdict has its figures.
  const telling = headline.includes(' → ') ? undefined : mostTelling(evidence);
  if (telling?.value === undefined) return `${headline}.`;
  const { title, value, baseline, unit } = telling;
  const before = baseline === undefined ? '' : `, ${formatValue(baseline.value, unit)} before`;
  return `${headline}. ${shortTitle(title)}: ${formatValue(value, unit)}${before}.`;
}

function serviceLinks(service: Service | undefined, range: { from: Instant; to: Instant }): HandOff['links'] {
  const { dashboard, runbook, traces, logs, repository } = service?.links ?? {};
  return linksIn([
    ['runbook', runbook],
    ['dashboard', dashboard === undefined ? undefined : atTime(dashboard, range)],
    ['logs', logs === undefined ? undefined : atTime(logs, range)],
    ['traces', traces === undefined ? undefined : atTime(traces, range)],
    ['repository', repository],
  ]);
}

/** A page of Grafana opened at a stretch of time; any other address stays as it is. */
function atTime(address: string, { from, to }: { from: Instant; to: Instant }): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  if (!/\/(d|explore|a|dashboard)(\/|$)/.test(url.pathname)) return address;
  url.searchParams.set('from', String(from));
  url.searchParams.set('to', String(to));
  return url.toString();
}
