import { createHmac } from 'node:crypto';
import { request } from 'undici';
import type { Clock, TaskPushes } from '#app/ports.ts';
import type { AgentTask } from '#domain/agent-task/agent-task.ts';
import { failure, type Outcome, success } from '#domain/problem.ts';
import type { Instant } from '#domain/time.ts';
import { readFor, told } from './redact.ts';

/** Where tasks are pushed to, and the secret (`whsec_` and base64) that signs them; `timeout` in ms. */
export type TaskWebhook = { readonly url: string; readonly secret: string; readonly timeout: number };

/** What the receiver asks for by these is to try again later; all other refusals stay refusals. */
const LATER = new Set([408, 425, 429]);

/**
 * Tells the configured address of tasks by one POST each, signed after Standard Webhooks. `summaryOf` is the task as it is published. Redirects are not followed:
 * what was signed for one address is not carried to another.
 */
export function createTaskPushes(
  { url, secret, timeout }: TaskWebhook,
  { clock, summaryOf }: { clock: Pick<Clock, 'now'>; summaryOf(task: AgentTask, now: Instant): object },
): TaskPushes {
  const secrets = [secret, secret.replace(/^whsec_/, '')];
  return {
    async push(task) {
      const now = clock.now();
      const body = JSON.stringify({
        type: 'task.open',
        timestamp: new Date(now).toISOString(),
        data: summaryOf(task, now),
      });
      const seconds = Math.floor(now / 1000);
      const id = `msg_${task.id}_${task.createdAt}`;
      try {
        const response = await request(url, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'webhook-id': id,
            'webhook-timestamp': String(seconds),
            'webhook-signature': `v1,${signatureOf(`${id}.${seconds}.${body}`, secret)}`,
          },
          body,
          signal: AbortSignal.timeout(timeout),
        });
        const said = await beginningOf(response.body, readFor(secrets));
        return outcomeOf(response.statusCode, told(said, secrets), url);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        const why =
          error.name === 'TimeoutError'
            ? `There was no answer within ${timeout / 1000} s.`
            : `It could not be sent: ${told(error.message.split('\n')[0] ?? error.name, secrets)}.`;
        return failure('push-failed', why, { where: whereOf(url) });
      }
    },
  };
}

/** HMAC-SHA256 of what is signed, in base64; the key is what the secret says in base64. */
function signatureOf(signed: string, secret: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return createHmac('sha256', key).update(signed).digest('base64');
}

function outcomeOf(status: number, said: string, url: string): Outcome<undefined> {
  if (status >= 200 && status < 300) return success(undefined);
  const what = `It answered ${status}${said === '' ? '' : `: ${said}`}.`;
  const code = status >= 500 || LATER.has(status) ? 'push-failed' : 'push-refused';
  return failure(code, what, { where: whereOf(url) });
}

/** The address without what may be a key in it. */
function whereOf(address: string): string {
  const { origin, pathname } = new URL(address);
  return `${origin}${pathname}`;
}

/** Reads no more than is needed: an answer may have no end. */
async function beginningOf(body: AsyncIterable<Buffer>, length: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= length) break;
  }
  return text.slice(0, length);
}
