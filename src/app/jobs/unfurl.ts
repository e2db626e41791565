import type { Task } from '#domain/job.ts';
import { ProblemError } from '#domain/problem.ts';
import { findService } from '#domain/service.ts';
import { HOUR, last } from '#domain/time.ts';
import type { Answered } from '../answer.ts';
import { answer } from '../answers/answer.ts';
import { serviceIn } from '../answers/service.ts';
import { type Page, pageAt } from '../page-address.ts';
import type { Ports, Preview } from '../ports.ts';
import { draw, snapshotId } from '../show.ts';

/** Shows below shared links what our pages say, drawn; what cannot be answered is left as the bare link that it is. Rejects where Slack is away, to be tried again. */
export async function unfurl(
  { links, target }: Extract<Task, { kind: 'unfurl' }>,
  ports: Ports,
): Promise<void> {
  const base = ports.catalog.current().pagesUrl;
  if (base === undefined) return;
  const previews: Preview[] = [];
  for (const address of new Set(links)) {
    const page = pageAt(base, address);
    if (page === undefined) continue;
    const answered = await answeredFor(page, address, ports);
    if (answered === undefined || answered.answer.kind === 'problem') continue;
    const { picture } = answered.drawing === undefined ? {} : await draw(answered.drawing, ports);
    previews.push({ address, answer: answered.answer, ...(picture === undefined ? {} : { picture }) });
  }
  if (previews.length === 0) return;
  const told = await ports.unfurls.unfurl(target, previews);
  if (!told.ok) throw new ProblemError(told.problem, undefined);
}

async function answeredFor(page: Page, address: string, ports: Ports): Promise<Answered | undefined> {
  // Shared again it is drawn again: what it showed an hour ago is not how things are.
  const id = snapshotId(`unfurl:${address}:${ports.clock.now()}`);
  switch (page.page) {
    case 'fleet':
      return answer({ ask: 'fleet' }, id, ports);
    case 'coverage':
      return answer({ ask: 'coverage' }, id, ports);
    case 'incidents':
      return answer({ ask: 'incidents' }, id, ports);
    case 'incident':
      return answer({ ask: 'incident', incident: page.incident }, id, ports);
    case 'postmortem':
      return answer({ ask: 'postmortem', incident: page.incident }, id, ports);
    case 'service': {
      const service = findService(ports.catalog.current(), page.service);
      return service && serviceIn(service, page.range ?? last(HOUR, ports.clock.now()), id, ports);
    }
    case 'digests':
      return answer({ ask: 'digest' }, id, ports);
    case 'digest': {
      const [, owner] = /^now(?: (.+))?$/.exec(page.digest) ?? [];
      if (page.digest === 'now') return answer({ ask: 'digest' }, id, ports);
      if (owner !== undefined) return answer({ ask: 'digest', owner }, id, ports);
      return ports.store.digests.get(page.digest);
    }
  }
}
