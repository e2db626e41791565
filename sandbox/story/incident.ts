import type { Message } from '../slack/workspace.ts';
import type { Stack } from '../stack/stack.ts';
import { send } from './forms.ts';
import { roots, threadOf, until } from './watcher.ts';

/** How long each step may take to show, in milliseconds. */
const PATIENCE = 30_000;

/** Declares an incident from an alert’s thread, puts what people write into its timeline, and takes it on. Gives its root message. */
export async function beginIncident(stack: Stack, alert: Message): Promise<Message> {
  const { slack } = stack;
  const { workspace } = slack;
  await slack.press('responder', alert.channel, alert.ts, 'declare');
  await send(stack, 'responder', /Declare an incident/, {
    'What is known?': 'Payments fail and are slow since v1.4.2.',
  });
  const incident = await until(
    workspace,
    'the incident',
    () => roots(workspace, /INC-\d+.*investigating/).at(-1),
    PATIENCE,
  );
  await says(stack, alert, /INC-\d+/);
  const guess = slack.say('tomas', alert.channel, 'v1.4.2 opens a connection for each payment.', alert.ts);
  await slack.shortcut('responder', alert.channel, guess.ts, 'add-to-timeline');
  const plan = slack.say('responder', alert.channel, 'We go back to v1.4.1.', alert.ts);
  await slack.react('tomas', alert.channel, plan.ts, 'memo');
  await slack.press('responder', incident.channel, incident.ts, 'incident-lead');
  await replied(stack, incident, /is commander/);
  await slack.command(
    'responder',
    '#incidents',
    '/obs incident identified the pool of connections is used up',
  );
  await says(stack, incident, /identified/);
  return incident;
}

/** Resolves an incident, fills in its post-mortem and has it written out. Gives what the post-mortem’s message says. */
export async function endIncident(stack: Stack, incident: Message): Promise<Message> {
  const { slack } = stack;
  const { workspace } = slack;
  await slack.command('responder', '#incidents', '/obs incident monitoring v1.4.1 is back');
  await says(stack, incident, /monitoring/);
  await slack.press('responder', incident.channel, incident.ts, 'incident-resolve');
  await send(stack, 'responder', /INC-\d+/, { 'What is to be said?': 'Errors and latency are as before.' });
  await says(stack, incident, /resolved/);
  const postmortem = await replied(stack, incident, /Post-mortem of INC-\d+.*draft/);
  await slack.press('responder', postmortem.channel, postmortem.ts, 'postmortem-open');
  await send(stack, 'responder', /Post-mortem/, {
    Summary:
      'v1.4.2 used up the pool of connections; three in a hundred payments failed until v1.4.1 was back.',
  });
  await send(stack, 'responder', /Post-mortem/, {});
  await send(stack, 'responder', /Post-mortem/, {
    'Kind of cause': 'Capacity',
    'Root cause': 'The pool has 20 connections, and nothing watches how many are in use.',
  });
  await send(stack, 'responder', /Post-mortem/, {
    'What went well': 'The alert named the deploy.',
    'What went badly': 'It took a person to roll back.',
  });
  await slack.pressInView('responder', 'action-add');
  await send(stack, 'responder', /A new action item/, {
    'What is to be done?': 'Alert when the pool is 80 % used',
  });
  await says(stack, postmortem, /Alert when the pool is 80 % used/);
  await slack.dismiss('responder');
  await slack.press('responder', postmortem.channel, postmortem.ts, 'postmortem-export:markdown');
  await until(
    workspace,
    'the post-mortem as a file',
    () => [...workspace.files.values()].find(({ name }) => /^INC-\d+\.md$/.test(name)),
    PATIENCE,
  );
  return postmortem;
}

function says({ slack: { workspace } }: Stack, message: Message, words: RegExp): Promise<true> {
  return until(
    workspace,
    `a message to say ${words.source}`,
    () => (words.test(`${message.text} ${JSON.stringify(message.blocks)}`) ? true : undefined),
    PATIENCE,
  );
}

function replied({ slack: { workspace } }: Stack, root: Message, words: RegExp): Promise<Message> {
  return until(
    workspace,
    `a reply that says ${words.source}`,
    () =>
      threadOf(workspace, root).find(
        (one) => one !== root && words.test(`${one.text} ${JSON.stringify(one.blocks)}`),
      ),
    PATIENCE,
  );
}
