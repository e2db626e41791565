import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import { taskSummaryOf } from '#api/contract/agent-task.ts';
import { createTaskPushes } from '#telemetry/task-push.ts';
import { TASK } from '../api/example-task.ts';
import { at } from '../domain/given.ts';

const page = readFileSync(new URL('../../docs/agent-tasks.md', import.meta.url), 'utf8');

it('what the page on tasks shows tells a push of ours from a forged, changed or old one', async () => {
  const [, code = ''] = /^```js\n(.*?)^```/ms.exec(page) ?? [];
  const { isOurs } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  const secret = `whsec_${btoa('thirty-two bytes of a good secret')}`;
  const came = Promise.withResolvers<{ headers: object; body: string }>();
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    response.end();
    came.resolve({ headers: request.headers, body });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
  const now = at('12:30');
  const pushes = createTaskPushes(
    { url, secret, timeout: 2000 },
    { clock: { now: () => now }, summaryOf: taskSummaryOf },
  );
  await pushes.push(TASK);
  const { headers, body } = await came.promise;
  server.close();
  expect(isOurs(headers, body, secret, now)).toBe(true);
  expect(isOurs(headers, `${body} `, secret, now)).toBe(false);
  expect(isOurs(headers, body, `whsec_${btoa('another one')}`, now)).toBe(false);
  expect(isOurs(headers, body, secret, now + 400_000)).toBe(false);
  expect(isOurs({ ...headers, 'webhook-id': 'msg_2' }, body, secret, now)).toBe(false);
});
