import { fileURLToPath } from 'node:url';
import { acknowledge } from './acknowledge.ts';
import { alertLatency } from './alert-latency.ts';
import { budgets } from './budgets.ts';
import { fleetStatus } from './fleet-status.ts';
import { incidents } from './incidents.ts';
import { pages } from './pages.ts';
import { pictures } from './pictures.ts';
import { type Report, tableOf } from './report.ts';
import { rollout } from './rollout.ts';
import { soak } from './soak.ts';
import { storm } from './storm.ts';
import { verdict } from './verdict.ts';

const BENCHES: Readonly<Record<string, () => Promise<Report | readonly Report[]>>> = {
  'fleet-status': fleetStatus,
  pictures,
  pages,
  budgets,
  acknowledge: () => acknowledge(fileURLToPath(new URL('../.sandbox/bench', import.meta.url))),
  soak,
  storm: () => storm(fileURLToPath(new URL('../.sandbox/bench', import.meta.url))),
  verdict,
  rollout,
  incidents,
  'alert-latency': () => alertLatency(fileURLToPath(new URL('../.sandbox/bench', import.meta.url))),
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => BENCHES[name] === undefined);
if (unknown.length > 0) {
  process.stderr.write(
    `there is no benchmark ${unknown.join(', ')}; known: ${Object.keys(BENCHES).join(', ')}\n`,
  );
  process.exit(2);
}
let isFailed = false;
for (const [name, run] of Object.entries(BENCHES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const report of [await run()].flat()) {
    process.stdout.write(`${tableOf(report)}\n\n`);
    isFailed ||= report.isFailed === true;
  }
}
process.exit(isFailed ? 1 : 0);
