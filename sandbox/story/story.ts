import { setTimeout as sleep } from 'node:timers/promises';
import { pastDeploys, versionBefore } from '../history/incident.ts';
import type { Fault } from '../shop/faults.ts';
import type { Message } from '../slack/workspace.ts';
import type { Stack } from '../stack/stack.ts';
import { answerRight, reported, startAgent } from './agent.ts';
import { ask } from './asking.ts';
import { openMeeting } from './digest.ts';
import { beginIncident, endIncident } from './incident.ts';
import { playRollout } from './rollout.ts';
import { reportAsGithub, reportDeploy } from './senders.ts';
import { control } from './shop.ts';
import { firstCause, picturesIn, roots, threadOf, until } from './watcher.ts';

/** What the new checkout does wrong: some payments fail, and all of them wait longer for a connection. */
const BAD: Fault = { service: 'checkout', version: 'v1.4.2', errors: 0.03, slower: 2.4 };

/** How long each part of the story may take at most, in milliseconds. */
const PATIENCE = { answer: 30_000, alert: 75_000, watch: 130_000, resolve: 90_000, report: 90_000 };

/**
 * Plays the main job: a healthy deploy, a flag's rollout that does harm at its second step, a bad deploy, the alert, its acknowledgement, an agent that looks into it, the incident, questions, the rollback, the resolution, the post-mortem, the digest. Returns
 * what is missing of what should have come; an empty list is a story that held.
 */
export async function playStory(
  stack: Stack,
  tell: (kind: string, what: string) => void,
  acknowledge = (alert: Message) =>
    stack.slack.press('responder', alert.channel, alert.ts, 'acknowledge').then(() => undefined),
): Promise<readonly string[]> {
  const { slack } = stack;
  const { workspace } = slack;
  const missing: string[] = [];
  const step = async <T>(what: string, run: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await run();
    } catch (error) {
      missing.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };

  tell('story', 'The shop deployed five times in the last weeks.');
  for (const { service, version, at, actor } of pastDeploys(stack.historyEnd)) {
    const when = new Date(at).toISOString();
    const previousVersion = versionBefore(version);
    await reportDeploy(stack, {
      service,
      version,
      previousVersion,
      at: when,
      id: `past-${service}`,
      actor,
      status: 'succeeded',
    });
  }
  await step('the fleet', () => ask(stack, 'responder', '#incidents', '/obs status', /services/));

  tell('story', 'catalog v2.8.0 is deployed. It does no harm.');
  await control(stack, 'deploy', { service: 'catalog', version: 'v2.8.0' });
  await reportDeploy(stack, {
    service: 'catalog',
    version: 'v2.8.0',
    previousVersion: 'v2.7.3',
    status: 'succeeded',
    at: new Date().toISOString(),
    id: 'catalog-2.8.0',
    actor: 'noor',
    url: 'https://github.example/shop/catalog/actions/runs/812',
    changes: [
      { title: 'Keep product pictures for an hour', author: 'noor' },
      { title: 'Read the price list in one query', author: 'tomas' },
    ],
  });
  await step('ready', () => ask(stack, 'tomas', '#payments', '/obs ready checkout', /checkout/));
  await step('the budgets', () => ask(stack, 'tomas', '#payments', '/obs budget', /budgets/));
  const rollout = await playRollout(stack, tell, step);

  tell('story', 'checkout v1.4.2 is deployed. Three in a hundred payments fail, and all take longer.');
  const startedAt = new Date().toISOString();
  await reportAsGithub(stack, {
    id: 4711,
    service: 'checkout',
    version: 'v1.4.2',
    state: 'in_progress',
    by: 'tomas',
    startedAt,
  });
  await sleep(2000);
  await control(stack, 'deploy', { service: 'checkout', version: 'v1.4.2' });
  await reportAsGithub(stack, {
    id: 4711,
    service: 'checkout',
    version: 'v1.4.2',
    state: 'success',
    by: 'tomas',
    startedAt,
  });
  // It takes some seconds until the new version has used up its connections.
  await sleep(9000);
  await control(stack, 'faults', { faults: [BAD] });

  // Both are waited for from now on: the first is told while other things happen.
  const verdicts = [
    step('the verdict on checkout while it is watched', () =>
      judged(stack, /checkout v1\.4\.2: degraded .* (after|with) the deploy/, /The watch goes on/),
    ),
    step('the verdict on catalog', () => judged(stack, /catalog v2\.8\.0: steady/)),
  ] as const;
  let incident: Message | undefined;
  let report: Promise<Message | undefined> = Promise.resolve(undefined);
  const alert = await step('the alert', () =>
    until(workspace, 'the alert thread', () => roots(workspace, /CheckoutErrors/).at(-1), PATIENCE.alert),
  );
  const agent = alert === undefined ? undefined : await step('the agent', () => startAgent(stack));
  if (alert !== undefined) {
    tell(
      'story',
      'An agent connects over MCP, knowing nothing, and takes the task that the alert has become.',
    );
    report = step('the agent’s report', () => reported(stack, alert, /v1\.4\.2/, PATIENCE.report));
    tell('story', 'Somebody is woken, opens the thread and takes it.');
    await step('the picture of the alert', () => pictured(stack, alert, PATIENCE.answer));
    await step('the bad deploy as the first likely cause', () =>
      firstCause(workspace, alert, /v1\.4\.2/, PATIENCE.answer),
    );
    await step('the acknowledgement', async () => {
      await acknowledge(alert);
      await until(
        workspace,
        'the acknowledged message',
        () => saying(alert, /acknowledged/),
        PATIENCE.answer,
      );
    });
    tell('story', 'An incident is declared from the alert; what people write goes into its timeline.');
    incident = await step('the incident', () => beginIncident(stack, alert));
    await step('the status', () =>
      ask(stack, 'responder', '#payments', '/obs status checkout', /checkout/, true),
    );
    await step('the budget', () =>
      ask(stack, 'responder', '#payments', '/obs budget checkout', /allowed (minutes|seconds)/, true),
    );
    await step('the comparison', () =>
      ask(
        stack,
        'responder',
        '#payments',
        '/obs compare checkout errors last 1m vs before deploy',
        /checkout/,
        true,
      ),
    );
    await step('the answer in the thread', async () => {
      await slack.mention('responder', alert.channel, 'deploys checkout', alert.ts);
      await until(
        workspace,
        'the answer in the thread',
        () =>
          threadOf(workspace, alert).find(
            ({ blocks, text, user }) =>
              user === workspace.bot.id && /deploys/.test(text) && JSON.stringify(blocks).includes('v1.4.2'),
          ),
        PATIENCE.answer,
      );
    });
  }
  const found = await report;
  if (found !== undefined) {
    tell('story', `The agent has reported: ${found.text}.`);
    await step('what somebody says of the report', () => answerRight(stack, 'responder', found));
  }
  const [bad, healthy] = await Promise.all(verdicts);

  if (alert !== undefined) {
    await step('the panels once more', async () => {
      const before = picturesIn(threadOf(workspace, alert));
      await slack.press('responder', alert.channel, alert.ts, 'refresh');
      await until(
        workspace,
        'fresh panels',
        () => (picturesIn(threadOf(workspace, alert)) > before ? true : undefined),
        PATIENCE.answer,
      );
    });
  }

  tell('story', 'checkout v1.4.1 is rolled out again.');
  await control(stack, 'faults', { faults: [] });
  await control(stack, 'deploy', { service: 'checkout', version: 'v1.4.1' });
  await reportDeploy(stack, {
    service: 'checkout',
    version: 'v1.4.1',
    previousVersion: 'v1.4.2',
    status: 'succeeded',
    at: new Date().toISOString(),
    id: 'checkout-rollback',
    actor: 'tomas',
    changes: [{ title: 'Roll back v1.4.2', author: 'tomas' }],
  });
  if (alert !== undefined) {
    await step('the resolution', () =>
      until(workspace, 'the resolved message', () => saying(alert, /resolved/), PATIENCE.resolve),
    );
    tell('story', 'The alert has resolved, in the message in which it fired.');
  }
  if (incident !== undefined) {
    const declared = incident;
    tell('story', 'The incident is resolved, and its post-mortem is filled in: much of it is there already.');
    const postmortem = await step('the post-mortem', () => endIncident(stack, declared));
    if (postmortem !== undefined && !/1 alert, \d+ deploys?/.test(JSON.stringify(postmortem.blocks)))
      missing.push('the post-mortem does not say what it took from the record');
  }
  await rollout.ended;
  await agent?.stop();
  tell('story', 'The weekly meeting: the digest says who needs help, and their team what it means to do.');
  await step('the digest', () => openMeeting(stack));
  for (const [what, root] of Object.entries({ alert, healthy, bad, slow: rollout.alert }))
    if (root !== undefined && picturesIn(threadOf(workspace, root)) === 0)
      missing.push(`the thread of ${what} has no picture`);
  if (
    bad !== undefined &&
    !threadOf(workspace, bad).some(({ blocks }) =>
      /Budget spent since the deploy: \*[\d.]+ min/.test(JSON.stringify(blocks)),
    )
  )
    missing.push('the thread of the bad deploy does not say how much budget it spent');
  const reposted = alert === undefined ? 0 : roots(workspace, /CheckoutErrors/).length;
  if (reposted > 1) missing.push(`the alert stands in ${reposted} messages instead of one`);
  return missing;
}

function pictured({ slack: { workspace } }: Stack, root: Message, patience: number): Promise<true> {
  return until(
    workspace,
    'a picture in the thread',
    () => (picturesIn(threadOf(workspace, root)) > 0 ? true : undefined),
    patience,
  );
}

/** Waits until a deploy's root says its verdict and the thread gives the report with its picture, which says `also`. */
function judged({ slack: { workspace } }: Stack, verdict: RegExp, also = /./): Promise<Message> {
  return until(
    workspace,
    `the verdict ${verdict.source}`,
    () => {
      const root = roots(workspace, verdict).at(-1);
      if (root === undefined) return undefined;
      const report = threadOf(workspace, root).find(({ ts, text }) => ts !== root.ts && verdict.test(text));
      return report !== undefined && picturesIn([report]) > 0 && also.test(JSON.stringify(report.blocks))
        ? root
        : undefined;
    },
    PATIENCE.watch,
  );
}

function saying(message: Message, words: RegExp): true | undefined {
  return words.test(message.text) ? true : undefined;
}
