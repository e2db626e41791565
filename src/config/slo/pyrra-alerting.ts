import { z } from 'zod';
import type { Alerting } from '#domain/budget/slo.ts';
import { present } from '#domain/optional.ts';
import type { Item, Path, Remarks } from './documents.ts';

/** Labels or annotations of an object. */
export const Texts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish();

export const PyrraAlerting = z
  .object({
    disabled: z.boolean().nullish(),
    burnrates: z.boolean().nullish(),
    absent: z.boolean().nullish(),
    name: z.string().nullish(),
    absentName: z.string().nullish(),
    severities: z
      .object({
        absent: z.string().nullish(),
        fastBurn: z.string().nullish(),
        mediumBurn: z.string().nullish(),
        slowBurn: z.string().nullish(),
        longTermBurn: z.string().nullish(),
      })
      .nullish(),
  })
  .nullish();

type Texts = z.infer<typeof Texts>;

/** What Pyrra puts before the names of labels and annotations that its alerts carry. */
const PREFIX = 'pyrra.dev/';

/** Which alerts an objective of Pyrra wants, and what they carry: labels and annotations that begin with `pyrra.dev/`, without that. */
export function pyrraAlerting(
  alerting: z.infer<typeof PyrraAlerting>,
  metadata: { readonly labels?: Texts; readonly annotations?: Texts },
  item: Item,
  { notices }: Remarks,
): Alerting {
  const note = (path: Path, what: string) => notices.push(item.at(path, what));
  const { disabled, burnrates, absent, absentName, name, severities } = alerting ?? {};
  const at = ['spec', 'alerting'];
  if (absent === true)
    note([...at, 'absent'], 'no alert of its own; silence is judged by last week’s traffic');
  if (absentName) note([...at, 'absentName'], 'not honoured: silence has no alert of its own');
  if (severities?.absent)
    note([...at, 'severities', 'absent'], 'not honoured: silence has no alert of its own');
  const severity = (fast: 'fastBurn' | 'slowBurn', slow: 'mediumBurn' | 'longTermBurn') => {
    const [first, second] = [severities?.[fast] || undefined, severities?.[slow] || undefined];
    if (first !== undefined && second !== undefined && first !== second)
      note(
        [...at, 'severities', slow],
        `not honoured: one alert stands for ${fast} and ${slow}, with ${first}`,
      );
    const of = first ?? second;
    return of === undefined ? undefined : { severity: of };
  };
  const isWanted = disabled !== true && burnrates !== false;
  return {
    ...{ page: isWanted, ticket: isWanted },
    ...present({
      name: name || undefined,
      labels: carried(metadata.labels, 'labels', item, notices),
      annotations: carried(metadata.annotations, 'annotations', item, notices),
      pageLabels: severity('fastBurn', 'mediumBurn'),
      ticketLabels: severity('slowBurn', 'longTermBurn'),
    }),
  };
}

/** The label that names the service, which alerts carry anyway. */
export const SERVICE = `${PREFIX}service`;

function carried(
  texts: Texts,
  key: 'labels' | 'annotations',
  item: Item,
  notices: Remarks['notices'],
): Readonly<Record<string, string>> | undefined {
  const found = new Map<string, string>();
  for (const [full, value] of Object.entries(texts ?? {})) {
    const note = (what: string) => notices.push(item.at(['metadata', key, full], what));
    if (key === 'labels' && full === SERVICE) continue;
    // Written by kubectl about the object, not by its owner.
    if (full.startsWith('kubectl.kubernetes.io/')) continue;
    if (!full.startsWith(PREFIX)) {
      note(`not honoured: alerts carry ${key} that begin with ${PREFIX} only`);
      continue;
    }
    const own = full.slice(PREFIX.length);
    const name = own.replaceAll(/[^a-zA-Z0-9_]/g, '_').replace(/^(?=\d)/, '_');
    if (name === '' || found.has(name)) {
      note(name === '' ? 'not honoured: it has no name' : `not honoured: there is a ${name} already`);
      continue;
    }
    if (name !== own) note(`it is called ${name}, because Prometheus knows no ${own}`);
    found.set(name, String(value));
  }
  return found.size === 0 ? undefined : Object.fromEntries(found);
}
