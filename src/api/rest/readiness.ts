import { z } from 'zod';
import type { ReadyAnswer } from '#app/answer.ts';
import { ready } from '#app/answers/ready.ts';
import type { Ports } from '#app/ports.ts';
import { type Outcome, success } from '#domain/problem.ts';
import { Preflight, preflightOf, Readiness, readinessOf } from '../contract/readiness.ts';
import { type Operation, operation } from '../operation.ts';
import { serviceInPath } from './names.ts';
import { ServiceName } from './services.ts';

/** What is asked before a deploy. */
export function readinessOperations(ports: Ports): readonly Operation[] {
  return [
    operation({
      name: 'get_readiness',
      method: 'GET',
      path: '/api/v1/services/{service}/ready',
      summary: 'Whether now is a moment to deploy a service: go, careful or stop, and why.',
      scope: 'read',
      input: z.strictObject({ service: ServiceName }),
      answer: Readiness,
      tool: {
        description:
          'Whether now is a moment to deploy a service: go, careful or stop with the reasons, its baseline, budgets, open alerts, watches that run, and how what it depends on does. Use it before you suggest a rollout or rollback.',
        bound: 12_000,
      },
      async ask({ service }) {
        const found = await readyOf(service, ports);
        return found.ok ? success(readinessOf(found.value)) : found;
      },
    }),
    operation({
      name: 'preflight',
      method: 'GET',
      path: '/api/v1/services/{service}/preflight',
      summary: 'The same for a pipeline, with the status to exit with.',
      scope: 'read',
      input: z.strictObject({
        service: ServiceName,
        allowCareful: z
          .boolean({ error: 'Expected true or false.' })
          .default(true)
          .describe('Whether careful passes (0); else it exits with 2.'),
      }),
      answer: Preflight,
      async ask({ service, allowCareful }) {
        const found = await readyOf(service, ports);
        return found.ok ? success(preflightOf(found.value, allowCareful)) : found;
      },
    }),
  ];
}

async function readyOf(name: string, ports: Ports): Promise<Outcome<ReadyAnswer>> {
  const service = serviceInPath(name, ports);
  if (!service.ok) return service;
  return success((await ready(service.value, ports)).answer);
}
