import type { Deploy } from '#domain/deploy.ts';
import { explain, isRetryable, ProblemError } from '#domain/problem.ts';
import type { Annotation, Ports } from '../ports.ts';

/** Grafana keeps both halves of a tag in columns of 100 characters. */
const LONGEST = 80;

/**
 * Marks a deploy in Grafana, or brings its mark up to date; does nothing where no Grafana is configured. A Grafana that is away is asked
 * again by the job's own back-off; one that refuses is not, the log says what to do.
 */
export async function annotateDeploy(
  id: string,
  { store, annotations, log }: Pick<Ports, 'store' | 'annotations' | 'log'>,
): Promise<void> {
  const deploy = await store.deploys.get(id);
  if (annotations === undefined || deploy === undefined) return;
  const outcome = await annotations.put(annotationOf(deploy));
  if (outcome.ok) return;
  const { problem } = outcome;
  if (isRetryable(problem)) throw new ProblemError(problem, undefined);
  log.error({ problem, deploy: id }, `a deploy is not marked in Grafana: ${explain(problem)}`);
}

/** A deploy as a mark: over its rollout where its end is known, else at its beginning. */
export function annotationOf(deploy: Deploy): Annotation {
  const { id, service = 'unknown', version, startedAt, finishedAt } = deploy;
  const key = ['bellbuoy', cut(`service:${service}`), cut(`deploy:${id}`)];
  return {
    key,
    tags: [...key, 'deploy', cut(`version:${version}`)],
    from: startedAt,
    ...(finishedAt === undefined || finishedAt <= startedAt ? {} : { to: finishedAt }),
    text: textOf(service, deploy),
  };
}

/** Grafana shows the text as HTML. */
function textOf(
  service: string,
  { version, previousVersion, rollback, unannounced, environment, actor, url }: Deploy,
): string {
  const words = [
    `${service} ${version} in ${environment}`,
    ...(rollback === true ? ['rollback'] : []),
    ...(previousVersion === undefined ? [] : [`after ${previousVersion}`]),
    ...(actor === undefined ? [] : [`by ${actor}`]),
    ...(unannounced === true ? ['unannounced: seen in the metrics'] : []),
  ].join(', ');
  const link = url === undefined ? '' : ` <a href="${escaped(url)}" target="_blank">details</a>`;
  return `${escaped(words)}${link}`;
}

function cut(tag: string): string {
  return tag.length > LONGEST ? `${tag.slice(0, LONGEST - 1)}…` : tag;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
