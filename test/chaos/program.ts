import { readFileSync, writeSync } from 'node:fs';
import { compose } from '#compose';
import { readConfig } from '#config/load.ts';
import { endingAt } from '#runtime/failpoint.ts';
import { createLog } from '#runtime/log.ts';
import { fastClock } from './fast-clock.ts';

/** The whole program as a process of its own, on scripted time, ending at the first of the failpoints that it passes. */
const [path = '', base = '', speed = '', failpoints = ''] = process.argv.slice(2);
const read = readConfig(readFileSync(path, 'utf8'), {});
if (!read.ok) throw new Error(JSON.stringify(read.problems));
const say = (word: string, value: string) => writeSync(1, `${word} ${value}\n`);
const running = await compose(read.config, createLog('warn'), {
  clock: fastClock(Number(base), Number(speed)),
  failpoint: endingAt(
    failpoints.split(',').filter((name) => name !== ''),
    (name) => say('died', name),
  ),
});
if (!running.ok) throw new Error(JSON.stringify(running.problem));
say('ready', running.value.url);
process.once('SIGTERM', () => void running.value.stop());
