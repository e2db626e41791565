import type { Answer } from '#app/answer.ts';
import type { Message } from '#app/message.ts';
import { addressOf, type Page, pageAt } from '#app/page-address.ts';
import type { Deploy } from '#domain/deploy.ts';
import { MINUTE, type Range } from '#domain/time.ts';
import { context, link, type Rendered } from '../blocks.ts';

/** What was before something is shown with it, as far as this. */
const BEFORE = 30 * MINUTE;

/** The same message with a link to the page that shows what it tells of, over the same stretch; `base` is where people open pages. */
export function withPage(content: Rendered, message: Message, base: string | undefined): Rendered {
  const page = base === undefined ? undefined : pageOf(message);
  if (base === undefined || page === undefined) return content;
  const address = addressOf(base, page);
  // What has no name has no page either.
  if (pageAt(base, address) === undefined) return content;
  const words = link(address, WORDS[page.page]);
  const { text, blocks } = content;
  const last = blocks.at(-1);
  const [element] = last?.type === 'context' ? last.elements : [];
  if (element?.type !== 'mrkdwn' || element.text.length + words.length > LONGEST)
    return { text, blocks: [...blocks, context(words)] };
  return { text, blocks: [...blocks.slice(0, -1), context(`${element.text} · ${words}`)] };
}

/** A context that gets longer than this is better followed by another one. */
const LONGEST = 1500;

const WORDS: Readonly<Record<Page['page'], string>> = {
  ...{
    fleet: 'the fleet’s page',
    incidents: 'all incidents',
    coverage: 'the scorecard',
    digests: 'all digests',
  },
  ...{
    service: 'its page',
    incident: 'its page',
    postmortem: 'to read and print',
    digest: 'to show and print',
  },
};

function pageOf(message: Message): Page | undefined {
  switch (message.about) {
    case 'alert': {
      const { service, startedAt, resolvedAt } = message.episode;
      if (service === undefined) return undefined;
      const to = resolvedAt;
      return ofService(service, to === undefined ? undefined : { from: startedAt - BEFORE, to });
    }
    case 'deploy':
    case 'deployReport':
      return ofDeploy(message.deploy);
    case 'budget':
      return ofService(message.line.service);
    case 'lookout':
      return ofService(message.service, message.ended && { from: message.from, to: message.ended.at });
    case 'incident':
      return { page: 'incident', incident: message.incident.id };
    case 'postmortem':
      return { page: 'postmortem', incident: message.line.incident.id };
    case 'digest':
      return { page: 'digest', digest: message.digest };
    case 'answer':
      return ofAnswer(message.answer);
    default:
      return undefined;
  }
}

function ofAnswer(answer: Answer): Page | undefined {
  switch (answer.kind) {
    case 'fleet':
    case 'budgets':
      return { page: 'fleet' };
    case 'service':
      return ofService(answer.service, answer.window);
    case 'compare':
      return ofService(answer.service, { from: answer.before.from, to: answer.after.to });
    case 'budget':
    case 'ready':
      return ofService(answer.service);
    case 'coverage':
      return { page: 'coverage' };
    case 'incidents':
      return { page: 'incidents' };
    case 'incident':
    case 'catchup':
      return { page: 'incident', incident: answer.line.incident.id };
    case 'postmortem':
      return { page: 'postmortem', incident: answer.line.incident.id };
    case 'digest':
      return { page: 'digest', digest: answer.owner === undefined ? 'now' : `now ${answer.owner}` };
    default:
      return undefined;
  }
}

function ofDeploy({ service, startedAt, watch }: Deploy): Page | undefined {
  if (service === undefined) return undefined;
  return ofService(service, watch && { from: startedAt - BEFORE, to: watch.window.to });
}

function ofService(service: string, range?: Range): Page {
  return { page: 'service', service, ...(range === undefined || range.to <= range.from ? {} : { range }) };
}
