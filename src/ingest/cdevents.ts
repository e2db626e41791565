import { z } from 'zod';
import { present } from '#domain/optional.ts';
import type { Problem } from '#domain/problem.ts';
import type { Instant } from '#domain/time.ts';
import { readArtifact } from './artifact.ts';
import { bearerToken } from './authenticate.ts';
import { type Enveloped, openEnvelopes } from './cloudevents.ts';
import { nothing, type Parsed, type Sender } from './sender.ts';
import { digestOf, fieldPath, implausibleTimes, problemsOf, Time } from './wire.ts';

const Text = z.string().min(1);

/** What all versions of the specification have in common; 0.1 to 0.5 differ in `context.version` or `specversion`, `subject.type` and links. */
const ServiceEvent = z.object({
  context: z.object({ id: Text, source: Text, type: Text, timestamp: Time }),
  subject: z.object({
    id: Text,
    content: z.object({ environment: z.object({ id: Text }), artifactId: Text }),
  }),
});

/**
 * CDEvents in any version and any of CloudEvents' modes. `service.deployed`, `upgraded` and `rolledback` are deploys that have succeeded;
 * `removed` and all other types are none. The same event again has the same source and id.
 */
export const cdevents: Sender = {
  name: 'cdevents',
  authenticate: bearerToken,
  parse({ headers, json, at }) {
    const opened = openEnvelopes(headers, json);
    if (!opened.ok) return { ok: false, problems: opened.problems };
    const read = opened.events.map((event) => readOne(event, at));
    const problems = read.flatMap((one) => ('problems' in one ? one.problems : []));
    if (problems.length > 0) return { ok: false, problems };
    const events = read.flatMap((one) => ('event' in one ? [one] : []));
    const ignored = [...new Set(read.flatMap((one) => ('ignored' in one ? [one.ignored] : [])))];
    if (ignored.length === 0 && events.length > 0) return { ok: true, events };
    const reasons = ignored.length === 0 ? 'The batch is empty.' : ignored.slice(0, 10).join(' ');
    return { ...nothing(reasons), events };
  },
};

type Read = Parsed | { readonly ignored: string } | { readonly problems: readonly Problem[] };

function readOne({ type, within, body }: Enveloped, at: Instant): Read {
  const kind = /^dev\.cdevents\.service\.([a-z]+)(\.|$)/.exec(type)?.[1];
  if (kind === 'removed')
    return { ignored: 'A service that was removed runs no version that could be watched.' };
  if (kind !== 'deployed' && kind !== 'upgraded' && kind !== 'rolledback')
    return { ignored: `CDEvent ${type.slice(0, 100)} is not a deployed service.` };
  const parsed = ServiceEvent.safeParse(body);
  if (!parsed.success) return { problems: problemsOf(parsed.error, within) };
  const { context, subject } = parsed.data;
  const odd = implausibleTimes({ [fieldPath([...within, 'context', 'timestamp'])]: context.timestamp }, at);
  if (odd.length > 0) return { problems: odd };
  const environment = subject.content.environment.id;
  const artifact = subject.content.artifactId;
  return {
    dedupeKey: `cdevents:${digestOf([context.source, context.id])}`,
    event: present({
      type: 'deployReport' as const,
      source: 'cdevents',
      hints: {
        service: subject.id,
        application: subject.id,
        environment,
        // A subject may be called by a path or an address, whose end is the service's own name.
        labels: /[/:]/.test(subject.id) ? { service: subject.id.split(/[/:]/).at(-1) ?? '' } : {},
      },
      version: readArtifact(artifact).version ?? artifact.slice(0, 200),
      artifact,
      rollback: kind === 'rolledback' ? (true as const) : undefined,
      environment,
      status: 'succeeded' as const,
      at: context.timestamp,
      changes: [],
    }),
  };
}
