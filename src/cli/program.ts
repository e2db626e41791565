import { Command } from 'commander';
import { jsonSchema } from '#config/json-schema.ts';
import { budget } from './budget.ts';
import { check } from './check.ts';
import { backup, migrate } from './database.ts';
import { event, sourceNames } from './event.ts';
import { generateRules } from './generate.ts';
import { generateSender } from './generate-senders.ts';
import { init } from './init.ts';
import { judge } from './judge.ts';
import { manifest } from './manifest.ts';
import { mcp } from './mcp.ts';
import { query } from './query.ts';
import { replay } from './replay.ts';
import { sloImport } from './slo.ts';
import { start } from './start.ts';
import type { ExitStatus, Terminal } from './terminal.ts';

/** Reads the command line, runs one command and gives its exit status. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<ExitStatus> {
  let status: ExitStatus = 0;
  const program = new Command('bellbuoy')
    .description("Brings production's state to where people respond to it.")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    });
  const config = ['-c, --config <file>', 'the configuration', 'bellbuoy.yaml'] as const;

  program
    .command('start')
    .description('run Bellbuoy')
    .option(...config)
    .option('--level <level>', 'how much to log: debug, info, warn, error', 'info')
    .addHelpText('after', '\nExample: bellbuoy start --config bellbuoy.yaml')
    .action(async (options) => {
      status = await start(options, terminal);
    });
  program
    .command('check')
    .description('check the configuration, all mistakes at once')
    .option(...config)
    .option('--online', 'also ask Slack, Prometheus and Alertmanager what works')
    .option('--json', 'for machines')
    .addHelpText('after', '\nExample: bellbuoy check --config bellbuoy.yaml --online')
    .action(async (options) => {
      status = await check(options, terminal);
    });
  program
    .command('init')
    .description('write a first bellbuoy.yaml from the metrics that are there')
    .requiredOption('--prometheus <url>', 'where to look')
    .option('--out <file>', 'the file to write', 'bellbuoy.yaml')
    .addHelpText('after', '\nExample: bellbuoy init --prometheus http://127.0.0.1:9090')
    .action(async (options) => {
      status = await init(options, terminal);
    });
  program
    .command('manifest')
    .description("print Slack's app manifest, with exactly the scopes needed")
    .option('--mode <mode>', 'socket or http', 'socket')
    .option('--url <url>', 'the https address of Bellbuoy, for http')
    .option('--pages <url>', 'where people open pages (pages.url): links there are shown in Slack')
    .addHelpText('after', '\nExample: bellbuoy manifest --mode http --url https://bellbuoy.example.com')
    .action((options) => {
      status = manifest(options, terminal);
    });
  program
    .command('schema')
    .description('print the JSON Schema of bellbuoy.yaml, for editors')
    .addHelpText('after', '\nExample: bellbuoy schema > bellbuoy.schema.json')
    .action(() => terminal.out(JSON.stringify(jsonSchema(), undefined, 2)));
  program
    .command('event <file>')
    .description('print what a payload becomes, without storing it')
    .requiredOption('--source <name>', sourceNames())
    .option(
      '--header <line...>',
      'a header of the request; the file may also be {"headers": …, "body": …}',
      [],
    )
    .option('--json', 'for machines (the only form)')
    .addHelpText(
      'after',
      '\nExample: bellbuoy event --source alertmanager payload.json\n         bellbuoy event --source cdevents body.json --header "ce-type: dev.cdevents.service.deployed.0.3.0"',
    )
    .action(async (file, options) => {
      status = await event(file, options, terminal);
    });
  program
    .command('judge')
    .description('say whether a series got worse at a moment, and why')
    .requiredOption('--kind <kind>', 'gauge, ratio, histogram or cohort')
    .requiredOption(
      '--series <file>',
      'CSV: timestamp,value · timestamp,bad,total · timestamp,le,count · cohort,bad,total[,stratum]',
    )
    .option('--at <time...>', 'the moment, ISO 8601 or epoch seconds', [])
    .option('--at-file <file>', 'moments, one a line')
    .option('--before <length>', 'what comes before', '30m')
    .option('--after <length>', 'what comes after', '15m')
    .option(
      '--history <length>',
      'where ordinary moments are taken from (7d, or 2016 steps where that is longer)',
    )
    .option('--worse <direction>', 'higher, lower or either', 'higher')
    .option('--expected <share>', 'of cohorts: how many should be on, such as 0.1 or 10%')
    .option('--json', 'for machines')
    .addHelpText(
      'after',
      '\nExample: bellbuoy judge --kind ratio --series errors.csv --at 2026-11-24T14:03:00Z --json',
    )
    .action(async (options) => {
      status = await judge(options, terminal);
    });
  program
    .command('replay')
    .description('say what verdicts a service would have got at moments without a deploy')
    .argument('<service>')
    .option(...config)
    .option('--last <length>', 'how far back', '7d')
    .option('--every <length>', 'a moment how often', '15m')
    .option('--json', 'for machines: an object a line and moment')
    .addHelpText('after', '\nExample: bellbuoy replay checkout --last 7d')
    .action(async (service, options) => {
      status = await replay(service, options, terminal);
    });
  program
    .command('query <promql>')
    .description('ask a Prometheus, print the table and draw the chart')
    .requiredOption('--prometheus <url>', 'where to ask')
    .option('--last <length>', 'how far back', '1h')
    .option('--out <file>', 'where to write the PNG')
    .option('--theme <theme>', 'light or dark', 'light')
    .option('--timezone <zone>', 'zone of the time axis', 'UTC')
    .addHelpText(
      'after',
      "\nExample: bellbuoy query 'sum(rate(http_requests_total[5m]))' --prometheus http://127.0.0.1:9090 --out rate.png",
    )
    .action(async (promql, options) => {
      status = await query(promql, options, terminal);
    });
  const slo = program.command('slo').description('service-level objectives in files');
  slo
    .command('import <file...>')
    .description('print SLO files of OpenSLO, Sloth or Pyrra as bellbuoy.yaml has them')
    .option('--period <length>', 'the window of files that name none', '30d')
    .option('--json', 'for machines')
    .addHelpText('after', '\nExample: bellbuoy slo import slo/checkout.openslo.yaml slo/*.sloth.yml')
    .action(async (files, options) => {
      status = await sloImport(files, options, terminal);
    });
  program
    .command('budget')
    .description('tell every error budget, counting first what is not counted yet; 1 when one is spent')
    .option(...config)
    .option('--service <name>', 'only this one')
    .option('--at <time>', 'as of then: ISO 8601 or epoch seconds')
    .option('--json', 'for machines: an object a line and SLO')
    .addHelpText('after', '\nExample: bellbuoy budget --service checkout --json')
    .action(async (options) => {
      status = await budget(options, terminal);
    });
  const generate = program.command('generate').description('write configuration for others');
  generate
    .command('rules')
    .description('Prometheus rules of all SLOs, with their tests for promtool')
    .option(...config)
    .requiredOption('--out <folder>', 'where to write')
    .option('--json', 'for machines')
    .addHelpText('after', '\nExample: bellbuoy generate rules --out /etc/prometheus/rules')
    .action(async (options) => {
      status = await generateRules(options, terminal);
    });
  const url = ['--url <url>', 'the address under which Bellbuoy is reached'] as const;
  const out = ['--out <folder>', 'write a file there, not to the terminal'] as const;
  generate
    .command('argocd')
    .description('what Argo CD needs to tell of its syncs, for argocd-notifications-cm')
    .requiredOption(...url)
    .option('--environment <name>', 'environment of applications that do not tell theirs')
    .option(...out)
    .addHelpText('after', '\nExample: bellbuoy generate argocd --url https://bellbuoy.example.com')
    .action(async (options) => {
      status = await generateSender('argocd', options, terminal);
    });
  generate
    .command('flux')
    .description('what Flux needs to tell of its deploys: Secret, Provider and Alert')
    .requiredOption(...url)
    .option('--environment <name>', 'environment that this Flux deploys to')
    .option('--cluster <name>', 'name of its cluster')
    .option(...out)
    .addHelpText(
      'after',
      '\nExample: bellbuoy generate flux --url https://bellbuoy.example.com --cluster eu-1',
    )
    .action(async (options) => {
      status = await generateSender('flux', options, terminal);
    });
  program
    .command('mcp')
    .description('serve MCP on the standard streams, from a running Bellbuoy')
    .option('--url <url>', 'where it is (or BELLBUOY_URL; http://127.0.0.1:8080 otherwise)')
    .option('--token-file <file>', 'a file with a token of the API (or BELLBUOY_TOKEN)')
    .addHelpText('after', '\nExample: BELLBUOY_TOKEN=… bellbuoy mcp --url https://bellbuoy.example.com')
    .action(async (options) => {
      status = await mcp(options, terminal);
    });
  program
    .command('migrate')
    .description("bring the database to this version's shape")
    .option(...config)
    .addHelpText('after', '\nExample: bellbuoy migrate')
    .action(async (options) => {
      status = await migrate(options, terminal);
    });
  program
    .command('backup <file>')
    .description('write a consistent copy of the database')
    .option(...config)
    .addHelpText('after', '\nExample: bellbuoy backup /var/backups/bellbuoy.db')
    .action(async (file, options) => {
      status = await backup(file, options, terminal);
    });

  try {
    await program.parseAsync([...argv], { from: 'user' });
    return status;
  } catch (error) {
    if (!(error instanceof Error && 'exitCode' in error)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
}
