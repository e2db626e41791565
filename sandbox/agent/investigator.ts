import { setTimeout as sleep } from 'node:timers/promises';
import { type Case, caseOf } from './case.ts';
import { findings } from './findings.ts';
import { fieldsOf, type Json, listOf, textOf } from './json.ts';
import { lookAround } from './looking.ts';
import { clearest, rank } from './ranking.ts';
import { connectTools, type Tools } from './tools.ts';

/** How often it looks for a task, and how often it looks again where a change cannot be told yet, in ms. */
const EVERY = 1000;
const AGAIN_EVERY = 5000;
/** So often it looks again. */
const LOOKS = 8;

const [, , url] = process.argv;
const token = process.env.AGENT_TOKEN;
if (url === undefined || token === undefined)
  throw new Error('usage: AGENT_TOKEN=… node sandbox/agent/investigator.ts URL');

const tools = await connectTools(url, token);
for (const name of ['list_tasks', 'claim_task', 'get_task', 'compare', 'query', 'get_service', 'report_task'])
  if (tools.find(name) === undefined) throw new Error(`the server offers no ${name}`);
say('connected', { url });
let goesOn = true;
process.once('SIGTERM', () => {
  goesOn = false;
});
while (goesOn) {
  const { tasks } = await tools.call('list_tasks', { state: 'open' });
  const [next] = listOf(tasks);
  const id = textOf(next?.id);
  if (id === undefined) await sleep(EVERY);
  else await work(id);
}
await tools.close();

/** Takes a task, looks into it and reports. One that somebody else has taken meanwhile is left. */
async function work(id: string): Promise<void> {
  try {
    await tools.call('claim_task', { task: id });
  } catch (error) {
    say('left', { task: id, why: String(error) });
    return sleep(EVERY);
  }
  const known = caseOf(taskIn(await tools.call('get_task', { task: id })));
  say('claimed', { task: id, title: known.title });
  const report = await investigate(known, tools);
  await tools.call('report_task', { task: id, ...report });
  say('reported', { task: id, summary: report.summary });
}

/** Looks at what is known until a signal is seen to have changed, then weighs the changes around that. */
async function investigate(known: Case, tools: Tools) {
  for (let look = 1; ; look += 1) {
    const seen = await lookAround(known, tools);
    const own = seen.readings.filter(({ service }) => service === known.service);
    const harm = clearest(own);
    if (harm === undefined && look < LOOKS) {
      await sleep(AGAIN_EVERY);
      continue;
    }
    const others = seen.readings.filter(({ service }) => service !== known.service);
    const suspects = harm === undefined ? [] : rank(seen.changes, harm, others);
    return findings(known, suspects, harm, seen.readings);
  }
}

/** The task in an answer about one. */
function taskIn(answer: Json): Json {
  return answer.task === undefined ? answer : fieldsOf(answer.task);
}

function say(what: string, more: Json): void {
  process.stdout.write(`${JSON.stringify({ what, ...more })}\n`);
}
