import { z } from 'zod';
import type { Annotation, Annotations } from '#app/ports.ts';
import { success } from '#domain/problem.ts';
import { DAY } from '#domain/time.ts';
import { type GrafanaSettings, grafanaCaller } from './client.ts';

const Created = z.object({ id: z.int() });
/** Grafana gives a point an end that is its beginning. */
const Found = z.array(
  z.object({
    id: z.int(),
    time: z.int(),
    timeEnd: z.int().optional(),
    text: z.string(),
    tags: z.array(z.string()).nullish(),
  }),
);
const Changed = z.object({ message: z.string() });

/** Annotations of the whole organisation through Grafana's HTTP API: each dashboard can show them by their tags. */
export function createAnnotations(settings: GrafanaSettings): Annotations {
  const call = grafanaCaller(settings);
  return {
    async put(annotation) {
      const { key, from, to } = annotation;
      const body = { time: from, timeEnd: to ?? from, tags: annotation.tags, text: annotation.text };
      // Tags narrow each other down; the time keeps another database's deploy of the same number apart.
      const span = { from: `${from - DAY}`, to: `${(to ?? from) + DAY}` };
      const query = new URLSearchParams({ ...span, type: 'annotation', limit: '10' });
      for (const tag of key) query.append('tags', tag);
      const found = await call('GET', `api/annotations?${query}`, Found);
      if (!found.ok) return found;
      const known = found.value.find(({ tags }) => key.every((tag) => tags?.includes(tag)));
      if (known === undefined) {
        const made = await call('POST', 'api/annotations', Created, body);
        return made.ok ? success('created') : made;
      }
      if (isSame(known, body)) return success('kept');
      const changed = await call('PATCH', `api/annotations/${known.id}`, Changed, body);
      return changed.ok ? success('changed') : changed;
    },
  };
}

/** Whether a Grafana answers and lets the token read annotations. */
export async function probeGrafana(
  settings: GrafanaSettings,
): Promise<{ what: string; ok: boolean; found: string; remedy?: string }> {
  const what = 'Grafana';
  const read = await grafanaCaller(settings)('GET', 'api/annotations?limit=1', Found);
  return read.ok
    ? { what, ok: true, found: 'its token reads annotations' }
    : {
        ...{ what, ok: false, found: read.problem.what },
        remedy: 'Check grafana.url, and that grafana.token is of a service account with the role Editor.',
      };
}

function isSame(
  { time, timeEnd = time, text, tags }: z.infer<typeof Found>[number],
  wanted: { time: number; timeEnd: number; text: string; tags: Annotation['tags'] },
): boolean {
  const sorted = (of: readonly string[]) => JSON.stringify(of.toSorted());
  return (
    time === wanted.time &&
    timeEnd === wanted.timeEnd &&
    text === wanted.text &&
    sorted(tags ?? []) === sorted(wanted.tags)
  );
}
