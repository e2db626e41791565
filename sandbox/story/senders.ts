import { createHmac } from 'node:crypto';
import type { Stack } from '../stack/stack.ts';

/** What a deployment tool says of a deploy; the body of `/webhooks/deploy`. */
export type DeployBody = {
  readonly service: string;
  readonly version: string;
  readonly previousVersion?: string;
  readonly status: 'started' | 'succeeded';
  readonly at: string;
  readonly startedAt?: string;
  readonly id: string;
  readonly actor: string;
  readonly url?: string;
  readonly changes?: readonly { title: string; url?: string; author?: string }[];
};

/** Reports a deploy by the generic webhook. Rejects when it is not accepted. */
export async function reportDeploy({ addresses, tokens }: Stack, body: DeployBody): Promise<void> {
  await post(
    `${addresses.webhooks}deploy`,
    { authorization: `Bearer ${tokens.deploy}` },
    JSON.stringify(body),
  );
}

/** Reports a deploy as GitHub does: a `deployment_status`, signed. */
export async function reportAsGithub(
  { addresses, tokens }: Stack,
  deploy: {
    id: number;
    service: string;
    version: string;
    state: 'in_progress' | 'success';
    by: string;
    startedAt: string;
  },
): Promise<void> {
  const repository = `shop/${deploy.service}`;
  const body = JSON.stringify({
    action: 'created',
    deployment_status: {
      id: deploy.id * 10 + (deploy.state === 'success' ? 2 : 1),
      state: deploy.state,
      environment: 'production',
      created_at: new Date().toISOString(),
      target_url: `https://github.example/${repository}/actions/runs/${deploy.id}`,
    },
    deployment: {
      id: deploy.id,
      sha: '9f2d41c07b3e5a6188d0c4e2f7a1b3c5d7e9f012',
      ref: deploy.version,
      environment: 'production',
      created_at: deploy.startedAt,
      creator: { login: deploy.by },
      payload: {},
    },
    repository: { full_name: repository, html_url: `https://github.example/${repository}` },
    sender: { login: deploy.by },
  });
  const signature = createHmac('sha256', tokens.github).update(body).digest('hex');
  await post(
    `${addresses.webhooks}github`,
    { 'x-github-event': 'deployment_status', 'x-hub-signature-256': `sha256=${signature}` },
    body,
  );
}

/** What a tool that rolls flags out says of one; the body of `/webhooks/flags`. From `at` on `share` (0…1) of everybody has it. */
export type FlagBody = {
  readonly flag: string;
  readonly share: number;
  readonly environment: string;
  readonly at: string;
  readonly actor: string;
  readonly url?: string;
};

/** Reports a flag's change by the generic webhook. Rejects when it is not accepted. */
export async function reportFlag({ addresses, tokens }: Stack, body: FlagBody): Promise<void> {
  await post(`${addresses.webhooks}flags`, { authorization: `Bearer ${tokens.flags}` }, JSON.stringify(body));
}

async function post(url: string, headers: Record<string, string>, body: string): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
}
