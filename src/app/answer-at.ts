import type { Request } from '#domain/request.ts';
import type { Answered } from './answer.ts';
import { type AnswerPorts, answer } from './answers/answer.ts';
import { type AskedAt, withIncident } from './incident-place.ts';

/** Answers a question that may be about the incident of the place where it is asked. `id` names the snapshot of its drawing. */
export async function answerAt(
  request: Request,
  place: AskedAt | undefined,
  id: string,
  ports: AnswerPorts,
): Promise<Answered> {
  const placed = await withIncident(request, place, ports);
  return placed.ok ? answer(placed.request, id, ports) : { answer: placed.answer };
}
