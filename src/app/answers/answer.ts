import { failure, type Problem } from '#domain/problem.ts';
import type { Request } from '#domain/request.ts';
import { findService, type Service } from '#domain/service.ts';
import type { Answered } from '../answer.ts';
import type { Ports } from '../ports.ts';
import { budgets, serviceBudget } from './budget.ts';
import { compare } from './compare.ts';
import { coverage } from './coverage.ts';
import { deploys } from './deploys.ts';
import { digest } from './digest.ts';
import { flag, flags } from './flags.ts';
import { fleet } from './fleet.ts';
import { catchup, incident, incidents } from './incidents.ts';
import { postmortem, postmortems } from './postmortems.ts';
import { query } from './query.ts';
import { ready } from './ready.ts';
import { serviceStatus } from './service.ts';

export type AnswerPorts = Pick<
  Ports,
  'store' | 'metrics' | 'observer' | 'cohorts' | 'conversations' | 'catalog' | 'clock'
>;

const UNMATCHED = 20;

/** Answers one question. What cannot be answered is an answer too, saying why. `id` names the snapshot of its drawing. */
export async function answer(request: Request, id: string, ports: AnswerPorts): Promise<Answered> {
  const catalog = ports.catalog.current();
  const withService = (name: string, work: (service: Service) => Promise<Answered>) => {
    const service = findService(catalog, name);
    return service === undefined
      ? problem(failure('service-unknown', `There is no service ${name}.`).problem)
      : work(service);
  };
  switch (request.ask) {
    case 'fleet':
      return fleet(id, ports);
    case 'service':
      return withService(request.service, (service) => serviceStatus(service, request.length, id, ports));
    case 'ready':
      return withService(request.service, (service) => ready(service, ports));
    case 'compare':
      return withService(request.service, (service) => compare(service, request, id, ports));
    case 'query':
      return query(request, id, ports);
    case 'budget': {
      const { service: name } = request;
      return name === undefined
        ? budgets(id, ports)
        : withService(name, (service) => serviceBudget(service, id, ports));
    }
    case 'deploys':
      return deploys(request.service, ports);
    case 'flags':
      return flags(request.service, ports);
    case 'flag':
      return flag(request, id, ports);
    case 'snapshot': {
      const snapshot = await ports.store.snapshots.get(request.id);
      if (snapshot === undefined)
        return problem(failure('words-unclear', `There is no snapshot ${request.id}.`).problem);
      return { answer: { kind: 'snapshot', id: snapshot.id, at: snapshot.at }, drawing: snapshot.drawing };
    }
    case 'incidents':
      return incidents(request, ports);
    case 'incident':
      return incident(request.incident, ports);
    case 'catchup':
      return catchup(request.incident, ports);
    case 'postmortems':
      return postmortems(request.service, ports);
    case 'postmortem':
      return postmortem(request.incident, ports);
    case 'coverage':
      return coverage(ports);
    case 'watch':
      return problem(
        failure(
          'words-unclear',
          `${request.service} is watched here already: the message that shows it is put again each minute. Stop it there to begin anew.`,
        ).problem,
      );
    case 'digest':
      return digest(request.owner, id, ports);
    case 'unmatched':
      return { answer: { kind: 'unmatched', items: await ports.store.unmatched.list(UNMATCHED) } };
    case 'help':
      return { answer: { kind: 'help', services: catalog.services.map(({ name }) => name) } };
  }
}

async function problem(what: Problem): Promise<Answered> {
  return { answer: { kind: 'problem', problem: what, suggestions: [] } };
}
