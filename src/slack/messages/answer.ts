import type { KnownBlock } from '@slack/types';
import type { Answer, FleetAnswer, ReadyAnswer, ServiceAnswer } from '#app/answer.ts';
import type { AnswerMessage, WorkingMessage } from '#app/message.ts';
import { compareExamples } from '#app/words/compare.ts';
import { budgetShort } from '#domain/budget/words.ts';
import { lengthWords } from '#domain/length-words.ts';
import { formatValue } from '#domain/units.ts';
import {
  code,
  context,
  image,
  link,
  packed,
  plain,
  type Rendered,
  rendered,
  section,
  table,
  time,
} from '../blocks.ts';
import { budgetBlocks, budgetRow, budgetsBlocks } from './budget.ts';
import { catchupBlocks } from './catchup.ts';
import { changeLines } from './changes.ts';
import { compareBlocks } from './compare.ts';
import { coverageBlocks } from './coverage.ts';
import { deploysBlocks } from './deploys.ts';
import { digestBlocks } from './digest.ts';
import { figureOf, HEALTH, healthCounts, problemNotes, readingLine } from './figures.ts';
import { flagBlocks } from './flag.ts';
import { flagsBlocks } from './flags.ts';
import { incidentBlocks, incidentsBlocks, rowOf } from './incidents.ts';
import { mistakeBlocks } from './mistake.ts';
import { postmortemBlocks, postmortemsBlocks } from './postmortems.ts';

export function workingMessage({ question }: WorkingMessage): Rendered {
  const words = `:hourglass_flowing_sand: Looking at ${code(question.words, 120)} for <@${question.by}>…`;
  return rendered(words, [section(words)]);
}

/** An answer where it was asked, with who asked, its picture, and what is missing. */
export function answerMessage(
  { question, answer, picture, problems }: AnswerMessage,
  file: string | undefined,
): Rendered {
  const { text, blocks } = answerBlocks(answer);
  const shown = picture !== undefined && file !== undefined ? [image(file, picture.alt)] : [];
  const [first, ...rest] = blocks;
  return rendered(text, [
    ...(first === undefined ? [] : [first]),
    ...shown,
    ...rest,
    ...problemNotes(problems),
    context(`asked by <@${question.by}>: ${code(question.words, 200)}`),
  ]);
}

/** Any answer as blocks, without who asked: ephemeral answers are this alone. */
export function answerBlocks(answer: Answer): Rendered {
  switch (answer.kind) {
    case 'fleet':
      return fleet(answer);
    case 'service':
      return service(answer);
    case 'ready':
      return ready(answer);
    case 'budgets':
      return budgetsBlocks(answer);
    case 'budget':
      return budgetBlocks(answer);
    case 'compare':
      return compareBlocks(answer);
    case 'query': {
      const rows = answer.rows.map(({ labels, last, min, mean, max }) => [
        Object.entries(labels)
          .map(([name, value]) => `${name}=${value}`)
          .join(' ') || 'value',
        ...[last, min, mean, max].map((value) =>
          value === undefined ? '–' : formatValue(value, answer.unit),
        ),
      ]);
      const title = code(answer.promql, 500);
      const none = section('Nothing matches: no series in this range.');
      const more =
        answer.omitted > 0
          ? [context(`${answer.omitted} more series are summed as “other” in the picture.`)]
          : [];
      return rendered(title, [
        section(title),
        rows.length === 0 ? none : table(['series', 'last', 'min', 'mean', 'max'], rows),
        ...more,
      ]);
    }
    case 'deploys':
      return deploysBlocks(answer);
    case 'flags':
      return flagsBlocks(answer);
    case 'flag':
      return flagBlocks(answer);
    case 'incidents':
      return incidentsBlocks(answer);
    case 'incident':
      return incidentBlocks(answer);
    case 'catchup':
      return catchupBlocks(answer);
    case 'postmortems':
      return postmortemsBlocks(answer);
    case 'postmortem':
      return postmortemBlocks(answer);
    case 'coverage':
      return coverageBlocks(answer);
    case 'digest':
      return digestBlocks(answer);
    case 'unmatched': {
      const lines = answer.items.map(({ at, source, what, carried }) => {
        const labels = Object.entries(carried)
          .map(([name, value]) => `${name}=${value}`)
          .join(', ');
        return `${time(at, '{date_short_pretty} {time}')} ${plain(source, 40)}: ${plain(what, 120)} · ${code(labels, 300)}`;
      });
      const title =
        answer.items.length === 0
          ? 'Every event named a known service.'
          : '*Events that named no known service*';
      return rendered(title, [section([title, ...lines].join('\n'))]);
    }
    case 'snapshot':
      return rendered(`Snapshot ${answer.id}`, [
        section(`Snapshot ${code(answer.id)}, drawn ${time(answer.at, '{date_short_pretty} {time}')}`),
      ]);
    case 'help':
      return help(answer.services);
    case 'problem':
      return mistakeBlocks(answer);
  }
}

function fleet({ rows, shown: count, incidents, window }: FleetAnswer): Rendered {
  const shown = rows.slice(0, count);
  const title = `*${rows.length} services*, last 5 min · ${healthCounts(rows).join(' · ')}`;
  const cells = shown.map(({ service: name, health, reading, alerts, lastDeploy, budget }) => [
    name,
    HEALTH[health].word,
    figureOf('rate', reading.values.rate),
    figureOf('errorRatio', reading.values.errorRatio),
    figureOf('p99', reading.values.p99),
    budget === undefined ? '' : budgetShort(budget),
    alerts.length === 0 ? '' : `${alerts.length}`,
    lastDeploy?.version ?? '',
  ]);
  const hidden = rows.length - shown.length;
  const problems = [
    ...new Map(
      rows.flatMap(({ reading }) => reading.problems).map((problem) => [problem.code, problem]),
    ).values(),
  ];
  return rendered(title, [
    section(title),
    table(['service', 'health', 'rate', 'errors', 'p99', 'budget', 'alerts', 'deploy'], cells),
    ...(hidden > 0 ? [context(`and ${hidden} more, ${restOf(rows.slice(count))}`)] : []),
    ...openIncidents(incidents, window.to),
    ...problemNotes(problems),
  ]);
}

/** Open incidents above what is measured: people may be at work already. */
function openIncidents(lines: FleetAnswer['incidents'] = [], at: number): readonly KnownBlock[] {
  if (lines.length === 0) return [];
  const shown = lines
    .toReversed()
    .slice(0, 5)
    .map((line) => rowOf(line, at));
  const more = lines.length > shown.length ? [`and ${lines.length - shown.length} more`] : [];
  return packed(['*Open incidents*', ...shown, ...more]);
}

function restOf(rows: FleetAnswer['rows']): string {
  const words = new Set(rows.map(({ health }) => HEALTH[health].word));
  return words.size === 1 ? `all ${[...words].join()}` : [...words].join(', ');
}

function service(answer: ServiceAnswer): Rendered {
  const { emoji, word } = HEALTH[answer.health];
  const version = answer.version === undefined ? '' : ` · running ${plain(answer.version, 80)}`;
  const title = `${emoji} *${plain(answer.service)}* ${word}${version} · last ${lengthWords(answer.window.to - answer.window.from)}`;
  const alerts = answer.alerts.map(
    ({ name, severity, since }) => `${plain(name, 100)} (${severity}) since ${time(since)}`,
  );
  const lines = changeLines(answer.changes, answer.window.to);
  const links = Object.entries(answer.links).map(([name, url]) => link(url, name));
  const facts = [...(answer.owner === undefined ? [] : [`owner ${plain(answer.owner, 60)}`]), ...links];
  const blocks: KnownBlock[] = [
    section(title),
    section(
      `now: ${readingLine(answer.now)}\nyesterday: ${readingLine(answer.yesterday)}\nlast week: ${readingLine(answer.lastWeek)}`,
    ),
  ];
  if (answer.budgets.length > 0) blocks.push(section(answer.budgets.slice(0, 4).map(budgetRow).join('\n')));
  blocks.push(...openIncidents(answer.incidents, answer.window.to));
  if (alerts.length > 0) blocks.push(section(`*Open alerts*\n${alerts.join('\n')}`));
  if (lines.length > 0) blocks.push(section(`*Recent changes*\n${lines.join('\n')}`));
  if (facts.length > 0) blocks.push(context(facts.join(' · ')));
  return rendered(title, [...blocks, ...problemNotes(answer.now.problems)]);
}

function ready(answer: ReadyAnswer): Rendered {
  const word = {
    go: ':large_green_circle: *Go*',
    careful: ':large_yellow_circle: *Careful*',
    stop: ':red_circle: *Stop*',
  }[answer.word];
  const title = `${word} · ${plain(answer.service)}`;
  const dependencies = answer.dependencies.map(
    ({ service: name, health }) => `${HEALTH[health].emoji} ${plain(name, 60)} ${HEALTH[health].word}`,
  );
  return rendered(title, [
    section(`${title}\n${answer.reasons.map((reason) => `• ${plain(reason)}`).join('\n')}`),
    section(
      `Baseline, last ${lengthWords(answer.window.to - answer.window.from)}: ${readingLine(answer.baseline)}`,
    ),
    ...(answer.budgets.length > 0
      ? [
          section(
            answer.budgets
              .slice(0, 4)
              .map(
                (line) =>
                  `${budgetRow(line)}${line.policy === undefined ? '' : ` · *Policy:* ${plain(line.policy, 300)}`}`,
              )
              .join('\n'),
          ),
        ]
      : []),
    ...(dependencies.length > 0 ? [context(`Depends on: ${dependencies.join(' · ')}`)] : []),
    ...problemNotes(answer.baseline.problems),
  ]);
}

function help(services: readonly string[]): Rendered {
  const example = plain(services[0] ?? 'checkout', 60);
  const lines = [
    '*What I answer*',
    '`/obs status` the fleet, worst first',
    `\`/obs status ${example} 1h\` its signals, drawn, beside yesterday and last week`,
    `\`/obs ready ${example}\` whether now is a moment to deploy`,
    `\`/obs ${compareExamples(example)[0]}\` two windows, and how sure the difference is (also \`vs 1h ago\`, \`vs last week\`)`,
    `\`/obs ${compareExamples(example)[1]}\` since the last deploy against before it; \`vs v1.4.2\` the last window in which that version ran, \`v1.4.2 vs v1.4.1\` two versions`,
    '`/obs flags` rollouts of feature flags with *go*, *hold* or *stop*; `/obs flag NAME` those with a flag against those without it (also `compare SERVICE vs flag NAME`)',
    '`/obs query sum(rate(http_requests_total[5m])) 2h` any PromQL, as chart and table',
    `\`/obs budget\` every error budget, worst first; \`/obs budget ${example}\` with what spent it`,
    `\`/obs deploys ${example}\` recent deploys with their verdicts · \`/obs panel s_8f31c2\` a picture again · \`/obs unmatched\` events nobody claimed`,
    `\`/obs watch ${example} 30m\` a message that is put again each minute, and says in its thread when it does worse`,
    '`/obs digest` the week so far: who needs help, what spent it, deploys, incidents, what is overdue; `digest here` for all to see, `digest OWNER` of one team',
    '`/obs coverage` what each service lacks to be observed',
    '`/obs incident` what is open · `incident declare TITLE` begins one · in its thread: `/obs catchup` what happened so far, `incident note WORDS` for the timeline',
    '`/obs postmortem` those written and what is still to be done; `/obs postmortem INC-12` fills one in or shows it',
    'Add `me` to get the answer by direct message. In a thread, mention me with the same words.',
  ];
  return rendered('What I answer', [section(lines.join('\n'))]);
}
