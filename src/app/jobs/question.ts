import type { Question } from '#domain/event.ts';
import { PRIORITY } from '#domain/job.ts';
import type { Answer } from '../answer.ts';
import { answerAt } from '../answer-at.ts';
import type { Message } from '../message.ts';
import type { Ports } from '../ports.ts';
import { draw, snapshotId } from '../show.ts';
import { reportShown } from '../shown.ts';

/** Answers a question where it was asked: at once that it is worked on, then the answer in the same message. */
export async function answerQuestion(question: Question, key: string, ports: Ports): Promise<void> {
  const { store, clock } = ports;
  const put = (message: Message) =>
    store.outbox.put(
      {
        key,
        to: { channel: question.direct ? question.by : question.place },
        priority: PRIORITY.answer,
        message,
        ...(question.thread === undefined || question.direct ? {} : { parentTs: question.thread }),
      },
      clock.now(),
    );
  if ((await store.outbox.find(key)) === undefined)
    await put({ about: 'working', at: clock.now(), question });
  ports.failpoint('answer-begun');
  const { place, thread, direct } = question;
  const here = { channel: place, ...(thread === undefined ? {} : { thread }) };
  const answered = await answerAt(question.request, here, snapshotId(`question:${key}`), ports);
  const shown = answered.drawing === undefined ? { problems: [] } : await draw(answered.drawing, ports);
  const picture = 'picture' in shown ? shown.picture : undefined;
  await put({
    about: 'answer',
    at: clock.now(),
    question,
    answer: answered.answer,
    problems: shown.problems,
    ...(picture === undefined ? {} : { picture }),
  });
  // What only one person sees was not shared.
  if (direct || answered.drawing === undefined) return;
  const { title } = answered.drawing;
  const services = servicesIn(answered.answer);
  await reportShown(picture, { title, services, question }, ports);
}

/** The services that an answer is about; none where it is about all. */
function servicesIn(answer: Answer): readonly string[] {
  return 'service' in answer && answer.service !== undefined ? [answer.service] : [];
}
